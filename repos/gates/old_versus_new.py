"""Does the changed function do what it did before, on calls its suite made and on calls near those?

Cost: one run of the suite per base that records calls, and per change two to six starts of the interpreter with a
few milliseconds a call: 1 to 4 CPU-seconds.
Cannot see: functions no test calls with arguments that survive a copy; what depends on state of modules that the
suite set up before; performance; more than MOST_RECORDED recorded and MOST_VARIED varied calls.
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyagent.ids import digest
from pyagent.model import Verdict
from repos.gates.trial import Facts, Trial, counted, failed, listing, overlay, passed, python_changes, skipped
from repos.replay.calls import Recording
from repos.replay.comparing import Different, LeftOut, Same, compared
from repos.replay.functions import changed, constants
from repos.replay.replaying import Answer, Place, Target, replay
from repos.replay.replaying import Trial as Made

GATE = "old-versus-new"
MOST_RECORDED = 120
MOST_VARIED = 240
MOST_DOUBTED = 20
"""Differing calls that are made again; one that stands is enough to fail."""
STEADY = 3
"""Times the old code must do the same again before a difference counts."""
_WAVERS = LeftOut("the old code does not do the same twice")
_NOT_AGAIN = LeftOut("it differs, but was not made again")


@dataclass(frozen=True, slots=True)
class _Plan:
    """The calls to make and what they are varied with."""

    targets: tuple[Target, ...]
    calls: tuple[Made, ...]
    constants: tuple[str, ...]


def judge(trial: Trial) -> Verdict:
    """Passed when no call differs and at least one was compared; skipped when none can be made again."""
    if trial.environment is None or trial.recorded is None:
        return skipped(GATE, "there is no environment to run the target in")
    names = {path: changed(path, before, after) for path, before, after in python_changes(trial)}
    if not any(names.values()):
        return skipped(GATE, "no function that both versions have was changed")
    recording = trial.recorded()
    seed = digest("old-versus-new", trial.proposal.id, secrets.token_hex(8))
    plan = _planned(trial, recording, names, seed)
    if not plan.calls:
        return skipped(GATE, f"no recorded call survives a copy: {_unkept(recording, names)}")
    place = Place(trial.base, trial.command, trial.environment, trial.runner, recording)
    return _verdict(plan, _results(place, plan, overlay(trial)), (("seed of the varied calls", seed),))


def _planned(trial: Trial, recording: Recording, names: dict[str, tuple[tuple[str, int], ...]], seed: str) -> _Plan:
    targets: list[Target] = []
    kept: list[list[bytes]] = []
    for path, changed_here in names.items():
        for name, order in changed_here:
            found = next((row for row in recording.of(path, name) if row.order == order and row.kept), None)
            module = recording.modules.get(path)
            if found and module:
                targets.append(Target(path, name, order, module))
                kept.append([call.data for call in found.kept])
    each = max(1, MOST_RECORDED // max(1, len(targets)))
    calls = [Made(number, data) for number, rows in enumerate(kept) for data in spread(rows, each)]
    texts = (constants(path, names[path], before, after) for path, before, after in python_changes(trial))
    literals = tuple(dict.fromkeys(text for some in texts for text in some))
    return _Plan(tuple(targets), (*calls, *_varied(calls, seed)), literals)


def spread(rows: Sequence[bytes], most: int) -> list[bytes]:
    """At most so many, evenly over the order in which they came."""
    step = max(1.0, len(rows) / most)
    return [rows[int(number * step)] for number in range(min(most, len(rows)))]


def _varied(calls: list[Made], seed: str) -> Iterator[Made]:
    """Calls near the recorded ones, each target in turn."""
    groups = [[n for n, call in enumerate(calls) if call.target == target] for target in {c.target: 0 for c in calls}]
    for number in range(MOST_VARIED if groups else 0):
        group = groups[number % len(groups)]
        turn = number // len(groups)
        base, other = group[turn % len(group)], group[(turn * 7 + 1) % len(group)]
        yield Made(calls[base].target, calls[base].data, f"{seed}/{turn // len(group)}", other)


_Result = Same | LeftOut | Different


def _results(place: Place, plan: _Plan, patch: dict[str, bytes | None]) -> list[_Result]:
    """A result for each call of the plan."""
    made = partial(replay, place, plan.targets, plan.calls, constants=plan.constants)
    old, new = made(overlay={}), made(overlay=patch, deeper=True)
    found = [_compared(call, was, now) for call, was, now in zip(plan.calls, old, new, strict=True)]
    differing = [number for number, row in enumerate(found) if isinstance(row, Different)]
    doubted = differing[:MOST_DOUBTED]
    if doubted:
        again = [made(overlay={}, only=doubted) for _ in range(STEADY)]
        after = made(overlay=patch, only=doubted, deeper=True)
        for at, number in enumerate(doubted):
            steady = all(run[at] == old[number] for run in again)
            found[number] = _compared(plan.calls[number], old[number], after[at]) if steady else _WAVERS
    for number in differing[MOST_DOUBTED:]:
        found[number] = _NOT_AGAIN
    return found


def _compared(call: Made, old: Answer, new: Answer) -> _Result:
    return compared(old, new, varied=call.seed is not None)


def _verdict(plan: _Plan, found: list[_Result], facts: Facts) -> Verdict:
    results = list(zip(plan.calls, found, strict=True))
    recorded = [result for call, result in results if call.seed is None]
    varied = [result for call, result in results if call.seed is not None]
    left = Counter(result.reason for _, result in results if isinstance(result, LeftOut))
    facts = (
        ("functions", listing(tuple(target.name for target in plan.targets))),
        ("recorded calls compared", f"{_judged(recorded)} of {len(recorded)}"),
        ("varied calls compared", f"{_judged(varied)} of {len(varied)}"),
        *((f"left out: {reason}", str(count)) for reason, count in left.most_common()),
        *facts,
    )
    differing = [(call, result) for call, result in results if isinstance(result, Different)]
    if differing:
        call, result = differing[0]
        name, kind = plan.targets[call.target].name, "recorded" if call.seed is None else "varied"
        return failed(GATE, f"{name} differs on {counted(len(differing), 'call')}; {kind}: {result}", facts)
    total = _judged(recorded) + _judged(varied)
    if not total:
        return skipped(GATE, f"no call could be compared: {listing(tuple(left))}", facts)
    return passed(GATE, f"{counted(total, 'call')} did the same before and after", facts)


def _judged(results: list[_Result]) -> int:
    return sum(not isinstance(result, LeftOut) for result in results)


def _unkept(recording: Recording, names: dict[str, tuple[tuple[str, int], ...]]) -> str:
    rows = [row for path, some in names.items() for name, _ in some for row in recording.of(path, name)]
    reasons: Counter[str] = Counter()
    for row in rows:
        reasons.update(row.unkept)
    if not rows:
        return "the suite does not call it in its own process"
    return listing(tuple(f"{count} {reason}" for reason, count in reasons.most_common())) or "none was kept"
