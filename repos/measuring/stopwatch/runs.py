"""How often the measured functions run while calls are made, functions inside them and calls of themselves included."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType
from typing import Any

from .load import make

_RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Each item of these looks like a call."""


def runs(calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]], codes: Iterable[CodeType]) -> int:
    """`codes` are those of the functions; generators and coroutines count once a call."""
    wanted = {id(code) for one in codes for code in _within(one) if not code.co_flags & _RESUMED}
    count = sum(bool(function.__code__.co_flags & _RESUMED) for function, *_ in calls)

    def hear(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and id(frame.f_code) in wanted

    sys.setprofile(hear)
    try:
        make(calls)
    finally:
        sys.setprofile(None)
    return count


def _within(code: CodeType) -> Iterator[CodeType]:
    """The code and that of every named function in it; comprehensions and lambdas are part of their own."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_name.startswith("<"):
            yield from _within(constant)
