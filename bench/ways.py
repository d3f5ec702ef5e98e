"""`make ways`: the loop started in five ways on one `pyagent up`; each must end in the same facts.

    python bench/ways.py [--state FOLDER] [--pictures FOLDER]

The ways: an edit of improvements.md that Dagster's sensor notices, a tick of the nightly schedule at a time of our
own, Dagster's launchpad, the form of Prefect's pages, the command line. Each gets a copy of one project. Compared is
how often each kind of fact was told of each change. Afterwards a browser without a network opens both programs' pages.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.killing.target import make
from bench.orchestra.pages import look_at
from bench.orchestra.playing import END_SECONDS, START_SECONDS, Orchestra, orchestra
from bench.orchestra.waiting import eventually
from pyagent.ledger.facts import Fact, TicketRaised

TICK = "2031-05-04T03:00:00+00:00"
"""Any night will do: what the schedule asks for hangs on this and not on the clock."""
WISH = "- Make `weights.letter.size` easier to read.\n"
Told = Counter[tuple[str, str]]
"""How often each kind of fact was told of each change."""


@dataclass(frozen=True)
class Way:
    """A run and how it was started."""

    name: str
    slug: str
    seconds: float
    told: Told


def main() -> int:
    """Exit 0 when all five ended in the same facts, changes were merged, and the pages were whole."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    base = given.state or Path(tempfile.mkdtemp(prefix="pyagent-ways-"))
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)  # the sandbox enters as another user
    with orchestra(make(base / secrets.token_hex(4), postgres="")) as playing:
        ways = list(_went(playing))
        faults = [*_differences(ways), *look_at(playing, ways[0].slug, given.pictures)]
    print(*faults, sep="\n")
    return 1 if faults else 0


def _went(playing: Orchestra) -> Iterator[Way]:
    # The sensor first: its wish stands for the others too, and asks for a run of each repository there is.
    starts: Mapping[str, Callable[[str], None]] = {
        "edit of improvements.md": lambda slug: _edit(playing, slug),
        "nightly tick": lambda slug: _tick(playing, slug),
        "Dagster's launchpad": playing.launch,
        "Prefect's form": playing.submit,
        "command line": lambda slug: _command(playing, slug),
    }
    for name, start in starts.items():
        slug, begun = playing.repository(), time.monotonic()
        start(slug)
        eventually(lambda slug=slug: playing.ended(slug), END_SECONDS, f"{name}: the run on {slug} ends")
        way = Way(name, slug, time.monotonic() - begun, _told(playing.facts(slug)))
        merged = sum(kind == "ChangeMerged" for kind, _ in way.told.elements())
        print(f"{name:24} {way.told.total():4} facts, {merged} merged, {way.seconds:4.0f} s", flush=True)
        yield way


def _edit(playing: Orchestra, slug: str) -> None:
    eventually(lambda: slug in playing.partitions(), START_SECONDS, f"Dagster has a partition {slug}")
    (playing.place.base / "improvements.md").write_text(WISH, "utf-8")


def _tick(playing: Orchestra, slug: str) -> None:
    """The schedule is asked in a process of its own; what it answers is launched as the daemon would."""
    eventually(lambda: slug in playing.partitions(), START_SECONDS, f"Dagster has a partition {slug}")
    environ = {**os.environ, "DAGSTER_HOME": str(playing.state / "dagster")}
    command = [sys.executable, "-m", "bench.orchestra.tick", TICK]
    said = subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.splitlines()
    asked = dict(line.split("\t") for line in said)
    if asked.keys() != set(playing.partitions()):
        raise SystemExit(f"the tick asks for {sorted(asked)}, not for every repository")
    playing.launch(slug, {"dagster/run_key": asked[slug]})


def _command(playing: Orchestra, slug: str) -> None:
    """Until it ends: 0, or 10 when something waits for a person."""
    command = [sys.executable, "-m", "cli", "--config", str(playing.configuration), "run", slug]
    done = subprocess.run(command, env=playing.place.environ, check=False, capture_output=True, text=True)
    if done.returncode not in {0, 10}:
        raise SystemExit(f"the command line: {done.stderr}")


def _told(facts: list[Fact]) -> Told:
    """Changes by what they are: their ids hold the repository's name."""
    names = {
        fact.ticket.change: f"{fact.ticket.transform} {fact.ticket.path} {fact.ticket.name}"
        for fact in facts
        if isinstance(fact, TicketRaised)
    }
    return Counter((type(fact).__name__, names.get(str(getattr(fact, "change", "")), "")) for fact in facts)


def _differences(ways: list[Way]) -> Iterator[str]:
    first = ways[0]
    if not any(kind == "ChangeMerged" for kind, _ in first.told):
        yield f"{first.name}: nothing was merged"
    for way in ways[1:]:
        for sign, rest in (("more", way.told - first.told), ("less", first.told - way.told)):
            for (kind, change), count in sorted(rest.items()):
                yield f"{way.name}: {count} {kind} {sign} than by {first.name} {change}".rstrip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--state", type=Path)
    parser.add_argument("--pictures", type=Path, help="a folder for screenshots of the pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
