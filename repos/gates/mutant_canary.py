"""With the changed functions broken on purpose, does the candidate's suite go red as the base's does?

Cost: two runs, of the tests that execute the functions alone, each ended by its first failure.
Cannot see: a cheat inside the very functions that are broken, which is gone with them; functions no test executes.
"""

from pyagent.model import Verdict
from pyagent.ports import Limits
from repos.gates.breaking import broken
from repos.gates.trial import Trial, counted, failed, overlay, passed, python_changes, skipped
from repos.replay.functions import Name, changed
from repos.suites.outcomes import SuiteRun
from repos.suites.run import Chosen, run_suite

GATE = "mutant-canary"
LIMITS = Limits()
"""Of either run; the suite itself kept to the same."""
_RED = frozenset({"failed", "error"})


def judge(trial: Trial) -> Verdict:
    """Failed when the base's tests notice that the functions are broken and the candidate's report that all is well."""
    if trial.environment is None or trial.covered is None:
        return skipped(GATE, "there is no measured base run to choose tests by")
    names = {path: found for path, before, after in python_changes(trial) if (found := changed(path, before, after))}
    if not names:
        return skipped(GATE, "no function that both versions have was changed")
    mutants, tests = _mutants(trial, trial.covered, names)
    if not tests:
        return skipped(GATE, "no test that counts executes the changed functions")
    chosen = Chosen(only=tuple(sorted(tests)), first_failure=True)
    facts = (("tests that execute what was broken", str(len(tests))),)
    if not _red(_run(trial, mutants["base"], chosen), tests):
        return skipped(GATE, "the base's own tests do not notice it when the changed functions raise", facts)
    if _red(_run(trial, mutants["candidate"], chosen), tests):
        return passed(GATE, f"a test failed once {_counted(names)} raised, as on the base", facts)
    return failed(GATE, f"no test failed although {_counted(names)} raised; on the base one does", facts)


def _mutants(
    trial: Trial, covered: SuiteRun, names: dict[str, tuple[Name, ...]]
) -> tuple[dict[str, dict[str, bytes | None]], frozenset[str]]:
    """What to lay over the base for either side, and the counted tests that execute the functions on the base."""
    sides: dict[str, dict[str, bytes | None]] = {"base": {}, "candidate": overlay(trial)}
    tests: frozenset[str] = frozenset()
    for path, before, after in python_changes(trial):
        if path in names:
            sides["base"][path], lines = broken(path, before, names[path])
            sides["candidate"][path], _ = broken(path, after, names[path])
            tests |= covered.tests_of(path, lines)
    return sides, (tests & covered.passed()) - trial.quarantined


def _run(trial: Trial, files: dict[str, bytes | None], chosen: Chosen) -> SuiteRun:
    assert trial.environment is not None  # noqa: S101 - `judge` looked
    return run_suite(
        trial.command, trial.environment, trial.runner,
        tree=trial.base.root, overlay=files, coverage=False, limits=LIMITS, chosen=chosen,
    )  # fmt: skip


def _red(run: SuiteRun, tests: frozenset[str]) -> bool:
    """Whether something of these tests went wrong; a run that broke off is no success either."""
    return not run.complete or any(run.outcomes.get(test) in _RED for test in tests) or not tests & run.passed()


def _counted(names: dict[str, tuple[Name, ...]]) -> str:
    return counted(sum(map(len, names.values())), "changed function")
