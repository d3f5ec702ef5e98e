"""The deterministic transforms, in the order a function is offered to them."""

from typing import Protocol, cast

from agents.transforms import collapse_else_if, extract_function, guard_clause, merge_equal_branches, superfluous_else
from agents.transforms.rewrite import ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Source
from pyagent.model import ChangeClass


class Transform(Protocol):
    """A transform's module, as `agents.transforms.rewrite` describes it."""

    NAME: str
    CHANGE_CLASS: ChangeClass
    CHANGES: tuple[tuple[str, str], ...]
    KEEPS: tuple[str, ...]
    REFUSES: tuple[tuple[str, str, str], ...]

    def sites(self, source: Source) -> tuple[Site, ...]:
        """Functions the transform could work on, in file order."""
        ...

    def rewrite(self, source: Source, name: str, facts: ProjectFacts) -> Rewrite | Refusal:
        """The change of one function, or why not."""
        ...


LOCAL = cast("tuple[Transform, ...]", (superfluous_else, collapse_else_if, merge_equal_branches, guard_clause))
"""Rewrites of shape inside one function."""
TRANSFORMS: tuple[Transform, ...] = (cast("Transform", extract_function), *LOCAL)


def transform(name: str) -> Transform | None:
    """The transform a ticket names; None when it is not one of these."""
    return {each.NAME: each for each in TRANSFORMS}.get(name)
