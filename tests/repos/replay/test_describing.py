"""Values as text: equal for equal structure, different where a caller could tell."""

import collections
import decimal
from datetime import date
from typing import Any

import pytest

from repos.replay.driver.describing import describe


class Slotted:
    __slots__ = ("a", "b")


def shy(reduced: object) -> object:
    """An object whose class answers with this when it is asked for its state; None: it raises."""

    def told(_: object, __: int) -> object:
        if reduced is None:
            raise TypeError
        return reduced

    return type("Shy", (), {"__reduce_ex__": told})()


class Raw(bytes):
    pass


def test_kinds_that_hold_the_same_items_are_told_apart() -> None:
    held = (
        [1],
        (1,),
        {1},
        frozenset([1]),
        {1: 1},
        collections.deque([1]),
        collections.deque([1], 5),
        "1",
        b"1",
        1,
        1.0,
    )
    assert len({describe(each) for each in held}) == len(held)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2020, 1, 2), "datetime.date((b'\\x07\\xe4\\x01\\x02'))"),
        (decimal.Decimal("1.50"), "decimal.Decimal(('1.50'))"),
        (Raw(b"x"), "Raw(b'x')"),
        (shy(None), "Shy()"),
        (shy(("name",)), "Shy()"),
        (shy("name"), "Shy()"),
        (collections.deque([1], 5), "collections.deque([1], maxlen=5)"),
        ("at <0x7f00deadbeef>", "'at <0x*>'"),
    ],
)
def test_objects_are_shown_by_what_they_keep(value: object, text: str) -> None:
    assert describe(value).replace(f"{__name__}.", "") == text


def test_a_slot_that_was_never_set_is_left_out() -> None:
    value = Slotted()
    value.a = 1
    assert describe(value).endswith("Slotted(a=1)")


def test_sharing_and_cycles_are_seen() -> None:
    shared: list[Any] = []
    shared.append(shared)
    assert describe(shared) == "[<same as 0>]"
    assert describe([[], []]) != describe([[]] * 2)


def test_what_is_endless_is_cut() -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    assert describe(deep).strip("[]") == "..."
    assert describe(list(range(50_000))).endswith("..., ...]")
    long = describe("x" * 9000)
    assert len(long) < 4200
    assert "9000 in all" in long
    assert long != describe("x" * 8999 + "y")
