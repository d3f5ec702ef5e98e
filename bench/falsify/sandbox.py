"""The sandbox's own exam: every attack x every level x root and an ordinary user, as a table.

`make falsify-sandbox`. B is a breach, . held. The unsafe level is the control: it has no wall, so an attack
that is held there proves nothing about the others. Ends with 1 when a level holds less than it states.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.falsify.ordinary import as_ordinary_user  # noqa: E402 - run as a script
from pyagent.model import Level  # noqa: E402
from pyagent.ports import Completed, Job, Limits, Mount, Runner  # noqa: E402
from pyagent.sandbox import attacks  # noqa: E402
from pyagent.sandbox.interpreters import interpreter_mounts  # noqa: E402
from pyagent.sandbox.jail import jail_program  # noqa: E402
from pyagent.sandbox.levels import REDUCED  # noqa: E402
from pyagent.sandbox.privileges import identity  # noqa: E402
from pyagent.sandbox.reduced import ReducedRunner  # noqa: E402
from pyagent.sandbox.runner import (  # noqa: E402
    DEDICATED_UID,
    BubblewrapRunner,
    parts_of_this_machine,
    reachable_python,
)
from pyagent.sandbox.selftest import LIMITS, _reported, _witnessed, _witnesses  # noqa: E402
from pyagent.sandbox.unsafe import UnsafeRunner  # noqa: E402

MORE = Path(__file__).with_name("sandbox_attacks.py")
SMALL = 48 << 20
STORE = 3 * SMALL
TINY = 24 << 20
QUICK = Limits(wall_seconds=20.0, cpu_seconds=10, memory_bytes=SMALL, processes=24, work_bytes=8 << 20)

HOG = """
import os, time
for _ in range(3):
    if not os.fork():
        held = b"x" * (32 << 20)
        time.sleep(9)
        os._exit(0)
time.sleep(9)
"""
SOCKETS = f"""
import socket, time
held, stored = [], 0
while stored < {STORE}:
    held.append(socket.socketpair())
    for end in held[-1]:
        end.setblocking(False)
        try:
            while True:
                stored += end.send(bytes(65536))
        except BlockingIOError:
            pass
time.sleep(0.5)
"""
FILES = f"""
import os, time
for number in range({3 * TINY >> 11}):
    os.close(os.open(f"f{{number}}", os.O_CREAT))
time.sleep(0.5)
"""
SINKS: Mapping[str, tuple[str, Limits, str]] = {
    "memory_of_children": (HOG, QUICK, "memory"),
    "memory_in_sockets": (SOCKETS, QUICK, "memory"),
    "memory_in_empty_files": (FILES, replace(QUICK, memory_bytes=TINY, wall_seconds=60.0), "memory"),
    "endless_loop": ("while True: pass", Limits(wall_seconds=30.0, cpu_seconds=1), "cpu"),
    "endless_sleep": ("import time; time.sleep(60)", Limits(wall_seconds=1.0), "wall"),
    "endless_output": ("while True: print('x' * 9999)", Limits(wall_seconds=20.0, output_bytes=1000), "output"),
}
"""What must be stopped: code, limits, and the limit that stops it. Ending by itself is a breach, unless by an error."""

OUTLIVE = """
import fcntl, os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(8)
    os._exit(0)
