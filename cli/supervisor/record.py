"""What a running `up` tells others, as STATE/up.json."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pyagent.ledger.processes import Process, process_of


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Row(_Value):
    """One service as it stands."""

    service: str
    state: str
    """waiting, starting, ready, resting (before it starts again), dead, done."""
    url: str = ""
    """What a person opens; empty where there is nothing to see."""
    port: int | None = None
    """Where it listens, pages or not."""
    pid: int | None = None
    log: str = ""


class Record(_Value):
    """One `up`."""

    machine: str
    pid: int
    started: int | None
    """With `machine` and `pid`: tells the process from a later one with its pid."""
    since: str
    """UTC, ISO 8601."""
    mark: str
    """In the environment of every process below it."""
    rows: tuple[Row, ...] = ()

    @property
    def is_alive_here(self) -> bool:
        """Whether its process runs on this machine, where its pid means the same."""
        recorded = Process(self.machine, self.pid, self.started)
        return bool(self.machine) and self.started is not None and process_of(self.pid) == recorded


def path(state: Path) -> Path:
    """Where the record of a state folder lies."""
    return state / "up.json"


def read(state: Path) -> Record | None:
    """The last record written; None when there is none, or none of ours."""
    try:
        return Record.model_validate_json(path(state).read_bytes())
    except (OSError, ValidationError):
        return None


def write(state: Path, record: Record) -> None:
    """Replace the record as a whole: a reader sees the old one or the new one."""
    unfinished = path(state).with_suffix(".new")
    unfinished.write_text(record.model_dump_json(indent=1), "utf-8")
    unfinished.replace(path(state))
