import math
import random

import pytest

from repos.measuring.statistics import Decision, Round, counted, quantile, reading


def rounds(seed: int, *, count: int, slower: float, scatter: float) -> list[Round]:
    """Rounds of a machine on which each process scatters by `scatter`, each sample a tenth of that."""
    made = random.Random(seed)  # noqa: S311 - noise, not a secret

    def process(factor: float) -> tuple[float, ...]:
        level = factor * math.exp(made.gauss(0, scatter))
        return tuple(0.01 * level * math.exp(abs(made.gauss(0, scatter / 10))) for _ in range(8))

    return [Round(process(1), process(1), process(1 + slower)) for _ in range(count)]


@pytest.mark.parametrize(
    ("probability", "freedom", "table"), [(0.99, 7, 2.998), (0.995, 7, 3.499), (0.99, 15, 2.602), (0.9967, 31, 2.91)]
)
def test_quantiles_of_t_are_those_of_the_tables(probability: float, freedom: int, table: float) -> None:
    assert quantile(probability, freedom) == pytest.approx(table, rel=0.01)


def test_equal_sides_are_never_slower_than_a_margin() -> None:
    read = [reading(rounds(seed, count=4, slower=0.0, scatter=0.02)) for seed in range(500)]
    assert not any(each.beside(0.05) is Decision.SLOWER for each in read)


def test_an_equal_candidate_lies_over_a_zero_margin_as_rarely_as_promised() -> None:
    read = [reading(rounds(seed, count=4, slower=0.0, scatter=0.02), looks=1) for seed in range(2000)]
    share = sum(each.beside(0.0) is Decision.SLOWER for each in read) / len(read)
    assert share < 0.02, "one in a hundred by design"


def test_ten_per_cent_are_found_in_ordinary_noise() -> None:
    read = [reading(rounds(seed, count=8, slower=0.10, scatter=0.01)) for seed in range(300)]
    assert sum(each.beside(0.05) is Decision.SLOWER for each in read) >= 290


def test_a_noisy_machine_leaves_the_question_open() -> None:
    read = reading(rounds(1, count=4, slower=0.05, scatter=0.2))
    assert read.beside(0.05) is Decision.OPEN
    assert read.floor > 0.05


def test_counts_decide_to_the_per_mille() -> None:
    assert counted([1_000_000, 1_000_001], [1_050_000], least=0.001).beside(0.04) is Decision.SLOWER
    assert counted([1_000_000, 1_000_001], [1_010_000], least=0.001).beside(0.02) is Decision.NOT_SLOWER


def test_counts_that_waver_widen_their_bounds() -> None:
    read = counted([1_000_000, 1_030_000], [1_060_000], least=0.001)
    assert read.floor > 0.08
    assert read.beside(0.025) is Decision.OPEN
