"""Whatever a local rewrite does to a random function, calling it leaves the same trace."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.transforms import guard_clause
from tests.plugins.random_functions import functions, rewritten, trace


@pytest.fixture(autouse=True, scope="module")
def _every_guard_pays() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard_clause, "MIN_LINES", 1)
        patch.setattr(guard_clause, "MIN_DEEP_LINES", 1)
        yield


@settings(max_examples=100, deadline=None)
@given(text=functions(), answers=st.lists(st.integers(0, 1), max_size=12))
def test_rewritten_function_leaves_the_same_trace(text: str, answers: list[int]) -> None:
    assert trace(rewritten(text), answers) == trace(text, answers), rewritten(text)
