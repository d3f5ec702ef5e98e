"""Which gates a class must pass, in which order they are climbed, and what their answers add up to.

Gates that need nothing come first, then the one that needs the base run, then those that need
the candidate's own run, then the deep ones, which cost runs of their own. A gate that failed, or a
required one that was skipped, ends the climb, for whatever follows could not change the outcome;
only gates of `WEAK_TESTS` let it go on to the suite, because `needs-tests` means that nothing else failed.
"""

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pyagent.model import Answer, ChangeClass, Level, Status, Verdict
from pyagent.ports import Completed, Job, Runner
from repos.gates import (
    api,
    benchmark,
    canary,
    documented,
    executed,
    impacted,
    import_time,
    lint,
    loaded,
    metric,
    mutant_canary,
    new_jumps,
    new_tests,
    old_versus_new,
    origin,
    parse,
    rule_only,
    same_steps,
    security,
    size,
    strength,
    tests,
    typing_delta,
    weakening,
)
from repos.gates.monitor import gate as monitor
from repos.gates.trial import GATE_SET, Trial, skipped

Gate = tuple[str, Callable[[Trial], Verdict]]

ALONE: tuple[Gate, ...] = (
    (monitor.GATE, monitor.judge),
    (size.GATE, size.judge),
    (parse.GATE, parse.judge),
    (metric.GATE, metric.judge),
    (api.GATE, api.judge),
    (documented.GATE, documented.judge),
    (lint.GATE, lint.judge),
    (weakening.GATE, weakening.judge),
    (security.GATE, security.judge),
    (typing_delta.GATE, typing_delta.judge),
    (rule_only.GATE, rule_only.judge),
    (same_steps.GATE, same_steps.judge),
)
WITH_BASE: tuple[Gate, ...] = ((executed.GATE, executed.judge), (impacted.GATE, impacted.judge))
WITH_SUITE: tuple[Gate, ...] = (
    (tests.GATE, tests.judge),
    (canary.GATE, canary.judge),
    (origin.GATE, origin.judge),
    (loaded.GATE, loaded.judge),
)
DEEP: tuple[Gate, ...] = (
    (import_time.GATE, import_time.judge),
    (new_tests.GATE, new_tests.judge),
    (strength.GATE, strength.judge),
    (new_jumps.GATE, new_jumps.judge),
    (mutant_canary.GATE, mutant_canary.judge),
    (old_versus_new.GATE, old_versus_new.judge),
    (benchmark.GATE, benchmark.judge),
)
"""Climbed only by what passed all before, several changes side by side."""

LADDER = (*ALONE, *WITH_BASE, *WITH_SUITE, *DEEP)
"""Every gate in force, in the order of the climb."""

_EVERY = frozenset(name for name, _ in (*ALONE, *WITH_SUITE)) - {
    rule_only.GATE, same_steps.GATE, canary.GATE, typing_delta.GATE
}  # fmt: skip
REQUIRED: dict[ChangeClass, frozenset[str]] = {
    ChangeClass.H: _EVERY | {rule_only.GATE},
    ChangeClass.A: _EVERY | {executed.GATE, strength.GATE},
    ChangeClass.B: _EVERY | {executed.GATE, strength.GATE, old_versus_new.GATE},
    ChangeClass.C: _EVERY | {executed.GATE, strength.GATE, old_versus_new.GATE},
    ChangeClass.T: _EVERY | {new_tests.GATE, strength.GATE},
}
"""Gates that must pass: failed or skipped, the change is not proven."""

_ALWAYS = frozenset({canary.GATE, typing_delta.GATE, import_time.GATE})
_EDITS = _ALWAYS | {same_steps.GATE, impacted.GATE, new_jumps.GATE, benchmark.GATE}
ASKED: dict[ChangeClass, frozenset[str]] = {
    ChangeClass.H: _ALWAYS | {same_steps.GATE, old_versus_new.GATE},
    ChangeClass.A: _EDITS | {old_versus_new.GATE},
    ChangeClass.B: _EDITS,
    ChangeClass.C: _EDITS | {mutant_canary.GATE},
    ChangeClass.T: _ALWAYS,
}
"""Gates whose no stops a change, but which cannot answer everywhere: skipped, they stand under *not checked*."""

WEAK_TESTS = frozenset({executed.GATE, loaded.GATE, strength.GATE, new_jumps.GATE})
"""Gates that judge the base's tests rather than the change: failing here alone means needs-tests.

Not for class T, whose change is the tests.
"""

