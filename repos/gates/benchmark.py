"""Do the rewritten functions work as cheaply as before on the calls the suite made?

Cost: 3 to 10 CPU-seconds: twelve or more starts of the interpreter for interleaved samples, three under valgrind.
Cannot see: functions that no test calls with arguments that survive a copy; inputs larger than the tests'; one more
call per run of a function, which is granted; processor time of processes that a call starts; what only the first
call does.

Workload: the repository's own benchmark where one is named (`benchmark` in its configuration), up to 27 runs of
it; and the recorded calls of the rewritten functions, made again with fresh arguments in fresh processes.

Instruments: instructions (valgrind, where it is installed), processor time of interleaved samples from the
kernel's account, read outside the worker, the highest point of memory, and waits. Margins stand in
`repos.measuring.margins`, the statistics in `repos.measuring.statistics`; docs/benchmarks.md tells both.
The noise of the session itself, base against base, is among the facts.
"""

from pyagent.model import Answer, Verdict
from repos.gates.trial import Facts, Trial, counted, failed, listing, overlay, passed, python_changes, skipped
from repos.measuring.commands import INSTRUMENT, benchmarked
from repos.measuring.instruments import Ground, NoMeasure
from repos.measuring.margins import Answer as Said
from repos.measuring.margins import Measured, answers, comparable
from repos.measuring.measure import counted_runs, measured
from repos.measuring.statistics import Decision
from repos.measuring.valgrind import find_valgrind
from repos.measuring.workload import Workload, workload
from repos.replay.calls import NOTHING
from repos.replay.functions import changed

GATE = "benchmark"


def judge(trial: Trial) -> Verdict:
    """Failed when an instrument is sure of a slow-down beyond its margin; skipped where none could be read."""
    if trial.environment is None or trial.recorded is None:
        return skipped(GATE, "not checked: there is no environment to run the target in")
    ground = Ground(trial.base.root, overlay(trial), trial.command, trial.environment, trial.runner)
    own = _own(trial, ground) if trial.benchmark else None
    if own and own.answer is Answer.FAILED:
        return own
    calls = _calls(trial, ground)
    return calls if own is None or calls.answer is not Answer.SKIPPED else own


def _own(trial: Trial, ground: Ground) -> Verdict:
    """What the repository's own benchmark says."""
    touched = tuple(sorted(set(trial.benchmark) & ground.overlay.keys()))
    if touched:
        return failed(GATE, f"the change edits what it is measured by: {listing(touched)}")
    found = benchmarked(trial.benchmark, ground)
    if isinstance(found, NoMeasure):
        if found.side == "candidate":
            return failed(GATE, f"{INSTRUMENT} fails on the candidate: {found.reason}")
        return skipped(GATE, f"not checked: {INSTRUMENT}: {found.reason}")
    facts = ((found.instrument, found.said),)
    if found.decision is Decision.SLOWER:
        return failed(GATE, f"dearer: {found.instrument} {found.said}", facts)
    if found.decision is Decision.OPEN:
        return skipped(GATE, f"not checked: too noisy to tell: {found.instrument} {found.said}", facts)
    return passed(GATE, f"not dearer: {found.instrument} {found.said}", facts)


def _calls(trial: Trial, ground: Ground) -> Verdict:
    """What the recorded calls of the rewritten functions say."""
    texts = python_changes(trial)
    if not any(changed(*each) for each in texts):
        return skipped(GATE, "not checked: no function that both sides define was rewritten")
    calls = workload(texts, trial.recorded() if trial.recorded else NOTHING)
    if not calls.functions:
        return skipped(GATE, "not checked: no recorded call reaches a rewritten function")
    found = measured(calls, ground, find_valgrind())
    return _unmeasured(found) if isinstance(found, NoMeasure) else verdict(found, calls)


def verdict(found: Measured, calls: Workload) -> Verdict:
    """What the instruments' answers add up to."""
    scale = found.session.scale
    facts = (("recorded calls made again", _told(calls, scale.first)),)
    apart = comparable(found.session)
    if apart:
        return skipped(GATE, f"not checked: {apart}", facts)
    said = answers(found, counted_runs=counted_runs(scale))
    facts = (*facts, *_facts(said, found.uncounted))
    slower = [each for each in said if each.decision is Decision.SLOWER]
    if slower:
        return failed(GATE, "dearer: " + "; ".join(f"{each.instrument} {each.said}" for each in slower), facts)
    judges = [each for each in said[:-2] if each.decision is Decision.NOT_SLOWER]
    if not judges:
        return skipped(GATE, f"not checked: too noisy to tell: {said[0].instrument} {said[0].said}", facts)
    return passed(GATE, f"not dearer: {judges[0].instrument} {judges[0].said}", facts)


def _unmeasured(found: NoMeasure) -> Verdict:
    if found.side == "candidate":
        return failed(GATE, "the candidate ends the process in the middle of recorded calls, the base does not")
    return skipped(GATE, f"not checked: {found.reason}")


def _told(calls: Workload, first: int) -> str:
    names = tuple(f"{each.path}:{each.name}" for each in calls.functions)
    return f"{first} of {counted(calls.calls, 'recorded call')} of {listing(names)}"


def _facts(said: tuple[Said, ...], uncounted: str) -> Facts:
    told = tuple((each.instrument, each.said) for each in said)
    return (*told, ("instructions", f"not counted: {uncounted}")) if uncounted else told
