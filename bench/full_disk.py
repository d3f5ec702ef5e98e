"""`make full-disk`: the disk that holds the state of a running `up` is full for a while in the middle of a run.

    python bench/full_disk.py [--seconds N]

The state lies on a file system of its own in memory (which needs root). A run begins, every byte left is taken, and
given back after N seconds. Then nothing is done but to wait: the run must end, and git must show what an undisturbed
run shows, as in the kill matrix. Printed is what `up` and its services said of it.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench.killing.target import make
from bench.orchestra.playing import END_SECONDS, START_SECONDS, Orchestra, orchestra
from bench.orchestra.strikes import striker
from bench.orchestra.waiting import eventually, within
from pyagent.ledger.facts import ProposalMade

SIZE = "1500m"
SECONDS = 20
SIGNS = ("disk is full", "No space left", "Free space")


def main() -> int:
    """Exit 0 when the run ended and lost nothing."""
    seconds = _arguments().seconds
    with ExitStack() as ending:
        base = ending.enter_context(_file_system())
        playing = ending.enter_context(orchestra(make(base / "place", postgres="")))
        watching = striker(playing, random.Random(), None)  # noqa: S311 - nothing here is random
        slug = playing.repository()
        playing.ask(slug)
        made = lambda: any(isinstance(fact, ProposalMade) for fact in playing.facts(slug))  # noqa: E731
        eventually(made, START_SECONDS, f"the run on {slug} makes a proposal")
        facts = len(playing.facts(slug))
        _fill(base, seconds)
        begun = time.monotonic()
        ended = within(lambda: playing.ended(slug), END_SECONDS)
        print(f"full for {seconds} s after {facts} facts; ended {time.monotonic() - begun:.0f} s after there was space")
        faults = [] if ended else [f"no end within {END_SECONDS:.0f} s"]
        faults += watching.harm(slug)
        print(*_said(playing), *faults, sep="\n")
    return 1 if faults else 0


@contextmanager
def _file_system() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pyagent-full-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def _fill(base: Path, seconds: int) -> None:
    """Take what is left, and what is let go of meanwhile."""
    deadline = time.monotonic() + seconds
    ballast = os.open(base / "ballast", os.O_CREAT | os.O_WRONLY)
    taken = 0
    while time.monotonic() < deadline:
        left = os.statvfs(base)
        free = left.f_bavail * left.f_frsize
        with suppress(OSError):  # somebody else took some of it in between
            os.posix_fallocate(ballast, taken, free)
            taken += free
        time.sleep(0.2)
    os.close(ballast)
    (base / "ballast").unlink()


def _said(playing: Orchestra) -> list[str]:
    """How often each service spoke of the full disk."""
    logs = [*sorted((playing.state / "logs").glob("*.log")), playing.place.base / "up.log"]
    counts = {log.stem: sum(log.read_text("utf-8", "replace").count(sign) for sign in SIGNS) for log in logs}
    return [f"{name} spoke of it {count} times" for name, count in counts.items() if count]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for which there is no space")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
