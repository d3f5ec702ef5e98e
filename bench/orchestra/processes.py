"""The processes of one `up`, found by the mark that every one of them inherits."""

from pathlib import Path

from cli.supervisor import record, strays
from cli.supervisor.surroundings import MARK
from pyagent.ledger.processes import process_of


def recorded(state: Path) -> record.Record:
    """What the `up` of a state folder says of itself; empty before it says anything."""
    return record.read(state) or record.Record(machine="", pid=0, started=None, since="", mark="")


def pid_of(state: Path, service: str) -> int | None:
    """The process of a service, while it has one."""
    return next((row.pid for row in recorded(state).rows if row.service == service), None)


def named(state: Path, word: str) -> list[int]:
    """Processes of the `up`, oldest first, whose command line holds a word."""
    found = [(process_of(pid).started, pid) for pid in _marked(state) if word in _command(pid)]
    return [pid for started, pid in sorted((started, pid) for started, pid in found if started is not None)]


def orphans(state: Path, up: int) -> list[int]:
    """Processes with the mark that no longer have `up` above them."""
    return [pid for pid in _marked(state) if up not in _ancestors(pid)]


def below(pid: int) -> list[int]:
    """A process and everything that descends from it."""
    every = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [each for each in every if pid in _ancestors(each)]


def _marked(state: Path) -> list[int]:
    return list(strays.marked(MARK, recorded(state).mark))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _ancestors(pid: int) -> set[int]:
    found = set[int]()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:
            return found
    return found
