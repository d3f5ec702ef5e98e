"""What a train must survive, each on a real store: culprits, conflicts, races, restarts."""

import dataclasses

import pytest

from pyagent import failpoints
from pyagent.model import Answer, ChangeClass
from repos.patches import Stacked, revert_commit
from repos.stores.git import git
from repos.stores.store import move
from repos.trains.departures import Departed, Ejected, Event, Merged, Proved, Stopped, Superseded, Yard, landed
from tests.repos.trains.yard import Prover, on_branch, queued, run, tip, train

GREEN = ("a", "b", "c", "d", "e", "f")


def outcomes(events: list[Event]) -> dict[str, str]:
    ends = [event for event in events if isinstance(event, Merged | Ejected | Superseded)]
    assert len({event.change for event in ends}) == len(ends)
    return {event.change: type(event).__name__ for event in ends}


def stops(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, Stopped)]


def with_bad(yard: Yard, *bad: int) -> list[Event]:
    """A train of six whose members at these places are bad; what happened."""
    members = [
        queued(yard, name, line=5 * place, text=f"BAD {name}" if place in bad else "")
        for place, name in enumerate(GREEN)
    ]
    return run(yard, train(yard, *members))


def test_a_green_train_merges_whole_with_one_proof(yard: Yard) -> None:
    events = with_bad(yard)
    assert outcomes(events) == dict.fromkeys(GREEN, "Merged")
    assert sum(isinstance(event, Proved) for event in events) == 1
    assert on_branch(yard) == list(GREEN)


def test_each_merged_change_is_one_commit_of_its_own(yard: Yard) -> None:
    events = with_bad(yard)
    log = git(yard.store.path, "log", "--format=%H %s", "-6", tip(yard)).text.splitlines()
    merged = [f"{event.commit} Change {event.change}" for event in events if isinstance(event, Merged)]
    assert log == list(reversed(merged))


@pytest.mark.parametrize("place", range(6))
def test_one_culprit_is_ejected_and_what_stood_before_it_merged(yard: Yard, place: int) -> None:
    events = with_bad(yard, place)
    expected = dict.fromkeys(GREEN[:place], "Merged") | {GREEN[place]: "Ejected"}
    assert outcomes(events) == expected
    assert on_branch(yard) == list(GREEN[:place])


@pytest.mark.parametrize("bad", [(0, 1), (0, 5), (2, 3), (4, 5)])
def test_with_two_culprits_the_first_is_found_and_the_rest_stays_queued(yard: Yard, bad: tuple[int, int]) -> None:
    events = with_bad(yard, *bad)
    assert outcomes(events) == dict.fromkeys(GREEN[: bad[0]], "Merged") | {GREEN[bad[0]]: "Ejected"}


def test_every_merged_tip_was_proven_as_such(yard: Yard) -> None:
    prover = Prover(yard.store)
    members = [queued(yard, name, line=5 * place, text="BAD" if place == 4 else "") for place, name in enumerate(GREEN)]
    run(yard, train(yard, *members), prover)
    green = {
        p.tree
        for p in prover.asked
        if b"BAD" not in git(yard.store.path, "cat-file", "blob", f"{p.tree}:long.py").stdout
    }
    assert git(yard.store.path, "rev-parse", f"{tip(yard)}^{{tree}}").text in green


def test_a_change_that_failed_once_by_chance_is_merged(yard: Yard) -> None:
    prover = Prover(yard.store, script={1: Answer.FAILED})
    events = run(yard, train(yard, queued(yard, "a", line=3)), prover)
    assert outcomes(events) == {"a": "Merged"}
    assert [prefix.again for prefix in prover.asked] == [False, True]


@pytest.mark.parametrize("flaky_run", range(1, 5))
def test_one_flaky_run_anywhere_ejects_nobody(yard: Yard, flaky_run: int) -> None:
    prover = Prover(yard.store, script={flaky_run: Answer.FAILED})
    members = [queued(yard, name, line=5 * place) for place, name in enumerate(GREEN)]
    assert outcomes(run(yard, train(yard, *members), prover)) == dict.fromkeys(GREEN, "Merged")


