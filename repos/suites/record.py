"""What the recorder wrote, read back: a journal of events becomes outcomes (pure)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from repos.suites.outcomes import FileCoverage
from repos.suites.recorder.names import Names

FOLDER = ".pyagent-record"
"""Where the recorder writes, relative to the work copy."""
JOURNAL = f"{FOLDER}/journal.ndjson"
COVERAGE = f"{FOLDER}/coverage.json"

_WORST = {"passed": 0, "xpassed": 1, "xfailed": 2, "skipped": 3, "failed": 4, "error": 5}
_LAST_PHASES = frozenset({"teardown", "whole"})
"""pytest reports a test in phases, unittest as a whole."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A journal's content, ids normalised."""

    outcomes: Mapping[str, str]
    causes: Mapping[str, str]
    """Id to the message of its failure, error or skip."""
    modules: tuple[tuple[str, str], ...]
    complete: bool
    late: str | None
    """The limit for which the recorder ended the run: `wall`, or `idle` when nothing moved any more."""
    running: str | None
    """The test that had started last, as its runner names it, when the run ended in the middle of it."""


def read_journal(body: bytes) -> Recorded:
    """The outcomes a journal tells; a last line cut by a kill is left out."""
    outcomes: dict[str, str] = {}
    causes: dict[str, str] = {}
    modules: dict[str, str] = {}
    ended: set[str] = set()
    started: str | None = None
    late: str | None = None
    names = Names()
    for event in _events(body):
        if event.get("event") == "collected":
            names.seen(cast("list[str]", event["ids"]))
        elif event.get("event") == "modules":
            modules |= dict(cast("list[tuple[str, str]]", event["modules"]))
        elif event.get("event") == "report":
            started = None if event.get("when") in _LAST_PHASES else started
            name, outcome = names.of(str(event["id"])), _outcome(event)
            if outcome is not None and _WORST[outcome] >= _WORST.get(outcomes.get(name, "passed"), 0):
                outcomes[name] = outcome
                causes |= {name: str(event["text"])} if event.get("text") else {}
        elif event.get("event") == "start":
            started = str(event["id"])
        elif event.get("event") == "late":
            late = str(event["limit"])
        ended.add(str(event.get("event")))
    complete = "end" in ended
    running = None if complete else started
    return Recorded(outcomes, causes, tuple(sorted(modules.items())), complete, late, running)


@dataclass(frozen=True, slots=True)
class Lines:
    """A report of lines, read back."""

    files: Mapping[str, FileCoverage]
    tests: tuple[str, ...]
    seconds: tuple[float, ...]


def read_coverage(body: bytes, tests: Iterable[str]) -> Lines | None:
    """Lines by path, files under `tests` left out; None when the report is not readable."""
    try:
        report = cast("dict[str, Any]", json.loads(body))
    except ValueError:
        return None
    leave = tuple(tests)
    sets = [int(bits, 16) for bits in cast("list[str]", report["sets"])]
    files = {
        path: _file(lines, sets)
        for path, lines in cast("dict[str, dict[str, Any]]", report["files"]).items()
        if not any(path == test or path.startswith(f"{test}/") for test in leave)
    }
    return Lines(files, tuple(report["tests"]), tuple(report["seconds"]))


def _file(lines: Mapping[str, Any], sets: list[int]) -> FileCoverage:
    ran_by = {line: sets[place] for line, place in cast("list[tuple[int, int]]", lines["ran_by"])}
    return FileCoverage(frozenset(lines["statements"]), frozenset(lines["executed"]), ran_by)


def _events(body: bytes) -> Iterator[dict[str, Any]]:
    for line in body.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield cast("dict[str, Any]", event)


def _outcome(event: Mapping[str, Any]) -> str | None:
    """What one report says of its test; None for phases that say nothing."""
    when, outcome = event.get("when"), str(event.get("outcome"))
    if outcome not in _WORST:
        return None
    if outcome == "passed":
        return "passed" if when in {"call", "whole"} else None
    if outcome == "failed" and when in {"setup", "teardown", "collect"}:
        return "error"
    return outcome
