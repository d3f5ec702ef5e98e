"""Would the base's tests notice if the lines that the change touches did something else?

Up to twenty small wrong edits of those lines, on the base's own text, each judged by the tests that run it:
enough of them must be caught. Weak tests prove nothing about the change, so it needs tests first.
Cost: one run of those tests, then one per wrong edit up to its first failure; mostly 10 to 60 CPU-seconds,
never begun beyond 150. Answers are shared between changes on one base.
Cannot see: wrong edits of another kind than those tried; what only importing runs is asked of all tests of
its file; messages of exceptions, warnings and logs are left alone, for no behaviour hangs on them.
New tests (class T) are asked themselves: they must notice a wrong edit of the function they are for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from pyagent.model import ChangeClass, Verdict
from pyagent.ports import Limits
from repos.environments.frozen import Environment
from repos.gates.scopes import read, touched
from repos.gates.trial import (
    Facts,
    Trial,
    counted,
    failed,
    listing,
    overlay,
    passed,
    python_changes,
    skipped,
    weak_lines,
)
from repos.mutants.choice import different, mutants, spread
from repos.mutants.operators import Mutant
from repos.suites.attempts import CAUGHT, JUDGED, Edit, Fate, Tried, try_edits
from repos.suites.outcomes import SuiteRun

GATE = "strength"
MOST = 20
"""Wrong edits tried for one change."""
FEWEST = 3
"""Of them must come to an answer, where there are so many."""
SHARE = 0.8
"""Of the answers that must be `caught`."""
BUDGET_SECONDS = 150
"""CPU seconds for all of them together."""
_REMEMBERED = 20_000

_Key = tuple[str, str, str, int, int, bytes]
_known: dict[_Key, Tried] = {}
"""Answers of this process, by base tree, environment and edit: what one change learnt serves the next."""
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """A wrong edit and what became of it."""

    mutant: Mutant
    tried: Tried
    line: str
    """The base's line it stands on."""


def judge(trial: Trial) -> Verdict:
    """Passed when enough wrong edits of the touched base lines are caught; failing only here means needs-tests."""
    covered, environment = trial.covered, trial.environment
    if trial.proposal.change_class is ChangeClass.T:
        return _new_tests(trial, environment)
    if covered is None or environment is None or not covered.measured:
        return skipped(GATE, "which tests run a line was not measured")
    chosen = tuple(wrong_edits(trial))
    if not chosen:
        return passed(GATE, "nothing on the touched lines can be got wrong in a way that tests could hear")
    asked = _asked(trial, chosen, covered, environment)
    judged = [one for one in asked if one.tried.fate in JUDGED]
    caught = [one for one in judged if one.tried.fate in CAUGHT]
    facts = _facts(asked, judged, caught)
    if len(judged) < min(FEWEST, len(chosen)):
        return skipped(GATE, _unanswered(asked), facts)
    said = f"{len(caught)} of {counted(len(judged), 'wrong edit')} of the touched lines"
    if len(caught) < SHARE * len(judged):
        missed = tuple((one.mutant.path, one.mutant.line) for one in judged if one not in caught)
        survivors = tuple(f"{path}:{line}" for path, line in missed)
        reason = f"the tests notice only {said}; not {listing(survivors)}"
        return failed(GATE, reason, facts, weak=weak_lines(trial, missed))
    return passed(GATE, f"the tests notice {said}", facts)


def wrong_edits(trial: Trial) -> Iterator[Mutant]:
    """The edits to try, best first, over all files of the change."""
    found: list[Mutant] = []
    texts: dict[str, bytes] = {}
    for path, before, after in python_changes(trial):
        if before:
            reached = touched(read(before), read(after))
            found += mutants(path, before, reached.edited | reached.beside)
            texts[path] = before
    return islice(different(spread(found), texts), MOST)


def _asked(trial: Trial, chosen: tuple[Mutant, ...], covered: SuiteRun, environment: Environment) -> tuple[Asked, ...]:
    texts = {path: before for path, before, _ in python_changes(trial)}
    keys = {m: (trial.base.tree, environment.id, m.path, m.start, m.end, m.text) for m in chosen}
    with _lock:
        answers = {m: _known[keys[m]] for m in chosen if keys[m] in _known}
    new = [m for m in chosen if m not in answers]
    if new:
        counting = covered.passed() - trial.quarantined
        edits = [Edit(m.path, m.applied(texts[m.path]), _hearing(m, covered, counting)) for m in new]
        tried = try_edits(
            trial.command, environment, trial.runner,
            tree=trial.base.root, overlay={}, edits=edits, limits=Limits(cpu_seconds=BUDGET_SECONDS),
        )  # fmt: skip
        answers |= dict(zip(new, tried, strict=True))
        with _lock:
            if len(_known) > _REMEMBERED:
                _known.clear()
            _known.update({keys[m]: answers[m] for m in new if answers[m].fate in JUDGED})
    return _lined(chosen, answers, texts)


