"""How often the rewritten functions run while calls are made, calls of themselves included."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

from .load import make

_RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Each item of these looks like a call."""


def runs(calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]], codes: Iterable[CodeType]) -> int:
    """`codes` are those of the functions; generators and coroutines count once a call, and not inside another."""
    wanted = {id(code) for code in codes if not code.co_flags & _RESUMED}
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
