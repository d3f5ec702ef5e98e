"""What every gate is given, and the three ways to answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyagent.model import Answer, FileChange, Proposal, Verdict
from pyagent.ports import Checkout, Runner
from repos.environments.frozen import Environment
from repos.gates.scopes import body, read
from repos.replay.calls import Recording
from repos.suites.outcomes import SuiteCommand, SuiteRun

Facts = tuple[tuple[str, str], ...]

GATE_SET = "10"
"""Version of the ladder; part of a validation's id, so a new ladder judges again."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One proposal before the judges.

    The patch's own `before` is a claim like any other: gates read the base from the checkout.
    """

    proposal: Proposal
    base: Checkout
    command: SuiteCommand
    runner: Runner
    environment: Environment | None = None
    """Where the target's own code can run; None for gates that only read."""
    covered: SuiteRun | None = None
    """The suite on the unchanged tree with its coverage, where a gate of the class asks for it."""
    recorded: Callable[[], Recording] | None = None
    """Calls of the product's functions under the base suite; made when first asked for, once per base."""
    base_run: SuiteRun | None = None
    """The suite on the unchanged tree, run as the candidate's was."""
    candidate_run: SuiteRun | None = None
    left_out: frozenset[str] = frozenset()
    """Gates the operator's policy does not ask where the class does not require them."""
    benchmark: tuple[str, ...] = ()
    """The repository's own benchmark command; empty where it names none."""
    quarantined: frozenset[str] = frozenset()
    """Test ids that fail or waver on base."""


def overlay(trial: Trial) -> dict[str, bytes | None]:
    """The candidate's files by path, None for a deleted one; all else is the base."""
    return {change.path: change.after for change in trial.proposal.patch.files}


def changes(trial: Trial) -> tuple[FileChange, ...]:
    """The patch with its `before` read from the base checkout; None where the base has no such file."""
    known = frozenset(trial.base.paths())
    return tuple(
        FileChange(change.path, trial.base.read(change.path) if change.path in known else None, change.after)
        for change in trial.proposal.patch.files
    )


def python_changes(trial: Trial) -> tuple[tuple[str, bytes, bytes], ...]:
    """(path, before, after) of each Python file; an absent side is empty."""
    return tuple(
        (change.path, change.before or b"", change.after or b"")
        for change in changes(trial)
        if change.path.endswith(".py")
    )


def sides(trial: Trial) -> dict[str, dict[str, bytes]]:
    """The Python files of the patch by side, `base` and `candidate`, for a tool that is asked about both at once."""
    found = python_changes(trial)
    return {
        "base": {path: before for path, before, _ in found},
        "candidate": {path: after for path, _, after in found},
    }


def passed(gate: str, reason: str, facts: Facts = ()) -> Verdict:
    """The gate's question is answered with yes."""
    return Verdict(gate, Answer.PASSED, reason, facts)


def failed(gate: str, reason: str, facts: Facts = (), *, weak: tuple[int, ...] = ()) -> Verdict:
    """The gate's question is answered with no; `weak` as of `weak_lines`."""
    return Verdict(gate, Answer.FAILED, reason, facts, weak=weak)


def skipped(gate: str, reason: str, facts: Facts = ()) -> Verdict:
    """The gate could not run; in a required gate this blocks."""
    return Verdict(gate, Answer.SKIPPED, reason, facts)


def weak_lines(trial: Trial, lines: Iterable[tuple[str, int]]) -> tuple[int, ...]:
    """Those of (path, base line) that lie in the function the change is for, counted from its body's first."""
    path, name = trial.proposal.path, trial.proposal.name
    if path not in trial.base.paths() or not path.endswith(".py"):
        return ()
    inside = body(read(trial.base.read(path)), name)
    return tuple(sorted({line - inside.start for found, line in lines if found == path and line in inside}))


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listing(items: tuple[str, ...], *, most: int = 3) -> str:
    """The first few items and how many more there are: `a, b, c and 4 more`."""
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"
