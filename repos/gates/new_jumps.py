"""Where the change leaves or goes on with a loop as the base does not: would the tests notice the other way?

A `continue` that should be a `break` is the same on every path a weak test takes, and no wrong edit of the base's
own lines (`strength`) can ask for it, since the base has no such line.
Cost: nothing where the change brings no such jump; else one run of the tests that execute the touched lines and one
for each jump up to its first failure, 1 to 10 CPU-seconds.
Cannot see: early returns, which wrong edits of the lines around them ask for; jumps that were there before.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from pyagent.model import Verdict
from pyagent.ports import Limits
from repos.gates.scopes import read, touched
from repos.gates.trial import Trial, counted, failed, listing, overlay, passed, python_changes, skipped
from repos.mutants.choice import different, mutants
from repos.mutants.operators import TURNS, Mutant
from repos.suites.attempts import JUDGED, Edit, Fate, try_edits

GATE = "new-jumps"
BUDGET_SECONDS = 60
"""CPU seconds for all of them together."""


def judge(trial: Trial) -> Verdict:
    """Passed when every new jump, turned to the other way, is noticed; failing only here means needs-tests."""
    covered, environment = trial.covered, trial.environment
    turned = tuple(edit for path, before, after in python_changes(trial) for edit in _turned(path, before, after))
    if not turned:
        return passed(GATE, "leaves and goes on with loops where the base does")
    if covered is None or environment is None or not covered.measured:
        return skipped(GATE, "which tests run a line was not measured")
    counting = covered.passed() - trial.quarantined
    texts = {path: after for path, _, after in python_changes(trial)}
    heard: dict[str, tuple[str, ...]] = {}
    for path, before, after in python_changes(trial):
        reached = touched(read(before), read(after))
        heard[path] = tuple(sorted(covered.tests_of(path, reached.edited | reached.beside) & counting))
    tried = try_edits(
        trial.command, environment, trial.runner, tree=trial.base.root, overlay=overlay(trial),
        edits=[Edit(m.path, m.applied(texts[m.path]), heard[m.path]) for m in turned],
        limits=Limits(cpu_seconds=BUDGET_SECONDS),
    )  # fmt: skip
    fates = list(zip(turned, tried, strict=True))
    missed = tuple(_place(m) for m, one in fates if one.fate is Fate.SURVIVED)
    unanswered = tuple(f"{_place(m)} ({one.fate})" for m, one in fates if one.fate not in JUDGED)
    if missed:
        return failed(GATE, f"no test notices whether a loop goes on or is left at the new {listing(missed)}")
    if len(unanswered) == len(fates):
        return skipped(GATE, f"no answer for the new {listing(unanswered)}")
    told = f"the tests notice {counted(len(fates) - len(unanswered), 'new jump')} turned the other way"
    return passed(GATE, f"{told}; no answer for {listing(unanswered)}" if unanswered else told)


def _place(jump: Mutant) -> str:
    return f"{jump.path}:{jump.line}"


def _turned(path: str, before: bytes, after: bytes) -> Iterator[Mutant]:
    """The candidate's text with one of its new jumps turned."""
    if not before or not after:
        return
    more = _jumps(after) - _jumps(before)
    lines = touched(read(after), read(before)).edited
    kinds = {kind: edits for kind, edits in TURNS.items() if more[kind]}
    yield from different(mutants(path, after, lines, kinds), {path: after})


def _jumps(text: bytes) -> Counter[str]:
    """How many jumps of each kind a text has, by the edit that turns them."""
    nodes = tuple(ast.walk(ast.parse(text)))
    left, gone_on = (sum(isinstance(node, kind) for node in nodes) for kind in (ast.Continue, ast.Break))
    return Counter({"loop left": left, "loop gone on": gone_on})
