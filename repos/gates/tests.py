"""Does every test that passed on the base still pass on the candidate, id by id?

Cost: one run of the suite per candidate; base runs are shared (`repos.gates.bases`).
Cannot see: behaviour that no test asserts. The base's tests judge: a patch that touches one fails `size`.
"""

from dataclasses import replace

from pyagent.model import Verdict
from repos.gates.trial import Facts, Trial, counted, failed, listing, passed, skipped
from repos.suites.compare import Comparison, compare
from repos.suites.outcomes import SuiteRun

GATE = "tests"


def judge(trial: Trial) -> Verdict:
    """Passed when both runs ended by themselves and no counted test id is lost, failing or missing."""
    if trial.base_run is None:
        return skipped(GATE, "the base suite did not run")
    return between(trial.base_run, trial.candidate_run, quarantined=trial.quarantined)


def between(base: SuiteRun, candidate: SuiteRun | None, *, quarantined: frozenset[str]) -> Verdict:
    """The verdict on two runs of one suite; a base that says nothing makes it skipped."""
    problem = unusable(base)
    if problem:
        return skipped(GATE, f"the base suite judges nothing: {problem}")
    if candidate is None:
        return skipped(GATE, "the suite did not run on the candidate")
    return replace(_verdict(base, candidate, quarantined), cpu_seconds=candidate.cpu_seconds)


def _verdict(base: SuiteRun, candidate: SuiteRun, quarantined: frozenset[str]) -> Verdict:
    found = compare(base, candidate, quarantined)
    facts = _facts(base, candidate, quarantined)
    if found.green:
        return passed(GATE, f"{counted(len(base.passed() - quarantined), 'test')} passed before, and again", facts)
    return failed(GATE, found.reason, (*facts, *_losses(found)))


def unusable(base: SuiteRun) -> str | None:
    """Why a base run cannot judge anything; None when it can."""
    if base.stopped:
        return f"it was stopped by the {base.stopped} limit"
    if not base.complete:
        return f"it ended early with status {base.code}: {base.tail.strip().rpartition(chr(10))[2][:200]}"
    return None if base.passed() else "no test passed"


def _facts(base: SuiteRun, candidate: SuiteRun, quarantined: frozenset[str]) -> Facts:
    return (
        ("tests passed", f"{len(base.passed())} before, {len(candidate.passed())} after"),
        ("tests collected", f"{len(base.outcomes)} before, {len(candidate.outcomes)} after"),
        (
            "results",
            "equal in every outcome and message" if base.digest() == candidate.digest() else "not all messages equal",
        ),
        ("tests quarantined", f"{len(quarantined)}{': ' if quarantined else ''}{listing(tuple(sorted(quarantined)))}"),
    )


def _losses(found: Comparison) -> Facts:
    parts = (("lost", found.lost), ("newly failing", found.newly_failing), ("missing", found.missing))
    return tuple((name, listing(tuple(sorted(ids)), most=5)) for name, ids in parts if ids)