def test_a_conflict_with_the_branch_is_superseded_and_others_go_on(yard: Yard) -> None:
    stale = queued(yard, "stale", line=3)
    run(yard, train(yard, queued(yard, "first", line=3, text="first")))
    events = run(yard, train(yard, stale, queued(yard, "b", line=20)))
    assert outcomes(events) == {"stale": "Superseded", "b": "Merged"}


def test_of_two_members_that_clash_the_second_is_superseded(yard: Yard) -> None:
    first, second = queued(yard, "a", line=3, score=2), queued(yard, "b", line=4)
    events = run(yard, train(yard, first, second))
    assert outcomes(events) == {"a": "Merged", "b": "Superseded"}
    assert "conflict: long.py" in [event.reason for event in events if isinstance(event, Superseded)]


def test_two_members_green_alone_and_red_together_leave_the_branch_green(yard: Yard) -> None:
    left, right = queued(yard, "l", line=3, text="LEFT", score=2), queued(yard, "r", line=30, text="RIGHT")
    assert outcomes(run(yard, train(yard, left, right))) == {"l": "Merged", "r": "Ejected"}


def test_a_change_that_brings_nothing_new_is_superseded(yard: Yard) -> None:
    first, same = queued(yard, "a", line=3, text="same"), queued(yard, "b", line=3, text="same")
    run(yard, train(yard, first))
    events = run(yard, train(yard, same))
    assert outcomes(events) == {"b": "Superseded"}
    assert not any(isinstance(event, Departed) for event in events)


def test_a_change_whose_base_left_the_branch_is_superseded(yard: Yard) -> None:
    start = tip(yard)
    run(yard, train(yard, queued(yard, "a", line=3)))
    on_it = queued(yard, "b", line=30)
    assert move(yard.store, "refs/heads/main", old=tip(yard), new=start, why="test")
    assert outcomes(run(yard, train(yard, on_it))) == {"b": "Superseded"}


def test_a_branch_that_moves_between_proof_and_merge_is_stacked_and_proven_anew(yard: Yard) -> None:
    mine, other = queued(yard, "a", line=3), queued(yard, "other", line=30)
    prover = Prover(yard.store)
    prover.before_answer = lambda _: (
        len(prover.asked) > 1 or yard.forge.advance(yard.repository, other.base, other.commit)
    )
    events = run(yard, train(yard, mine), prover)
    assert outcomes(events) == {"a": "Merged"}
    assert len(prover.asked) == 2
    assert on_branch(yard) == ["other", "a"]


def test_a_branch_that_moved_onto_a_clash_supersedes(yard: Yard) -> None:
    mine, other = queued(yard, "a", line=3), queued(yard, "other", line=4)
    prover = Prover(yard.store)
    prover.before_answer = lambda _: yard.forge.advance(yard.repository, other.base, other.commit)
    assert outcomes(run(yard, train(yard, mine), prover)) == {"a": "Superseded"}


def test_a_branch_that_never_rests_stops_the_train(yard: Yard) -> None:
    prover = Prover(yard.store)

    def disturb(_: object) -> None:
        busy = queued(yard, f"busy{len(prover.asked)}", line=10 + 3 * len(prover.asked))
        assert yard.forge.advance(yard.repository, busy.base, busy.commit)

    prover.before_answer = disturb
    events = run(yard, train(yard, queued(yard, "a", line=3)), prover)
    assert "moved 8 times" in stops(events)[0]
    assert "a" not in on_branch(yard)


def test_another_instance_that_merged_the_same_train_is_seen_not_repeated(yard: Yard) -> None:
    member = queued(yard, "a", line=3)
    prover = Prover(yard.store)
    prover.before_answer = lambda _: yard.forge.advance(yard.repository, member.base, member.commit)
    assert outcomes(run(yard, train(yard, member), prover)) == {"a": "Merged"}
    assert on_branch(yard) == ["a"]


def test_pausing_while_a_train_runs_moves_nothing(yard: Yard) -> None:
    events = run(yard, train(yard, queued(yard, "a", line=3)), halted=True)
    assert stops(events) == ["merging is paused"]
    assert on_branch(yard) == []