os.wait()
time.sleep(0.5)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(0.2)
"""
"""Kills what watches it and leaves a daemon."""


def main() -> int:
    """The table; 1 when a level holds less than it states."""
    if sys.argv[1:] == ["--column"]:
        sys.stdout.write(json.dumps({str(level): sorted(found) for level, found in columns()}))
        return 0
    begun = time.monotonic()
    people = {"root": [], "user": as_ordinary_user()} if os.geteuid() == 0 else {"user": []}
    table: dict[tuple[str, str], set[str]] = {}
    for person, before in people.items():
        done = subprocess.run(
            [*before, sys.executable, __file__, "--column"], capture_output=True, check=True, cwd="/", text=True
        )
        for level, found in json.loads(done.stdout).items():
            table[level, person] = set(found)
    show(table)
    wrong = {column: found ^ stated(column[0]) for column, found in table.items() if column[0] != Level.UNSAFE}
    print(f"{len(names())} attacks, {time.monotonic() - begun:.0f} s")
    for (level, person), names_ in wrong.items():
        if names_:
            print(f"{level} as {person} is not as stated: {', '.join(sorted(names_))}")
    return int(any(wrong.values()))


def stated(level: str) -> set[str]:
    """What the product itself says does not hold at `level`."""
    return set(REDUCED) if level == Level.REDUCED else set()


def names() -> list[str]:
    """Every attack, in order."""
    text = MORE.read_text(encoding="utf-8")
    more = text[text.index("ATTACKS: ") :].partition("= (")[2].partition(")")[0].replace(",", " ").split()
    return [*(attack.__name__ for attack in attacks.ATTACKS), *more, *SINKS, "outlive_by_killing_the_jail"]


def show(table: Mapping[tuple[str, str], set[str]]) -> None:
    """The table, an attack a line."""
    print(f"{'attack':34}" + "".join(f"{f'{level}/{person}':>15}" for level, person in table))
    for name in names():
        print(f"{name:34}" + "".join(f"{'B' if name in found else '.':>15}" for found in table.values()))
    print(f"{'breaches':34}" + "".join(f"{len(found):>15}" for found in table.values()))


def columns() -> Generator[tuple[Level, set[str]]]:
    """What was breached at each level this process can reach."""
    who = identity(DEDICATED_UID)
    full = BubblewrapRunner(Level.FULL, parts_of_this_machine(who))
    runners: list[Runner] = [full, ReducedRunner(jail_program(), who)]
    if not who.dropped:
        runners.append(UnsafeRunner())
    for runner in runners:
        yield runner.level, breached(runner, who.uid)


def breached(runner: Runner, uid: int) -> set[str]:
    """Names of the attacks that succeed through `runner`."""
    python = reachable_python(uid)
    mounts = interpreter_mounts(Path(python))
    found: set[str] = set()
    with _witnesses(uid) as (targets, shared), more_witnesses(targets, uid) as (told, received):
        room = Mount(shared, str(shared), writable=True)
        for text in (Path(attacks.__file__), MORE):
            argv = (python, "-I", "-S", "-c", text.read_text(encoding="utf-8"))
            job = Job(argv, mounts=(*mounts, room), stdin=json.dumps(told).encode(), limits=LIMITS)
            found |= set(_reported(runner.run(job)))
            if text != MORE:
                found |= renamed(_witnessed(targets, shared, uid))
        found |= received()
        for name, (code, limits, stop) in SINKS.items():
            done = runner.run(Job((python, "-I", "-S", "-c", code), mounts=mounts, limits=limits))
            if not held(done, stop):
                found.add(name)
        runner.run(Job((python, "-I", "-S", "-c", OUTLIVE, str(shared / "again")), mounts=(*mounts, room)))
        if outlived(shared / "again"):
            found.add("outlive_by_killing_the_jail")
    return found


def renamed(witnessed: list[str]) -> set[str]:
    """What the attacked side saw, under the name of the attack that does it."""
    seen = {"host_file_changed": "write_host_file", "victim_disturbed": "kill_host_process"}
    return {seen.get(name, name) for name in witnessed if name != "wrong_uid_outside"}


def held(done: Completed, stop: str) -> bool:
    """Stopped by its limit, or refused by an error of its own."""
    return done.stopped == stop or (done.stopped is None and done.code != 0)


def outlived(lock: Path) -> bool:
    """Whether somebody still holds the lock a second later."""
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        for _ in range(20):
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except OSError:
                time.sleep(0.05)
            else:
                return False
    return True


@contextmanager
def more_witnesses(targets: dict[str, Any], uid: int) -> Generator[tuple[dict[str, Any], Any]]:
    """Targets of the further attacks, and who tells what came to them."""
    home = Path(targets["secret"]).parent
    (home / "open").mkdir()
    (home / "open").chmod(0o777)
    for path in (home / "own", home / "open" / "removable", home / "open" / "renamable"):
        path.write_text("x", encoding="ascii")
        if os.geteuid() == 0:
            os.chown(path, uid, uid)
    with ExitStack() as ends:
        port6 = 0
        if socket.has_ipv6:
            server = ends.enter_context(socket.socket(socket.AF_INET6))
            try:
                server.bind(("::1", 0))
                server.listen()
                port6 = server.getsockname()[1]
            except OSError:
                port6 = 0
        boxes = {
            "send_datagram": box(ends, socket.AF_INET, ("127.0.0.1", 0)),
            "send_to_path": box(ends, socket.AF_UNIX, str(home / "datagrams")),
            "send_to_abstract": box(ends, socket.AF_UNIX, f"\0{home.name}-datagrams"),
        }
        (home / "datagrams").chmod(0o666)
        yield (
            {
                **targets,
                "port6": port6,
                "udp": boxes["send_datagram"].getsockname()[1],
                "datagrams": str(home / "datagrams"),
                "abstract_datagrams": f"{home.name}-datagrams",
                "own": str(home / "own"),
                "open": str(home / "open"),
                "address": int(Path(f"/proc/{targets['victim']}/maps").read_text(encoding="ascii").split("-")[0], 16),
                "hostname": socket.gethostname(),
            },
            lambda: {name for name, receiver in boxes.items() if came(receiver)},
        )


def box(ends: ExitStack, family: int, address: Any) -> socket.socket:
    """A datagram socket that never waits."""
    made = ends.enter_context(socket.socket(family, socket.SOCK_DGRAM))
    made.bind(address)
    made.settimeout(0)
    return made


def came(receiver: socket.socket) -> bool:
    """Whether anything was sent to it."""
    try:
        return bool(receiver.recv(16))
    except BlockingIOError:
        return False


if __name__ == "__main__":
    sys.exit(main())
