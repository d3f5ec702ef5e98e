"""Where the suite is long: do the tests that run the touched lines still pass on the candidate?

Cost: those tests alone, up to the first failure; a red answer costs them twice more, for it is believed only
where they pass on the base, chosen likewise, and fail on the candidate again. Nothing where the suite is short.
Cannot see: tests that reach the change another way; the whole suite follows, and judges again.
"""

from pyagent.model import Verdict
from pyagent.ports import Limits
from repos.environments.frozen import Environment
from repos.gates.scopes import read, touched
from repos.gates.trial import Trial, counted, failed, listing, overlay, passed, python_changes, skipped
from repos.suites.outcomes import SuiteRun
from repos.suites.run import Chosen, run_suite

GATE = "impacted"
LONG_SECONDS = 90.0
"""CPU seconds of the measured base run from which on it is worth it: measuring costs about three times a plain run."""
MOST_SHARE = 0.7
"""Of the suite's cost; beyond it the whole suite says the same for hardly more."""


def judge(trial: Trial) -> Verdict:
    """Failed when a test of the touched lines passes on the base and fails on the candidate, twice."""
    covered, environment = trial.covered, trial.environment
    if covered is None or environment is None or not covered.measured:
        return skipped(GATE, "which tests run a line was not measured")
    tests = impacted(trial, covered)
    seconds = dict(zip(covered.measured, covered.seconds, strict=True))
    cost = sum(seconds[name] for name in tests)
    if covered.cpu_seconds < LONG_SECONDS or not tests or cost > MOST_SHARE * sum(covered.seconds):
        return passed(GATE, "the whole suite judges at once: choosing among its tests would save little")
    facts = (("tests that run the touched lines", f"{len(tests)} of {len(covered.measured)}"),)
    red = _red(trial, environment, tests, candidate=True)
    if red and not _red(trial, environment, red, candidate=False):
        again = _red(trial, environment, red, candidate=True)
        if again:
            return failed(GATE, f"{counted(len(again), 'test')} of the touched lines: {listing(again)}", facts)
    return passed(GATE, f"{counted(len(tests), 'test')} of the touched lines still pass", facts)


def impacted(trial: Trial, covered: SuiteRun) -> tuple[str, ...]:
    """Counted tests that pass on the base and run a line that the change touches."""
    found: set[str] = set()
    for path, before, after in python_changes(trial):
        reached = touched(read(before), read(after))
        found |= covered.tests_of(path, reached.edited | reached.beside)
    return tuple(sorted((found & covered.passed()) - trial.quarantined))


def _red(trial: Trial, environment: Environment, tests: tuple[str, ...], *, candidate: bool) -> tuple[str, ...]:
    """The chosen tests that failed, up to the first; all of them where the run broke off before one did."""
    ran = run_suite(
        trial.command, environment, trial.runner,
        tree=trial.base.root, overlay=overlay(trial) if candidate else {}, coverage=False, limits=Limits(),
        chosen=Chosen(tests, first_failure=True),
    )  # fmt: skip
    bad = tuple(name for name in tests if ran.outcomes.get(name) in {"failed", "error"})
    return bad or (() if ran.complete and ran.outcomes else tests)
