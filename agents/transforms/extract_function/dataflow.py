"""Liveness and definite binding over a flow graph, as bit masks of local names."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from agents.transforms.extract_function.effects import Effects
from agents.transforms.extract_function.flow import Flow


@dataclass(frozen=True, slots=True)
class Masks:
    """What each step does, one bit a local name, with the graph's edges both ways."""

    names: tuple[str, ...]
    uses: tuple[int, ...]
    binds: tuple[int, ...]
    may_bind: tuple[int, ...]
    unbinds: tuple[int, ...]
    captures: tuple[int, ...]
    to: tuple[tuple[int, ...], ...]
    raises: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, ...], ...]
    """Steps that lead here, by either kind of edge."""

    def mask(self, names: Iterable[str]) -> int:
        """The bits of those names that are local."""
        wanted = frozenset(names)
        return sum(1 << i for i, name in enumerate(self.names) if name in wanted)

    def spell(self, mask: int) -> tuple[str, ...]:
        """The names of a mask, in order of the bits."""
        return tuple(name for i, name in enumerate(self.names) if mask >> i & 1)


def masks_of(flow: Flow, names: tuple[str, ...]) -> Masks:
    """The graph with effects limited to `names`."""
    bit = {name: 1 << i for i, name in enumerate(names)}

    def column(read: Callable[[Effects], frozenset[str]]) -> tuple[int, ...]:
        return tuple(sum(bit[n] for n in read(step.effects) if n in bit) for step in flow.steps)

    return Masks(
        names,
        uses=column(lambda e: e.uses),
        binds=column(lambda e: e.binds),
        may_bind=column(lambda e: e.may_bind),
        unbinds=column(lambda e: e.unbinds),
        captures=column(lambda e: e.captures),
        to=tuple(tuple(s.to) for s in flow.steps),
        raises=tuple(s.raises for s in flow.steps),
        before=_before(flow),
    )


def _before(flow: Flow) -> tuple[tuple[int, ...], ...]:
    before: list[list[int]] = [[] for _ in flow.steps]
    for number, step in enumerate(flow.steps):
        for target in (*step.to, *step.raises):
            before[target].append(number)
    return tuple(map(tuple, before))


def union(masks: Iterable[int]) -> int:
    """Names in any of them."""
    total = 0
    for mask in masks:
        total |= mask
    return total


def common(masks: Iterable[int]) -> int:
    """Names in all of them; of none, every name."""
    total = -1
    for mask in masks:
        total &= mask
    return total


def live_before(masks: Masks, within: Collection[int], at_exit: dict[int, int]) -> dict[int, int]:
    """Names that may be read before being bound, from the start of each step.

    Only steps in `within` are solved; a step outside counts as `at_exit` says, else as nothing live.
    """
    live = dict.fromkeys(within, 0)
    pending = set(within)
    while pending:
        step = pending.pop()
        after = _union(live, at_exit, masks.to[step])
        raised = _union(live, at_exit, masks.raises[step])
        new = masks.uses[step] | (after & ~(masks.binds[step] | masks.unbinds[step])) | raised
        if new != live[step]:
            live[step] = new
            pending.update(b for b in masks.before[step] if b in live)
    return live


def _union(live: dict[int, int], at_exit: dict[int, int], targets: tuple[int, ...]) -> int:
    return union(live[target] if target in live else at_exit.get(target, 0) for target in targets)


def bound_before(masks: Masks, within: Collection[int], entries: dict[int, int]) -> dict[int, int]:
    """Names bound on every way to the start of each step, steps just outside `within` included.

    `entries` gives what is bound where the walk starts; a step that no way reaches is left out.
    """
    bound = dict(entries)
    inside = frozenset(within)
    pending = list(entries)
    while pending:
        step = pending.pop()
        if step not in inside:
            continue
        start = bound[step]
        done = (start | masks.binds[step]) & ~masks.unbinds[step]
        raised = start & ~masks.unbinds[step]
        for targets, state in ((masks.to[step], done), (masks.raises[step], raised)):
            for target in targets:
                new = bound.get(target, state) & state
                if target not in bound or new != bound[target]:
                    bound[target] = new
                    pending.append(target)
    return bound


def reachable(masks: Masks, starts: Iterable[int]) -> frozenset[int]:
    """Every step some way from `starts` leads to, the starts included."""
    seen = set(starts)
    pending = list(seen)
    while pending:
        step = pending.pop()
        for target in (*masks.to[step], *masks.raises[step]):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)
