"""What a call of a target did, as source text: what one room finds out and another writes down as a test."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How `Observation.expected` is compared."""

    EQUALS = "equals"
    """The value equals it."""
    RAISES = "raises"
    """The call raises this class."""
    SHOWN = "shown"
    """`repr` of the value is this text."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One call and what came of it, alike in several fresh processes."""

    call: str
    """An expression over dotted names of `modules`."""
    modules: tuple[str, ...]
    outcome: Outcome
    expected: str
    """Source text of the value, of its `repr`, or the dotted name of an exception class."""
    lines: tuple[int, ...]
    """Lines of the function in question that it runs."""
