"""What recorded arguments come back as: more than pickle alone can carry."""

import pathlib
import threading
import types
from collections.abc import Callable
from typing import Any

import pytest

from repos.suites.recorder.pickling import TooLarge, dumps, loads

SENTINEL = object()
STARTED = threading.Lock()


class Mark:
    """A class whose only object is known by name."""


MARK = Mark()


def back(value: Any) -> Any:
    return loads(dumps(value, most=1 << 16))


def adder(extra: int) -> Callable[..., int]:
    def add(a: int, b: int = 2, *, c: int = 3) -> int:
        return a + b + c + extra

    add.note = "kept"  # type: ignore[attr-defined]
    return add


def test_functions_that_no_import_finds_go_by_value() -> None:
    found = back(adder(10))
    assert (found(1), found(1, 1, c=1), found.note, found.__qualname__) == (16, 13, "kept", "adder.<locals>.add")
    assert back(lambda text: text.upper())("a") == "A"
    assert back(adder) is adder


def test_a_function_may_hold_itself_or_what_is_not_there_yet() -> None:
    def factorial(n: int) -> int:
        return n * factorial(n - 1) if n else 1

    def early() -> Any:
        return late

    assert back(factorial)(5) == 120
    found = back(early)
    with pytest.raises(NameError):
        found()
    late = 1
    assert early() == late


def test_a_lock_comes_back_as_a_new_one_that_nobody_holds() -> None:
    with STARTED:
        found = back([STARTED, threading.RLock()])
        assert found[0].acquire(blocking=False)
    assert found[1].acquire(blocking=False)


def test_modules_views_and_objects_known_by_a_name() -> None:
    view = types.MappingProxyType({"a": 1})
    assert back([pathlib, view]) == [pathlib, view]
    assert back((SENTINEL, MARK)) == (SENTINEL, MARK)


def test_a_pickle_that_grows_too_large_is_none() -> None:
    with pytest.raises(TooLarge):
        dumps("x" * 100, most=50)
    with pytest.raises(TypeError):
        dumps((n for n in [1]), most=50)
