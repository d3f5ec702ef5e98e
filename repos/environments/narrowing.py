"""What to give up when requirements cannot be met together: the least, in a fixed order (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from packaging.requirements import Requirement

from repos.environments.inputs import Wanted
from repos.environments.wheels import Lock, Unresolved

Resolve = Callable[[Sequence[str]], Lock | Unresolved]
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A lock, the requirements it meets, and what was given up for it."""

    lock: Lock
    wanted: tuple[Wanted, ...]
    notes: tuple[str, ...]


def narrow(wanted: Sequence[Wanted], resolve: Resolve) -> Narrowed | Unresolved:
    """A lock for as many requirements as can be met.

    | resolver says                  | given up                                     |
    |--------------------------------|----------------------------------------------|
    | a name is not on the index     | that name                                    |
    | a name has no wheel            | that name, if its version is free; else the version |
    | versions exclude each other    | versions of test requirements, then of runtime, then test requirements |
    """
    rows = tuple(wanted)
    notes: tuple[str, ...] = ()
    answer = resolve([row.text for row in rows])
    for _ in range(_ROUNDS):
        if isinstance(answer, Lock):
            return Narrowed(answer, rows, notes)
        step = _step(rows, answer)
        if step is None:
            return answer
        rows, note = step
        notes = (*notes, note)
        answer = resolve([row.text for row in rows])
    return Narrowed(answer, rows, notes) if isinstance(answer, Lock) else answer


def freed(rows: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """The rows with every version of a test requirement left open; what runtime needs stays bound."""
    return _freed(rows, {row for row in rows if not row.runtime and row.source != "pyagent"})


def _step(rows: tuple[Wanted, ...], failure: Unresolved) -> tuple[tuple[Wanted, ...], str] | None:
    """The next smaller set with the sentence that explains it; None when nothing is left to give up."""
    lost = {row for row in rows if row.name in failure.unknown}
    if lost:
        return _without(rows, lost), f"{_listed(lost)} left out: the index does not have it"
    sources = {row for row in rows if row.name in failure.unbuilt}
    pinned = {row for row in sources if Requirement(row.text).specifier}
    if pinned:
        return _freed(rows, pinned), f"versions of {_listed(pinned)} freed: only source for this interpreter"
    if sources:
        return _without(rows, sources), f"{_listed(sources)} left out: only released as source, not as a wheel"
    for runtime in (False, True):
        bound = {
            row
            for row in rows
            if row.runtime is runtime and Requirement(row.text).specifier and row.source != "pyagent"
        }
        if bound:
            return _freed(rows, bound), f"versions of {_listed(bound)} freed: {failure.reason}"
    tests = {row for row in rows if not row.runtime and row.source not in {"pyagent", "pytest"}}
    return (_without(rows, tests), f"{_listed(tests)} left out: {failure.reason}") if tests else None


def _without(rows: Sequence[Wanted], lost: set[Wanted]) -> tuple[Wanted, ...]:
    return tuple(row for row in rows if row not in lost)


def _freed(rows: Sequence[Wanted], bound: set[Wanted]) -> tuple[Wanted, ...]:
    return tuple(replace(row, text=_unversioned(row.text)) if row in bound else row for row in rows)


def _unversioned(text: str) -> str:
    requirement = Requirement(text)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}{marker}"


def _listed(rows: set[Wanted]) -> str:
    return ", ".join(sorted({row.name for row in rows}))
