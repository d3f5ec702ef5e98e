"""Did tests of ours, run among the candidate's, report what they must: some failure, some success, some error?

Cost: none beyond the candidate's run, in which some twenty tests of a line each sit (`repos.suites.canaries`).
Cannot see: a runner that lies about the suite's own tests alone, whose ids its author knew (that is
`spoiled`); and it asks only canaries of a form that told the truth on the base.
"""

from pyagent.model import Verdict
from repos.gates.trial import Trial, counted, failed, listing, passed, skipped
from repos.suites.outcomes import Canary, SuiteRun

GATE = "canary"
_PLACES = ("before the tests", "behind them")


def judge(trial: Trial) -> Verdict:
    """Failed when one canary reports anything but what happened in it."""
    if trial.base_run is None or trial.candidate_run is None:
        return skipped(GATE, "the suite did not run on both sides")
    return between(trial.base_run, trial.candidate_run)


def between(base: SuiteRun, candidate: SuiteRun) -> Verdict:
    """The verdict on a candidate's canaries; a base that hears none of ours failing has none that judge."""
    sound = _sound(base.canaries)
    if not any(expected == "failed" for _, expected in sound):
        return skipped(GATE, "this suite's runner takes no tests of ours in, or stops at the first failure")
    due = tuple(bird for bird in candidate.canaries if (bird.form, bird.expected) in sound)
    lies = tuple(_told(bird) for bird in due if not bird.told_right())
    facts = (("tests of ours that told the truth", f"{len(due) - len(lies)} of {len(due)}"),)
    if lies:
        return failed(GATE, f"the runner lies: {listing(lies)}", facts)
    return passed(GATE, f"{counted(len(due), 'test')} of ours failed, passed and erred as they must", facts)


def _sound(birds: tuple[Canary, ...]) -> frozenset[tuple[str, str]]:
    """Form and outcome of the canaries that told the truth wherever they sat."""
    kinds = {(bird.form, bird.expected) for bird in birds}
    return frozenset(kinds - {(bird.form, bird.expected) for bird in birds if not bird.told_right()})


def _told(bird: Canary) -> str:
    place = _PLACES[bird.place] if bird.place < len(_PLACES) else "between them"
    return f"a {bird.form} {place} that must be {bird.expected} is {bird.seen or 'not reported'}"
