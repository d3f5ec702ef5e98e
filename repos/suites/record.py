"""What the recorder wrote, read back: a journal of events becomes outcomes (pure)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """The session said its end, and the process then ended by itself with the status it had said."""
    late: str | None
    """The limit for which the keeper ended the run: `wall`, `journal`, or `idle` when nothing moved any more."""
    running: str | None
    """The test that had started last, as its runner names it, when the run ended in the middle of it."""
    odd: frozenset[tuple[str, str]] = frozenset()
    """(rule, id) of what a recorder left in peace does not write; the id is empty where it is about the whole."""
    seconds: float = 0.0
    """From start to end, by the keeper's clock."""


NOTHING = Recorded({}, {}, (), complete=False, late=None, running=None)
"""A run that left no record."""


def unsealed(body: bytes, seal: bytes) -> bytes | None:
    """The lines of a sealed record; None when a byte of it was written by anybody but the keeper."""
    lines, _, last = body.rstrip(b"\n").rpartition(b"\n")
    lines += b"\n" if lines else b""
    genuine = hmac.new(seal, lines, hashlib.sha256).hexdigest().encode()
    return lines if hmac.compare_digest(genuine, last) else None


def read_journal(body: bytes) -> Recorded:
    """What a journal tells."""
    reading = _Reading()
    for event in _events(body):
        reading.take(event)
    return reading.recorded()


class _Reading:
    """Folds events; each kind of event has a method of its name."""

    def __init__(self) -> None:
        self._names = Names()
        self._outcomes: dict[str, str] = {}
        self._causes: dict[str, str] = {}
        self._modules: dict[str, str] = {}
        self._collected: list[str] = []
        self._started: list[str] = []
        self._reported: set[str] = set()
        self._odd: set[tuple[str, str]] = set()
        self._running: str | None = None
        self._said: int | None = None
        self._exit: Mapping[str, Any] | None = None
        self._late: str | None = None
        self._seconds = 0.0

    def take(self, event: Mapping[str, Any]) -> None:
        by_keeper = event.get("by") == "keeper"
        kind = str(event.get("event"))
        read = (_KEEPERS if by_keeper else _SUITES).get(kind)
        if self._said is not None and not by_keeper:
            self._odd.add(("speaks after its end", ""))
        if read is not None:
            read(self, event)
        self._seconds = float(event.get("at", self._seconds))

    def recorded(self) -> Recorded:
        """The whole; `complete` needs an end that the exit status bears out."""
        status = self._exit.get("status") if self._exit else None
        complete = self._said is not None and self._late is None and status == self._said
        if self._exit and self._exit.get("forged"):
            complete = False
            self._odd.add(("wrote into the recorder's pipe", ""))
        return Recorded(
            outcomes=self._outcomes,
            causes=self._causes,
            modules=tuple(sorted(self._modules.items())),
            complete=complete,
            late=self._late,
            running=None if complete else self._running,
            odd=frozenset({*self._odd, *self._unordered()}),
            seconds=self._seconds,
        )

    def _unordered(self) -> Iterator[tuple[str, str]]:
        """Ids that lack a start or an outcome, and starts in another order than collected."""
        due = {*self._collected, *self._started}
        yield from (("started or collected, without an outcome", name) for name in due - self._outcomes.keys())
        yield from (("reported without a start", name) for name in self._reported - set(self._started))
        places = {name: at for at, name in enumerate(self._collected)}
        order = [places[name] for name in dict.fromkeys(self._started) if name in places]
        if order != sorted(order):
            yield ("ran in another order than collected", "")

    def collected(self, event: Mapping[str, Any]) -> None:
        self._collected += [self._names.of(str(name)) for name in event["ids"]]

    def modules(self, event: Mapping[str, Any]) -> None:
        self._modules |= dict(cast("list[tuple[str, str]]", event["modules"]))

    def start(self, event: Mapping[str, Any]) -> None:
        self._running = str(event["id"])
        self._started.append(self._names.of(self._running))

    def report(self, event: Mapping[str, Any]) -> None:
        self._running = None if event.get("when") in _LAST_PHASES else self._running
        name, outcome = self._names.of(str(event["id"])), _outcome(event)
        if event.get("when") != "collect":
            self._reported.add(name)
        if outcome is not None and _WORST[outcome] >= _WORST.get(self._outcomes.get(name, "passed"), 0):
            self._outcomes[name] = outcome
            self._causes |= {name: str(event["text"])} if event.get("text") else {}

    def end(self, event: Mapping[str, Any]) -> None:
        code = event.get("code")
        self._said = code if isinstance(code, int) else 0

    def late(self, event: Mapping[str, Any]) -> None:
        self._late = str(event["limit"])

    def exit(self, event: Mapping[str, Any]) -> None:
        self._exit = event


_Reads = Mapping[str, Callable[[_Reading, Mapping[str, Any]], None]]
_SUITES: _Reads = {
    "collected": _Reading.collected, "modules": _Reading.modules, "start": _Reading.start,
    "report": _Reading.report, "end": _Reading.end,
}  # fmt: skip
_KEEPERS: _Reads = {"late": _Reading.late, "exit": _Reading.exit}


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
