"""Runs of the unchanged tree: what every candidate is measured against, and the tests that waver there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from repos.gates.tests import unusable
from repos.suites.compare import quarantine
from repos.suites.outcomes import SuiteRun


class SuiteRunner(Protocol):
    """The suite of one repository in its frozen environment, inside the sandbox; called from several threads."""

    def __call__(self, tree: Path, *, overlay: Mapping[str, bytes | None], coverage: bool) -> SuiteRun:
        """One run over a copy of `tree` with `overlay` written on top."""
        ...


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Test ids that are reported, but not counted, and why."""

    ids: tuple[str, ...]
    reason: str


class Bases:
    """The base runs of one tree in one environment, made when they are first needed.

    Only candidates may run side by side; base runs and judgements keep to one thread.
    """

    def __init__(self, suite: SuiteRunner, tree: Path, *, known: Iterable[str] = ()) -> None:
        """`known` ids were quarantined on this tree and environment before."""
        self._suite = suite
        self._tree = tree
        self._stale = False
        self._known = frozenset(known)
        self._covered: SuiteRun | None = None
        self._plain: list[SuiteRun] = []
        self.quarantines: list[Quarantine] = []

    @property
    def runs(self) -> tuple[SuiteRun, ...]:
        """Every base run made, the measured one first."""
        return (*([self._covered] if self._covered else []), *self._plain)

    @property
    def quarantined(self) -> frozenset[str]:
        """Every id that is not counted."""
        return self._known.union(*(found.ids for found in self.quarantines))

    def covered(self) -> SuiteRun:
        """The base run with coverage. Measuring changes what some tests do, so it quarantines nothing."""
        if self._covered is None:
            self._covered = self._run(coverage=True)
        return self._covered

    def latest(self) -> SuiteRun:
        """The newest base run; the measured one serves until there is another, unless something failed in it."""
        if self._plain:
            return self._plain[-1]
        first = self._covered
        if first is None or unusable(first) or quarantine((first,)):
            return self._run(coverage=False)
        return first

    def usable(self) -> SuiteRun:
        """The newest base run, made once more where it judges nothing: a single accident is forgiven."""
        if unusable(self.latest()):
            self.fresh()
        return self.latest()

    def fresh(self) -> frozenset[str]:
        """Run the base once more; the ids that came out differently than before and were still counted."""
        before = self.quarantined
        self._run(coverage=False)
        return self.quarantined - before

    def candidate(self, tree: Path, *, overlay: Mapping[str, bytes | None]) -> SuiteRun:
        """One run of changed code, from any thread."""
        self._stale = True
        return self._suite(tree, overlay=overlay, coverage=False)

    def catch_up(self) -> None:
        """Have a base run that is younger than every candidate's."""
        if self._stale:
            self.fresh()

    def _run(self, *, coverage: bool) -> SuiteRun:
        run = self._suite(self._tree, overlay={}, coverage=coverage)
        self._stale = False
        if not coverage:
            steady = [earlier for earlier in self._plain if not unusable(earlier)][-1:]
            self._plain.append(run)
            if not unusable(run):
                self._quarantine(quarantine((run,)), "fails on base")
                self._quarantine(quarantine((*steady, run)), "wavers on base")
        return run

    def _quarantine(self, ids: Iterable[str], reason: str) -> None:
        new = tuple(sorted(frozenset(ids) - self.quarantined))
        if new:
            self.quarantines.append(Quarantine(new, reason))
