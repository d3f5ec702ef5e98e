"""Digests of what calls answered: different where a caller could tell, alike where only an address or an order is."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from repos.suites.run import RECORDER

Digest = Callable[[Any], str]


class Point:
    def __init__(self, x: object) -> None:
        self.x = x


@pytest.fixture
def digest(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Digest:
    """The digest of one call that answers with this."""
    (tmp_path / "pyagent_recorder").symlink_to(RECORDER)
    monkeypatch.syspath_prepend(tmp_path)
    answers = importlib.import_module("repos.measuring.stopwatch.answers")
    return lambda answer: answers.digest([(lambda: answer, (), {})])


def test_answers_that_differ_have_other_digests(digest: Digest) -> None:
    answers = (
        [1, 2],
        [2, 1],
        (1, 2),
        {1, 2},
        frozenset({1, 2}),
        {(1,)},
        {(2,)},
        {1: 2},
        {2: 1},
        Point(1),
        Point(2),
        1,
        "1",
        1.0,
    )
    assert len({digest(each) for each in answers}) == len(answers)


def test_addresses_and_orders_of_sets_say_nothing(digest: Digest) -> None:
    assert digest(Point([object()])) == digest(Point([object()]))
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})
    assert digest({}) == digest({})


def test_what_is_deep_is_cut(digest: Digest) -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    assert digest(cycle) == digest([cycle])


def test_a_generator_is_known_by_its_items(digest: Digest) -> None:
    assert digest(n for n in [1, 2]) == digest([1, 2])
    assert digest(n for n in [1, 2]) != digest(n for n in [1, 3])
