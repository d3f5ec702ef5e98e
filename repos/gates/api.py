"""Is every public name still there, with the same parameters, defaults, kinds and annotations?

Cost: two static readings of each changed file, tens of milliseconds; nothing is imported or run.
(griffe reads text only here; the sandbox takes this gate in once it carries our own tools.)
Cannot see: names made at run time, and what a function does with its parameters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import griffe

from pyagent.model import ChangeClass, Verdict
from repos.gates.surface import stored_attributes, surface
from repos.gates.trial import Trial, failed, listing, passed, python_changes

GATE = "api"
CLOSED_TO_NEW_NAMES = frozenset({ChangeClass.H, ChangeClass.A})
"""Classes that only reshape code: a new public name is not theirs to add."""

NOT_OURS = frozenset(
    {
        griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE,  # an implementation's business; its tests judge it
        griffe.BreakageKind.CLASS_REMOVED_BASE,  # the surface compares bases, and knows that `object` is implied
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a module's public interface."""

    breaks: tuple[str, ...]
    """What a caller of the old module would miss, one sentence each."""
    added: tuple[str, ...]
    """Public names that only the new module has."""


def judge(trial: Trial) -> Verdict:
    """Passed when nothing public was removed or changed, and classes H and A added nothing public."""
    found = [(path, compared(before, after, path)) for path, before, after in python_changes(trial)]
    breaks = tuple(f"{path}: {text}" for path, difference in found for text in difference.breaks)
    news = tuple(f"{path}: {name}" for path, difference in found for name in difference.added)
    facts = (("public names removed or changed", str(len(breaks))), ("public names added", str(len(news))))
    if breaks:
        return failed(GATE, listing(breaks), facts)
    if news and trial.proposal.change_class in CLOSED_TO_NEW_NAMES:
        return failed(GATE, f"adds public names: {listing(news)}", facts)
    return passed(GATE, "the public interface is unchanged", facts)


def compared(before: bytes, after: bytes, path: str) -> Difference:
    """The difference of one module's public interface; a new module breaks nothing."""
    imports = PurePosixPath(path).name == "__init__.py"
    old, new = surface(before, imports=imports), surface(after, imports=imports)
    griffes = _griffe_breaks(before, after, path) if before else ()
    breaks = tuple(dict.fromkeys((*_surface_breaks(old, new), *griffes)))
    return Difference(breaks, tuple(name for name in new if name not in old))


def _surface_breaks(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for name, text in old.items():
        if name not in new:
            yield f"{name} was removed"
        elif new[name] != text:
            yield f"{name} changed from `{text}` to `{new[name]}`"


def _griffe_breaks(before: bytes, after: bytes, path: str) -> Iterator[str]:
    for breakage in griffe.find_breaking_changes(_module(before, path), _module(after, path)):
        if breakage.kind in NOT_OURS:
            continue
        # griffe knows instance attributes from `__init__` alone; one set in an extracted method is still there.
        if "instance-attribute" in breakage.obj.labels and breakage.obj.name in stored_attributes(after):
            continue
        yield f"{breakage.obj.path.partition('.')[2]}: {breakage.kind.value.lower()}"


def _module(source: bytes, path: str) -> griffe.Module:
    # The folders are left out on purpose: a private module's public names are re-exported often enough.
    return griffe.visit("module", Path(path), source.decode("utf-8", "surrogateescape"))
