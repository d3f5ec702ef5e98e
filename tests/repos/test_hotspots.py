"""Hotspots rank what is changed often, complex and untested."""

from hypothesis import given
from hypothesis import strategies as st

from repos.hotspots import Hotspot, hotspots, score

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50))
SHARES = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1))


def test_the_formula() -> None:
    found = hotspots(
        {"a": 3, "b": 3, "c": 1, "gone": 9}, {"a": 10, "b": 10, "c": 60, "still": 99}, {"a": 1.0, "b": 0.25}
    )
    assert found == (
        Hotspot("c", 1, 60, None, 60.0),
        Hotspot("b", 3, 10, 0.25, 52.5),
        Hotspot("a", 3, 10, 1.0, 30.0),
    )


@given(COUNTS, COUNTS, SHARES)
def test_only_changed_files_are_listed_and_in_order(
    commits: dict[str, int], complexity: dict[str, int], covered: dict[str, float]
) -> None:
    found = hotspots(commits, complexity, covered)
    assert {spot.path for spot in found} == {path for path in complexity if commits.get(path)}
    assert [spot.score for spot in found] == sorted((spot.score for spot in found), reverse=True)


@given(st.integers(1, 99), st.integers(1, 99), st.floats(0, 1))
def test_more_of_anything_is_never_better(commits: int, complexity: int, covered: float) -> None:
    here = score(commits, complexity, covered)
    assert score(commits + 1, complexity, covered) >= here
    assert score(commits, complexity + 1, covered) >= here
    assert score(commits, complexity, covered / 2) >= here
    assert score(commits, complexity, None) <= here
