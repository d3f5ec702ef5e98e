"""The split rule: nobody is lost, nobody is judged unheard, and it costs little more than the bound."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.model import Answer
from repos.trains.board import failure_rate, group_size
from repos.trains.splitting import Done, Eject, Merge, Probe, Split, decide, ejected, merged, observed

Judge = Callable[[int], Answer]


@dataclass
class Trip:
    """One train driven to its end; prefixes are lengths."""

    size: int
    probes: list[tuple[int, Answer]] = field(default_factory=list)
    merges: list[int] = field(default_factory=list)
    ejected: int | None = None
    reason: str = ""

    def drive(self, judge: Judge) -> "Trip":
        split = Split(self.size)
        while not isinstance(step := decide(split), Done):
            assert len(self.probes) < 40 + 8 * self.size, "a train must end"
            match step:
                case Probe(prefix):
                    answer = judge(prefix)
                    self.probes.append((prefix, answer))
                    split = observed(split, prefix, answer)
                case Merge(prefix):
                    self.merges.append(prefix)
                    split = merged(split)
                case Eject(prefix):
                    self.ejected = prefix
                    split = ejected(split)
        self.reason = step.reason
        return self

    @property
    def merged(self) -> int:
        return max(self.merges, default=0)


def honest(bad: frozenset[int]) -> Judge:
    return lambda prefix: Answer.FAILED if any(place < prefix for place in bad) else Answer.PASSED


sizes = st.integers(1, 40)


@given(sizes, st.frozensets(st.integers(0, 39)))
def test_what_stands_before_the_first_culprit_is_merged_and_only_it_is_ejected(
    size: int, places: frozenset[int]
) -> None:
    bad = frozenset(place for place in places if place < size)
    trip = Trip(size).drive(honest(bad))
    first = min(bad, default=None)
    assert trip.merged == (size if first is None else first)
    assert trip.ejected == (None if first is None else first + 1)


answers = st.lists(st.sampled_from(list(Answer)), max_size=60)


@given(sizes, answers)
def test_whatever_the_prover_says_every_merge_was_proven_and_every_train_ends(size: int, script: list[Answer]) -> None:
    said = iter(script)
    trip = Trip(size).drive(lambda _: next(said, Answer.PASSED))
    assert all((prefix, Answer.PASSED) in trip.probes for prefix in trip.merges)
    assert trip.merges == sorted(set(trip.merges))
    if trip.ejected is not None:
        assert trip.ejected == trip.merged + 1
        assert trip.probes[-1] == (trip.ejected, Answer.FAILED)
        assert trip.probes.count((trip.ejected, Answer.FAILED)) >= 2
    settled = trip.merged + (trip.ejected is not None)
    assert settled == size or trip.ejected is not None or trip.reason


@given(sizes, st.integers(1, 12))
def test_one_wrong_failure_never_ejects_a_good_change(size: int, wrong: int) -> None:
    asked = iter(range(1, 10_000))
    trip = Trip(size).drive(lambda _: Answer.FAILED if next(asked) == wrong else Answer.PASSED)
    assert trip.merged == size
    assert trip.ejected is None


@given(sizes, st.integers(1, 12))
def test_one_proof_that_could_not_be_had_changes_nothing(size: int, which: int) -> None:
    asked = iter(range(1, 10_000))
    judge = honest(frozenset({size // 2}))
    trip = Trip(size).drive(lambda prefix: Answer.SKIPPED if next(asked) == which else judge(prefix))
    assert (trip.merged, trip.ejected, trip.reason) == (size // 2, size // 2 + 1, "")


def test_a_prover_that_never_can_stops_the_train() -> None:
    trip = Trip(5).drive(lambda _: Answer.SKIPPED)
    assert (trip.merges, trip.ejected, len(trip.probes)) == ([], None, 2)
    assert trip.reason


def test_a_red_prefix_whose_shorter_prefix_is_merged_counts_as_failing_alone_once() -> None:
    assert Trip(2).drive(honest(frozenset({1}))).probes == [
        (2, Answer.FAILED),
        (1, Answer.PASSED),
        (2, Answer.FAILED),
    ]


@dataclass
class Settled:
    """400 changes settled by trains: what it cost and who was wronged."""

    runs: int = 0
    merged: int = 0
    wronged: int = 0
    good: int = 0
    bad: int = 0

    @property
    def cost(self) -> float:
        """Test runs per merged change."""
        return self.runs / self.merged

    @property
    def bound(self) -> float:
        """The least any group testing can reach at the rate that was drawn: H(p)/(1-p)."""
        rate = self.bad / (self.bad + self.good)
        return -(rate * math.log2(rate) + (1 - rate) * math.log2(1 - rate)) / (1 - rate)


def settle(chance: random.Random, *, rate: float, flake: float, changes: int = 400) -> Settled:
    bad = [chance.random() < rate for _ in range(changes)]
    total, out = Settled(good=bad.count(False), bad=bad.count(True)), 0
    while bad:
        size = group_size(failure_rate(merged=total.merged, ejected=out), 100)
        group, bad = bad[:size], bad[size:]

        def judge(prefix: int, group: list[bool] = group) -> Answer:
            return Answer.FAILED if any(group[:prefix]) or chance.random() < flake else Answer.PASSED

        trip = Trip(len(group)).drive(judge)
        total.runs += len(trip.probes)
        total.merged += trip.merged
        if trip.ejected is not None:
            out += 1
            total.wronged += not group[trip.ejected - 1]
            bad = group[trip.ejected :] + bad
    assert total.merged + out == changes
    return total


def over(rate: float, flake: float) -> Settled:
    chance = random.Random(20)  # noqa: S311 - a simulation, seeded to be repeated
    runs = [settle(chance, rate=rate, flake=flake) for _ in range(60)]
    sums = {name: sum(getattr(one, name) for one in runs) for name in Settled.__dataclass_fields__}
    return Settled(**sums)


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.05, 0.10])
def test_runs_per_merged_change_stay_near_the_bound(rate: float) -> None:
    total = over(rate, 0.0)
    print(f"p={rate:.0%}: {total.cost:.3f} runs per merged change, {total.cost / total.bound:.3f} x bound")  # noqa: T201 - read by a person
    assert total.cost <= 1.25 * total.bound
    assert total.wronged == 0


def test_with_flaky_runs_the_good_changes_are_kept() -> None:
    total = over(0.05, 0.02)
    kept = 1 - total.wronged / total.good
    print(f"p=5%, 2% flakes: {total.cost / total.bound:.3f} x bound, {kept:.5f} of good changes kept")  # noqa: T201 - read by a person
    assert total.cost <= 1.6 * total.bound
    assert kept >= 0.999
