"""Changed arguments: of the same kinds, never the given objects themselves, alike for one seed."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repos.replay.driver.varying import Variation

_PLAIN = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4) | st.binary(max_size=4)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | _PLAIN,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3), st.dictionaries(st.text(max_size=2), inside, max_size=3),
        st.tuples(inside, inside), st.frozensets(st.integers(), max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


class Thing:
    def __init__(self, size: int, name: str) -> None:
        self.size, self.name = size, name


def rng(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same changes every time


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers())
def test_a_varied_argument_keeps_its_kind_and_leaves_the_given_one(value: Any, seed: int) -> None:
    before, vary = repr(value), Variation([7, "mined", b"raw", 2.5])
    (varied,), keywords = vary.of(((value,), {}), ((value,), {}), rng(seed))
    assert type(varied) is type(value)
    assert keywords == {}
    assert repr(value) == before
    assert repr(vary.of(((value,), {}), ((value,), {}), rng(seed))[0][0]) == repr(varied)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(0, 30))
def test_a_sweep_puts_a_literal_of_the_code_or_its_neighbour_in_one_place(value: Any, turn: int) -> None:
    found = Variation([7, "mined"]).swept(((value,), {"key": "k"}), turn, rng(1))
    text = repr(found)
    assert any(literal in text for literal in ("6", "7", "8", "'mined'"))
    assert text != repr(((value,), {"key": "k"}))


def test_a_sweep_reaches_every_place_with_every_literal() -> None:
    vary = Variation([10, "x"])
    call = (([1, {"deep": (2,)}], "a"), {})
    found = {repr(vary.swept(call, turn, rng(3))) for turn in range(50)}
    expected = {f"(([{near}, {{'deep': (2,)}}], 'a'), {{}})" for near in (9, 10, 11)}
    expected |= {f"(([1, {{'deep': ({near},)}}], 'a'), {{}})" for near in (9, 10, 11)}
    assert found == expected | {"(([1, {'deep': (2,)}], 'x'), {})"}


@pytest.mark.parametrize("call", [((), {}), ((None, True), {}), ((1.5,), {})])
def test_nothing_is_swept_where_no_literal_fits(call: Any) -> None:
    assert Variation([10, "x"]).swept(call, 0, rng(1)) is None


def test_objects_are_changed_by_their_attributes() -> None:
    vary = Variation([77])
    swept = vary.swept(((Thing(1, "a"),), {}), 0, rng(1))
    assert swept[0][0].size in {76, 77, 78}
    seen = {tuple(vars(vary.of(((Thing(1, "a"),), {}), ((), {}), rng(seed))[0][0]).values()) for seed in range(40)}
    assert {size for size, _ in seen} >= {1, 77}
    assert len({name for _, name in seen}) > 1


def test_an_argument_of_another_call_is_borrowed_when_its_kind_fits() -> None:
    vary = Variation([])
    calls = (("own",), {"n": 1}), (("theirs",), {"n": "no number"})
    drawn = [vary.of(*calls, rng(seed)) for seed in range(60)]
    assert any(positional == ("theirs",) for positional, _ in drawn)
    assert all(type(keywords["n"]) is int for _, keywords in drawn)


@pytest.mark.parametrize(
    "value",
    [timedelta(2), datetime(2020, 2, 29, tzinfo=UTC), date(2020, 2, 29), Decimal("1.5"), Fraction(1, 2), 1 + 2j],
)
def test_values_that_can_be_reckoned_with_are_stepped(value: Any) -> None:
    drawn = {vary for seed in range(20) for vary in Variation([]).of(((value,), {}), ((), {}), rng(seed))[0]}
    assert len(drawn - {value}) > 1
    assert {type(each) for each in drawn} == {type(value)}


def test_the_end_of_a_range_is_stayed_at() -> None:
    for seed in range(20):
        assert Variation([]).of(((timedelta.max,), {}), ((), {}), rng(seed))[0][0] <= timedelta.max


def test_a_span_takes_a_number_of_the_code_in_each_of_its_units() -> None:
    drawn = {Variation([1000]).of(((timedelta(2),), {}), ((), {}), rng(seed))[0][0] for seed in range(120)}
    assert drawn >= {timedelta(days=1000), timedelta(seconds=1000), timedelta(microseconds=1000)}