def _new_tests(trial: Trial, environment: Environment | None) -> Verdict:
    """Passed when the tests that the change adds notice a wrong edit of the function it names."""
    path, name, ran = trial.proposal.path, trial.proposal.name, trial.candidate_run
    if environment is None or ran is None or path not in trial.base.paths() or not path.endswith(".py"):
        return skipped(GATE, "the new tests did not run, or the change names no function that they are for")
    known = frozenset(trial.base_run.outcomes) if trial.base_run else frozenset[str]()
    new = tuple(sorted(ran.passed() - known))
    text = trial.base.read(path)
    found = mutants(path, text, read(text).scopes.get(name, ()))
    chosen = tuple(islice(different(spread(found), {path: text}), MOST))
    if not new or not chosen:
        return failed(GATE, f"no new test passes, or nothing of {name} in {path} can be got wrong")
    tried = try_edits(
        trial.command, environment, trial.runner, tree=trial.base.root, overlay=overlay(trial),
        edits=[Edit(path, m.applied(text), new) for m in chosen], limits=Limits(cpu_seconds=BUDGET_SECONDS),
    )  # fmt: skip
    asked = _lined(chosen, dict(zip(chosen, tried, strict=True)), {path: text})
    judged = [one for one in asked if one.tried.fate in JUDGED]
    caught = [one for one in judged if one.tried.fate in CAUGHT]
    said = f"{len(caught)} of {counted(len(judged), 'wrong edit')} of {name}"
    if not judged:
        return skipped(GATE, _unanswered(asked))
    return (passed if caught else failed)(GATE, f"the new tests notice {said}", _facts(asked, judged, caught))


def _lined(
    chosen: tuple[Mutant, ...], answers: Mapping[Mutant, Tried], texts: Mapping[str, bytes]
) -> tuple[Asked, ...]:
    lines = {path: text.splitlines() for path, text in texts.items()}
    return tuple(Asked(m, answers[m], lines[m.path][m.line - 1].decode("utf-8", "replace").strip()) for m in chosen)


def _hearing(mutant: Mutant, covered: SuiteRun, counting: frozenset[str]) -> tuple[str, ...]:
    """The tests that run the statement; where only importing does, those that run any line of its file."""
    heard = covered.tests_of(mutant.path, mutant.heard)
    if not heard and covered.coverage and mutant.path in covered.coverage:
        heard = covered.tests_of(mutant.path, covered.coverage[mutant.path].ran_by)
    return tuple(sorted(heard & counting))


def _facts(asked: tuple[Asked, ...], judged: list[Asked], caught: list[Asked]) -> Facts:
    survivors = tuple(_told(one) for one in judged if one not in caught)
    unanswered = len(asked) - len(judged)
    return (
        ("wrong edits caught", f"{len(caught)} of {len(judged)}"),
        *((("wrong edits without an answer", f"{unanswered}: {_unanswered(asked)}"),) if unanswered else ()),
        *(("not noticed", text) for text in survivors),
    )


def _told(one: Asked) -> str:
    edit = one.mutant.text.decode("utf-8", "replace").strip()
    return f"{one.mutant.path}:{one.mutant.line} {one.mutant.kind}: `{one.line[:80]}` with `{edit[:60]}`"


def _unanswered(asked: tuple[Asked, ...]) -> str:
    reasons = {
        Fate.UNHEARD: "no counted test runs it",
        Fate.WAVERS: "the test that noticed fails alone on the base too",
        Fate.NOT_TRIED: f"nothing was left of {BUDGET_SECONDS} CPU-seconds",
        Fate.NO_BASE: "its tests do not come to an end on the base",
    }
    counts = {fate: sum(one.tried.fate is fate for one in asked) for fate in reasons}
    said = [f"{reasons[fate]} ({count})" for fate, count in counts.items() if count]
    why = next((f": {one.tried.by}" for one in asked if one.tried.fate is Fate.NO_BASE and one.tried.by), "")
    return ", ".join(said) + why[:200]
