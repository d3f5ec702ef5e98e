"""What two answers to one call say (pure).

| the old code                    | a recorded call: what must be equal       | a varied call: what must be equal |
|---------------------------------|-------------------------------------------|-----------------------------------|
| returned                        | value, arguments afterwards, output, logs, | the same                          |
|                                 | warnings                                  |                                   |
| raised by a `raise` of its own  | type, message, arguments, output, ...     | the type                          |
| raised by the interpreter       | type; the message too, unless it names    | nothing: the arguments lie        |
| or a library                    | the function's own names                  | outside what the function takes   |
| was stopped, or wavers          | nothing: left out, and counted            | nothing                           |

A varied call is one that nobody made. An exception which nobody wrote then says that the arguments make no sense,
and what nonsense does is no promise; a `raise` that somebody wrote is.
"""

from dataclasses import dataclass

from repos.replay.replaying import Answer

_NAMING = frozenset(
    f"builtins.{name}" for name in ("NameError", "UnboundLocalError", "TypeError", "AttributeError", "AssertionError")
)
"""Errors whose text, written by the interpreter, names functions and variables that a rewrite may rename."""
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Same:
    """Equal in everything that is promised."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not comparable, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Different:
    """What the old code did and what the new one does instead, short enough to be read."""

    part: str
    arguments: str
    old: str
    new: str

    def __str__(self) -> str:
        """One sentence."""
        return f"{self.part} for {_short(self.arguments)}: {self.old} before, {self.new} now"


OUTSIDE = LeftOut("varied arguments that the old code does not take")


def compared(old: Answer, new: Answer, *, varied: bool) -> Same | LeftOut | Different:
    """The rule of the table above, on one call."""
    if old.lost:
        return LeftOut(f"old code: {old.lost}")
    if new.lost:
        return Different("outcome", old.before, _outcome(old), new.lost)
    if old.before != new.before:
        return LeftOut("the arguments are not the same on both sides")
    if varied and old.raised is not None:
        return _varied_raise(old, new)
    return next((found for found in _differences(old, new)), Same())


def _varied_raise(old: Answer, new: Answer) -> Same | LeftOut | Different:
    if not old.deliberate:
        return OUTSIDE
    if new.raised == old.raised:
        return Same()
    return Different("outcome", old.before, _outcome(old), _outcome(new))


def _differences(old: Answer, new: Answer) -> list[Different]:
    if (old.returned, old.raised) != (new.returned, new.raised):
        return [Different("outcome", old.before, *_apart(_outcome(old), _outcome(new)))]
    own_words = old.deliberate or old.raised not in _NAMING
    parts = (
        ("message", old.message if own_words else "", new.message if own_words else ""),
        ("arguments afterwards", old.arguments, new.arguments),
        ("output", old.printed, new.printed),
        ("log", old.logged, new.logged),
        ("warnings", old.warned, new.warned),
    )
    return [Different(part, old.before, *_apart(was, now)) for part, was, now in parts if was != now]


def _outcome(answer: Answer) -> str:
    if answer.lost:
        return answer.lost
    return f"raises {answer.raised}" if answer.raised is not None else f"returns {answer.returned}"


def _apart(was: str, now: str) -> tuple[str, str]:
    """Both texts around the first place where they differ."""
    start = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    begin = max(0, start - _SHOWN // 2)
    head = "..." if begin else ""
    return tuple(head + _short(text[begin:]) for text in (was, now))  # pyright: ignore[reportReturnType] - two of them


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