def test_a_proof_that_could_not_be_had_is_tried_twice_then_everything_stays_queued(yard: Yard) -> None:
    prover = Prover(yard.store, script={1: Answer.SKIPPED, 2: Answer.SKIPPED})
    events = run(yard, train(yard, queued(yard, "a", line=3), queued(yard, "b", line=30)), prover)
    assert outcomes(events) == {}
    assert "could not be proven" in stops(events)[0]


def test_a_proof_missing_once_costs_one_more_try(yard: Yard) -> None:
    prover = Prover(yard.store, script={1: Answer.SKIPPED})
    assert outcomes(run(yard, train(yard, queued(yard, "a", line=3)), prover)) == {"a": "Merged"}


def test_a_change_on_the_branch_without_a_fact_is_found_by_its_trailer(yard: Yard) -> None:
    member = queued(yard, "a", line=3)
    merged = run(yard, train(yard, member))[-1]
    assert landed((member,), yard) == (merged,)
    assert run(yard, train(yard, member)) == [merged]
    assert on_branch(yard) == ["a"]


def test_a_change_taken_back_and_queued_again_merges_again(yard: Yard) -> None:
    member = queued(yard, "a", line=3)
    merged = run(yard, train(yard, member))[-1]
    assert isinstance(merged, Merged)
    undone = revert_commit(yard.store, tip(yard), commit=merged.commit, reason="r")
    assert isinstance(undone, Stacked)
    assert yard.forge.advance(yard.repository, tip(yard), undone.commit)
    assert landed((member,), yard) == ()
    assert outcomes(run(yard, train(yard, member))) == {"a": "Merged"}


def test_a_branch_set_back_makes_an_old_record_worth_nothing(yard: Yard) -> None:
    member, start = queued(yard, "a", line=3), tip(yard)
    departing = train(yard, member)
    run(yard, departing)
    assert move(yard.store, "refs/heads/main", old=tip(yard), new=start, why="test")
    assert outcomes(run(yard, departing)) == {"a": "Merged"}
    assert on_branch(yard) == ["a"]


def test_a_member_of_two_trains_merges_once(yard: Yard) -> None:
    a, b = queued(yard, "a", line=3), queued(yard, "b", line=30)
    first, second = train(yard, a, b), train(yard, a)
    run(yard, first)
    run(yard, second)
    assert sorted(on_branch(yard)) == ["a", "b"]


def test_a_branch_with_an_odd_name_works(yard: Yard) -> None:
    member = queued(yard, "a", line=3)
    odd = dataclasses.replace(yard.repository, branch="feature/grün+1")
    assert move(yard.store, f"refs/heads/{odd.branch}", old=None, new=tip(yard), why="test")
    side = dataclasses.replace(yard, repository=odd)
    assert outcomes(run(side, train(side, member))) == {"a": "Merged"}
    assert on_branch(yard) == []


def test_two_branches_of_one_repository_do_not_share_a_merge(yard: Yard) -> None:
    member = dataclasses.replace(queued(yard, "a", line=3), change_class=ChangeClass.H)
    other = dataclasses.replace(yard.repository, branch="other")
    assert move(yard.store, "refs/heads/other", old=None, new=tip(yard), why="test")
    for side in (yard, dataclasses.replace(yard, repository=other)):
        assert outcomes(run(side, train(side, member))) == {"a": "Merged"}


@pytest.mark.parametrize("point", ["merge.before-intent", "merge.before-ref", "merge.after-ref", "merge.before-fact"])
def test_an_error_at_a_step_is_an_error_and_the_next_run_completes(yard: Yard, point: str) -> None:
    members = [queued(yard, name, line=5 * place) for place, name in enumerate(GREEN)]
    failpoints.arm(point, failpoints.ACTIONS["enospc"])
    with pytest.raises(OSError, match="No space left"):
        run(yard, train(yard, *members))
    failpoints.disarm()
    assert outcomes(run(yard, train(yard, *members))) == dict.fromkeys(GREEN, "Merged")
    assert on_branch(yard) == list(GREEN)
