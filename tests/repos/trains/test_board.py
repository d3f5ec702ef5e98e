"""Who departs, and how many together."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.model import ChangeClass, Queued, Train
from repos.trains.board import Approval, Rules, Wait, failure_rate, group_size, next_train

OPEN = Rules(threshold=3, unlocked=frozenset({ChangeClass.H, ChangeClass.A}))


def change(name: str, kind: ChangeClass = ChangeClass.H, score: float = 1.0, base: str = "b") -> Queued:
    return Queued(name, f"p-{name}", base, f"c-{name}", kind, score)


def board(queue: tuple[Queued, ...], rules: Rules) -> Train | Wait:
    return next_train(queue, rules, repository="demo", base="tip")


def members(queue: tuple[Queued, ...], rules: Rules) -> list[str]:
    departing = board(queue, rules)
    return [queued.change for queued in departing.changes] if isinstance(departing, Train) else []


THREE = tuple(map(change, "abc"))


def test_a_train_departs_at_the_threshold() -> None:
    assert members(THREE, OPEN) == ["a", "b", "c"]
    assert board(THREE[:2], OPEN) == Wait("2 of 3 proven changes wait")


def test_train_now_does_not_wait() -> None:
    assert members(THREE[:1], dataclasses.replace(OPEN, train_now=True)) == ["a"]


def test_by_default_nothing_departs() -> None:
    waiting = board(tuple(change(f"c{number}") for number in range(60)), Rules(train_now=True))
    assert isinstance(waiting, Wait)
    assert len(waiting.held) == 60
    assert waiting.reason == "60 proven changes wait for a person"


def test_nothing_departs_while_paused_or_empty() -> None:
    paused = dataclasses.replace(OPEN, paused=True, train_now=True)
    assert board(THREE, paused) == Wait("merging is paused")
    assert board((), dataclasses.replace(OPEN, train_now=True)) == Wait("the queue is empty")


@pytest.mark.parametrize("kind", [ChangeClass.B, ChangeClass.C])
def test_risky_classes_need_their_own_approval_even_when_unlocked(kind: ChangeClass) -> None:
    rules = Rules(train_now=True, unlocked=frozenset(ChangeClass))
    assert isinstance(board((change("a", kind),), rules), Wait)
    approved = dataclasses.replace(rules, approved=frozenset({Approval("p-a", "b")}))
    assert members((change("a", kind),), approved) == ["a"]


@pytest.mark.parametrize("approval", [Approval("p-other", "b"), Approval("p-a", "older-base")])
def test_an_approval_of_another_proposal_or_base_is_worth_nothing(approval: Approval) -> None:
    rules = Rules(train_now=True, approved=frozenset({approval}))
    assert board((change("a"),), rules) == Wait("1 proven changes wait for a person", ("a",))


def test_held_changes_do_not_count_towards_the_threshold() -> None:
    queue = (*THREE[:2], change("z", ChangeClass.C))
    assert board(queue, OPEN) == Wait("2 of 3 proven changes wait", ("z",))


def test_the_best_score_goes_first_then_the_change_id() -> None:
    queue = (change("b"), change("c", score=9.0), change("a"))
    assert members(queue, OPEN) == ["c", "a", "b"]


def test_a_change_queued_twice_departs_once_as_queued_last() -> None:
    twice = (change("a", score=1.0), *THREE, dataclasses.replace(change("a"), proposal="p-newer"))
    departing = board(twice, OPEN)
    assert isinstance(departing, Train)
    assert [queued.proposal for queued in departing.changes] == ["p-newer", "p-b", "p-c"]


def test_the_same_queue_on_the_same_base_is_the_same_train() -> None:
    first = board(THREE, OPEN)
    assert first == board(tuple(reversed(THREE)), OPEN)
    assert first != next_train(THREE, OPEN, repository="demo", base="another tip")


@given(st.floats(0, 1), st.integers(1, 200))
def test_groups_stay_within_their_limits(rate: float, most: int) -> None:
    assert 1 <= group_size(rate, most) <= most


@pytest.mark.parametrize(
    ("rate", "size"), [(0.0, 100), (0.01, 69), (0.02, 34), (0.05, 14), (0.1, 7), (0.2, 3), (0.4, 1), (1.0, 1)]
)
def test_groups_are_about_ln_2_over_the_rate(rate: float, size: int) -> None:
    assert group_size(rate, 100) == size


def test_the_rate_is_learnt() -> None:
    assert failure_rate(merged=0, ejected=0) == pytest.approx(0.0244, abs=1e-4)
    assert failure_rate(merged=950, ejected=50) == pytest.approx(0.05, rel=0.03)
    assert failure_rate(merged=100, ejected=0) < 0.01
