"""Which gates a class must pass, in which order they are climbed, and what their answers add up to.

Gates that need nothing come first, then the one that needs the base run, then the two that need
the candidate's own run. A failed or skipped required gate ends the climb, for whatever follows
could not change the outcome; only a failed `executed` lets it go on, because `needs-tests` means
that it is the only failure.
"""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from pyagent.model import Answer, ChangeClass, Level, Status, Verdict
from pyagent.ports import Completed, Job, Runner
from repos.gates import api, executed, lint, metric, origin, parse, size, tests
from repos.gates.trial import GATE_SET_TEXT, Trial, skipped

Gate = tuple[str, Callable[[Trial], Verdict]]

ALONE: tuple[Gate, ...] = (
    (size.GATE, size.judge),
    (parse.GATE, parse.judge),
    (metric.GATE, metric.judge),
    (api.GATE, api.judge),
    (lint.GATE, lint.judge),
)
WITH_BASE: tuple[Gate, ...] = ((executed.GATE, executed.judge),)
WITH_SUITE: tuple[Gate, ...] = ((tests.GATE, tests.judge), (origin.GATE, origin.judge))

_EVERY = frozenset(name for name, _ in (*ALONE, *WITH_SUITE))
REQUIRED: dict[ChangeClass, frozenset[str]] = {
    ChangeClass.H: _EVERY,
    ChangeClass.A: _EVERY | {executed.GATE},
    ChangeClass.B: _EVERY | {executed.GATE, "old-versus-new"},
    ChangeClass.C: _EVERY | {executed.GATE, "old-versus-new", "strength"},
    ChangeClass.T: _EVERY | {"strength"},
}
"""Gates that must pass. `strength` joins class A with the next gate set."""

NOT_IN_FORCE = ("old-versus-new", "strength")


@dataclass(slots=True)
class _Metered:
    """A Runner that adds up what its runs cost."""

    runner: Runner
    cpu_seconds: float = 0.0

    @property
    def level(self) -> Level:
        return self.runner.level

    def run(self, job: Job) -> Completed:
        done = self.runner.run(job)
        self.cpu_seconds += done.cpu_seconds
        return done


def climb(trial: Trial, gates: tuple[Gate, ...], so_far: tuple[Verdict, ...] = ()) -> tuple[Verdict, ...]:
    """`so_far` with the verdicts of `gates` behind it; gates that are not reached are skipped and say so."""
    verdicts = list(so_far)
    for name, judge in gates:
        if name not in REQUIRED[trial.proposal.change_class]:
            continue
        stop = stopped_by(trial.proposal.change_class, tuple(verdicts))
        verdicts.append(skipped(name, f"not reached: {stop}") if stop else judged(name, judge, trial))
    return tuple(verdicts)


def judged(name: str, judge: Callable[[Trial], Verdict], trial: Trial) -> Verdict:
    """The gate's verdict with its CPU seconds, those of its sandboxed tools included; a broken gate is skipped."""
    meter = _Metered(trial.runner)
    start = time.thread_time()
    try:
        verdict = judge(replace(trial, runner=meter))
    except Exception as error:  # noqa: BLE001 - one proposal must never stop the batch; the reason is kept
        where = traceback.extract_tb(error.__traceback__)[-1]
        verdict = skipped(name, f"the gate broke: {type(error).__name__}: {error} ({where.name}:{where.lineno})"[:500])
    return replace(verdict, cpu_seconds=verdict.cpu_seconds + time.thread_time() - start + meter.cpu_seconds)


def stopped_by(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> str | None:
    """The gate that ends the climb, with its answer: `parse failed`; None when it goes on."""
    for verdict in verdicts:
        decisive = verdict.gate in REQUIRED[change_class] and verdict.answer is not Answer.PASSED
        if decisive and (verdict.gate, verdict.answer) != (executed.GATE, Answer.FAILED):
            return f"{verdict.gate} {verdict.answer}"
    return None


def complete(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """All verdicts, with a skipped one for each required gate that this gate set does not hold yet."""
    missing = (name for name in NOT_IN_FORCE if name in REQUIRED[change_class])
    return (*verdicts, *(skipped(name, f"not in force ({GATE_SET_TEXT})") for name in missing))


def standing(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> tuple[Status, str]:
    """What the verdicts add up to, and the reason in one line.

    | among the required gates              | status      |
    |---------------------------------------|-------------|
    | any failed, other than `executed`     | failed      |
    | any skipped or missing                | open        |
    | only `executed` failed                | needs-tests |
    | all passed                            | proposed    |
    """
    answers = {verdict.gate: verdict for verdict in verdicts if verdict.gate in REQUIRED[change_class]}
    fails = [verdict for verdict in answers.values() if verdict.answer is Answer.FAILED]
    hard = [verdict for verdict in fails if verdict.gate != executed.GATE]
    if hard:
        return Status.FAILED, f"{hard[0].gate}: {hard[0].reason}"
    skips = [verdict for verdict in answers.values() if verdict.answer is Answer.SKIPPED]
    if skips:
        return Status.OPEN, f"{skips[0].gate} did not run: {skips[0].reason}"
    absent = sorted(REQUIRED[change_class] - answers.keys())
    if absent:
        return Status.OPEN, f"{absent[0]} did not run"
    if fails:
        return Status.NEEDS_TESTS, f"{fails[0].gate}: {fails[0].reason}"
    return Status.PROPOSED, "all required gates passed"
