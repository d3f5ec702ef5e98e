"""What a block takes and gives when it becomes a function: the proof by data flow, or why there is none.

Language rules: a name read before the block binds it must come in, and a call evaluates its
arguments at once, so it must be bound on every way to the block; a name the block binds and later
code may read must go out, so it must be bound on every way to the helper's end; a helper binds
nothing in its caller's frame, so nothing it binds may be read by a handler, a `finally` or a closure
around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.transforms.extract_function.blocks import Block
from agents.transforms.extract_function.dataflow import Masks, bound_before, common, live_before, reachable, union
from agents.transforms.extract_function.region import Analysis, Exit, Region, exit_of, region_of
from agents.transforms.rewrite import Refusal


@dataclass(frozen=True, slots=True)
class Interface:
    """A proven signature."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    exit: Exit
    falls: bool
    """Some way through reaches the block's end."""
    at_end: bool
    """The block's end is the function's end."""


def interface(analysis: Analysis, block: Block) -> Interface | Refusal:
    """The block's proven signature, or the rule that it breaks."""
    region = region_of(analysis, block)
    leaving = exit_of(analysis, block, region)
    if isinstance(leaving, Refusal):
        return leaving
    if not all(entry in analysis.bound for entry in region.entries):
        return Refusal("unreachable: no way leads to the block")
    return _closures(analysis, region) or _handlers(analysis, region, leaving) or _signature(analysis, region, leaving)


def _closures(analysis: Analysis, region: Region) -> Refusal | None:
    masks, inside = analysis.masks, region.inside
    touched = region.written | _any(masks.uses, inside)
    if shared := masks.spell(touched & masks.mask(analysis.scope.rebound_inside)):
        return Refusal(f"captured-write: a nested function rebinds `{shared[0]}` at any call")
    return _closures_before(masks, region) or _closures_inside(masks, region)


def _any(column: tuple[int, ...], steps: Iterable[int]) -> int:
    return union(column[step] for step in steps)


def _closures_before(masks: Masks, region: Region) -> Refusal | None:
    """A closure shares its function's variables: what the helper binds, it would never see."""
    for step, captured in enumerate(masks.captures):
        late = captured & region.written if step not in region.inside else 0
        if late and not reachable(masks, [step]).isdisjoint(region.entries):
            return Refusal(f"captured-write: a closure made before the block reads `{masks.spell(late)[0]}`")
    return None


def _closures_inside(masks: Masks, region: Region) -> Refusal | None:
    """A closure made in the helper shares the helper's variables: what the function binds later, it would miss."""
    captured = _any(masks.captures, region.inside)
    if not captured:
        return None
    exits = {t for n in region.inside for t in (*masks.to[n], *masks.raises[n]) if t not in region.inside}
    onward = reachable(masks, exits)
    if later := masks.spell((_any(masks.may_bind, onward) | _any(masks.unbinds, onward)) & captured):
        return Refusal(f"captured-rebound: a closure of the block would miss the next value of `{later[0]}`")
    return None


def _handlers(analysis: Analysis, region: Region, leaving: Exit) -> Refusal | None:
    masks = analysis.masks
    ordinary = region.afters if leaving in {Exit.PLAIN, Exit.CONTINUES} else frozenset[int]()
    for step in region.inside:
        onward = (t for t in masks.to[step] if t not in ordinary)
        for target in (*onward, *masks.raises[step]):
            lost = 0 if target in region.inside else region.written & analysis.live[target]
            if lost:
                return Refusal(f"read-by-handler: code on another way out reads `{masks.spell(lost)[0]}`")
    return None


def _signature(analysis: Analysis, region: Region, leaving: Exit) -> Interface | Refusal:
    masks = analysis.masks
    raw = live_before(masks, region.inside, {})
    inputs = union(raw[entry] for entry in region.entries)
    read_after = region.afters if leaving in {Exit.PLAIN, Exit.CONTINUES} else ()
    outputs = region.written & union(analysis.live[after] for after in read_after)
    ready = _bound_at_end(masks, region, inputs)
    inputs |= outputs & ~ready
    if lost := masks.spell(outputs & ~_bound_at_end(masks, region, inputs)):
        return Refusal(f"output-possibly-unbound: `{lost[0]}`")
    known = common(analysis.bound[entry] for entry in region.entries)
    if missing := masks.spell(inputs & ~known):
        return Refusal(f"input-possibly-unbound: `{missing[0]}`")
    if orphan := _orphans(analysis, region, outputs):
        return Refusal(f"only-binding: elsewhere the function reads `{orphan}`, which only the block binds")
    if idle := _idle(analysis, region, inputs, outputs):
        return Refusal(f"left-unused: `{idle}` would be bound on one side of the call and read on the other alone")
    ordered = [_in_order(analysis, mask) for mask in (inputs, outputs)]
    return Interface(ordered[0], ordered[1], leaving, bool(region.ends), region.at_end)


def _in_order(analysis: Analysis, mask: int) -> tuple[str, ...]:
    unseen = len(analysis.order)
    return tuple(sorted(analysis.masks.spell(mask), key=lambda name: (analysis.order.get(name, unseen), name)))


def _bound_at_end(masks: Masks, region: Region, inputs: int) -> int:
    bound = bound_before(masks, region.inside, dict.fromkeys(region.entries, inputs))
    return common(bound[after] for after in region.afters if after in bound)


def _orphans(analysis: Analysis, region: Region, outputs: int) -> str:
    masks = analysis.masks
    elsewhere = masks.mask(analysis.scope.parameters) | outputs
    read = 0
    for step in range(len(masks.to)):
        if step not in region.inside:
            elsewhere |= masks.may_bind[step]
            read |= masks.uses[step]
    orphans = masks.spell(region.written & read & ~elsewhere)
    return orphans[0] if orphans else ""


def _idle(analysis: Analysis, region: Region, inputs: int, outputs: int) -> str:
    """A name whose every read is on the other side of the call from a binding: that binding is dead, and would show."""
    masks = analysis.masks
    bound, read = [0, 0], [0, 0]
    for step in range(len(masks.to)):
        side = step in region.inside
        bound[side] |= masks.may_bind[step]
        read[side] |= masks.uses[step] | masks.captures[step]
    left = bound[False] & read[True] & ~read[False] & ~inputs
    taken = bound[True] & read[False] & ~read[True] & ~outputs
    idle = masks.spell((left | taken) & ~masks.mask(analysis.scope.parameters))
    return idle[0] if idle else ""