NEEDLESS = frozenset(
    {executed.GATE, impacted.GATE, loaded.GATE, import_time.GATE, strength.GATE, new_jumps.GATE,
     mutant_canary.GATE, old_versus_new.GATE, benchmark.GATE}
)  # fmt: skip
"""Gates that are not asked where `same-steps` passed: what runs the same steps needs nobody to notice another."""


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
        if not asked(trial.proposal.change_class, name):
            continue
        if name in trial.left_out - REQUIRED[trial.proposal.change_class]:
            verdicts.append(skipped(name, "left out by the operator's policy"))
            continue
        if name in NEEDLESS and _same_steps(verdicts):
            verdicts.append(skipped(name, f"not needed: {same_steps.GATE} passed"))
            continue
        stop = stopped_by(trial.proposal.change_class, tuple(verdicts))
        verdicts.append(skipped(name, f"not reached: {stop}") if stop else judged(name, judge, trial))
    return tuple(verdicts)


def asked(change_class: ChangeClass, gate: str) -> bool:
    """Whether this gate judges changes of this class."""
    return gate in REQUIRED[change_class] | ASKED[change_class]


def required(change_class: ChangeClass, verdicts: Iterable[Verdict]) -> frozenset[str]:
    """Gates that a change of this class must pass, given what is known of it."""
    return REQUIRED[change_class] - (NEEDLESS if _same_steps(verdicts) else frozenset())


def _same_steps(verdicts: Iterable[Verdict]) -> bool:
    return any(verdict.gate == same_steps.GATE and verdict.answer is Answer.PASSED for verdict in verdicts)


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
    due = required(change_class, verdicts)
    for verdict in verdicts:
        weak = _judges_tests(change_class, verdict.gate) and verdict.answer is Answer.FAILED
        if not weak and _decisive(change_class, verdict, due):
            return f"{verdict.gate} {verdict.answer}"
    return None


def clear(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether nothing speaks against the change so far, weak tests included: only then the deep gates are worth it."""
    due = required(change_class, verdicts)
    return not any(_decisive(change_class, verdict, due) for verdict in verdicts)


def _judges_tests(change_class: ChangeClass, gate: str) -> bool:
    """Whether a no of the gate asks for tests rather than speaks against the change."""
    return gate in WEAK_TESTS and change_class is not ChangeClass.T


def _decisive(change_class: ChangeClass, verdict: Verdict, due: frozenset[str]) -> bool:
    if verdict.answer is Answer.FAILED:
        return asked(change_class, verdict.gate)
    return verdict.answer is Answer.SKIPPED and verdict.gate in due


def complete(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """All verdicts, with a skipped one for each gate of this class that this gate set does not hold yet."""
    missing = sorted((REQUIRED[change_class] | ASKED[change_class]) - frozenset(name for name, _ in LADDER))
    return (*verdicts, *(skipped(name, f"not in force in gate set {GATE_SET}") for name in missing))


def standing(change_class: ChangeClass, verdicts: tuple[Verdict, ...]) -> tuple[Status, str]:
    """What the verdicts add up to, and the reason in one line.

    | among the gates of the class                   | status      |
    |------------------------------------------------|-------------|
    | any failed, other than those of `WEAK_TESTS`,  | failed      |
    | or any of a class T change                     |             |
    | any required one skipped or missing            | open        |
    | only gates of `WEAK_TESTS` failed              | needs-tests |
    | all required ones passed                       | proposed    |

    A required gate that weak tests kept from being reached was not skipped for a reason of its own. Where
    `same-steps` passed, the gates of `NEEDLESS` are not required.
    """
    answers = {verdict.gate: verdict for verdict in verdicts if asked(change_class, verdict.gate)}
    fails = [verdict for verdict in answers.values() if verdict.answer is Answer.FAILED]
    hard = [verdict for verdict in fails if not _judges_tests(change_class, verdict.gate)]
    if hard:
        return Status.FAILED, f"{hard[0].gate}: {hard[0].reason}"
    deep = frozenset(name for name, _ in DEEP) if fails else frozenset[str]()
    due = required(change_class, verdicts) - deep
    skips = [verdict for name, verdict in answers.items() if verdict.answer is Answer.SKIPPED and name in due]
    if skips:
        return Status.OPEN, f"{skips[0].gate} did not run: {skips[0].reason}"
    absent = sorted(due - answers.keys())
    if absent:
        return Status.OPEN, f"{absent[0]} did not run"
    if fails:
        return Status.NEEDS_TESTS, f"{fails[0].gate}: {fails[0].reason}"
    return Status.PROPOSED, "all required gates passed"
