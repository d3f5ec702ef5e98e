import pytest

from bench.falsify.benchmark import Row, told, verdict
from bench.falsify.slowdowns import PLANTS, planted, samples

SOURCE = b'''
def f(n):
    """Told."""
    return n + 1
'''


@pytest.mark.parametrize("plant", sorted(PLANTS))
def test_extra_work_changes_no_answer(plant: str) -> None:
    names: dict[str, object] = {}
    exec(planted(SOURCE, "f", plant, 5), names)  # noqa: S102 - our own sample
    function = names["f"]
    assert callable(function)
    assert (function(1), function.__doc__) == (2, "Told.")


def test_the_base_passes_through_the_same_door() -> None:
    assert b"_planted" not in planted(SOURCE, "f", "loop", 0)


def test_every_workload_defines_its_function() -> None:
    for sample in samples():
        assert planted(sample.files[sample.path], sample.function, "loop", 1)
        assert sample.recording().functions[0].kept


def row(index: int, size: int, counted: str, timed: str, other: str = "") -> Row:
    return Row(index, 1, "s", "loop", size, counted, timed, other, size / 100, 0.0, 0.01, 4, 3.0, 2.0)


def test_the_bars_of_the_exam() -> None:
    equal = [row(n, 0, "not slower", "not slower") for n in range(200)]
    found = [row(300 + n, size, "slower", "slower") for n in range(10) for size in (5, 10)]
    assert verdict([*equal, *found]) == 0
    assert verdict([*equal[:150], *found]) == 2
    assert verdict([*equal[3:], *[row(n, 0, "slower", "open") for n in range(3)], *found]) == 1
    assert verdict([*equal, *found, row(900, 5, "not slower", "open"), row(901, 5, "open", "open")]) == 1
    assert any("slower by counts" in line for line in told([*equal, *found]))
