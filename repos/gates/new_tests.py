"""Do the new tests pass three times alike, and do they run lines of their function that no test ran?

Cost: two runs of the new tests alone, one of them measured; the candidate's own run is the third.
Cannot see: whether what they hold fast is right; a characterisation test says what is, not what should be.
"""

from pyagent.model import ChangeClass, Verdict
from pyagent.ports import Limits
from repos.environments.frozen import Environment
from repos.gates.scopes import read
from repos.gates.trial import Trial, counted, failed, listing, overlay, passed, skipped
from repos.suites.outcomes import SuiteRun
from repos.suites.run import Chosen, run_suite

GATE = "new-tests"
LIMITS = Limits(wall_seconds=300.0, cpu_seconds=150)


def judge(trial: Trial) -> Verdict:
    """Passed when every new test id passed in three runs and a line of the named function runs that did not."""
    if trial.proposal.change_class is not ChangeClass.T:
        return skipped(GATE, "the change adds no tests")
    base, ran, environment = trial.base_run, trial.candidate_run, trial.environment
    if base is None or ran is None or environment is None or trial.covered is None:
        return skipped(GATE, "the suite did not run on base and candidate, measured")
    new = tuple(sorted(ran.outcomes.keys() - base.outcomes.keys()))
    if not new:
        return failed(GATE, "the suite collects no new test")
    measured, plain = (_run(trial, environment, new, coverage=coverage) for coverage in (True, False))
    runs = (ran, measured, plain)
    wavering = tuple(name for name in new if any(run.outcomes.get(name) != "passed" for run in runs))
    gained = _lines(trial, measured) - _lines(trial, trial.covered)
    facts = (
        ("new tests", f"{len(new)}, three runs each"),
        (f"lines of {trial.proposal.name} that ran for the first time", str(len(gained))),
    )
    if wavering:
        return failed(GATE, f"not passed three times: {listing(wavering)}", facts)
    if not gained:
        return failed(GATE, f"they run no line of {trial.proposal.name} that did not run before", facts)
    said = f"{counted(len(new), 'new test')} passed three times and ran {counted(len(gained), 'line')} more"
    return passed(GATE, f"{said} of {trial.proposal.name}", facts)


def _run(trial: Trial, environment: Environment, new: tuple[str, ...], *, coverage: bool) -> SuiteRun:
    return run_suite(
        trial.command, environment, trial.runner, tree=trial.base.root, overlay=overlay(trial),
        coverage=coverage, limits=LIMITS, chosen=Chosen(only=new),
    )  # fmt: skip


def _lines(trial: Trial, run: SuiteRun) -> frozenset[int]:
    """Lines of the named function that the run executed."""
    path, known = trial.proposal.path, (run.coverage or {}).get(trial.proposal.path)
    if known is None or path not in trial.base.paths():
        return frozenset()
    return known.executed & frozenset(read(trial.base.read(path)).scopes.get(trial.proposal.name, ()))
