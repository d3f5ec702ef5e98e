"""Views: what follows from the journal."""

from dataclasses import dataclass, replace

from pyagent.ledger import facts as f
from pyagent.ledger.folding import fold
from pyagent.model import Answer, ChangeClass, Idea, Queued, Repository, Status, Verdict
from tests.pyagent.ledger.histories import (
    DEPARTED,
    EJECTED,
    HELD,
    MERGED,
    QUEUED,
    REVERTED,
    SUPERSEDED,
    R,
    entries,
    made,
    queued,
    refused,
    ticket,
    validated,
    view,
)


def test_a_change_on_its_way_to_being_merged() -> None:
    steps = (*QUEUED, DEPARTED, MERGED)
    seen = [view(*steps[:count]).status("c") for count in range(1, 7)]
    proposed, waiting = Status.PROPOSED, Status.QUEUED
    assert seen == [Status.OPEN, proposed, proposed, waiting, waiting, Status.MERGED]
    last = view(*steps)
    assert (last.queued, last.merged["c"].commit, last.trains["t1"].merged) == ((), "c0ffee", ("c",))


def test_the_queue_holds_what_waits_in_the_order_it_came() -> None:
    both = view(ticket("b"), *QUEUED, queued("b", "p2"))
    assert both.queued == (
        Queued("c", "p1", "base", "commit", ChangeClass.A, 1.0),
        Queued("b", "p2", "base", "commit", ChangeClass.A, 1.0),
    )
    for fact in (MERGED, EJECTED, SUPERSEDED, refused()):
        assert view(*QUEUED, fact).queued == ()


def test_a_held_change_stays_in_the_queue_until_a_person_approves() -> None:
    held = view(*QUEUED, HELD)
    assert (held.status("c"), len(held.queued), held.held["c"].reason) == (Status.HELD, 1, "a person")
    approved = view(*QUEUED, HELD, f.ChangeApproved(R, "c", "ann", "p1", "base"))
    assert (approved.status("c"), len(approved.queued), approved.held) == (Status.QUEUED, 1, {})
    assert ("c", "p1", "base") in approved.approved


def test_an_approval_of_an_older_proposal_frees_nothing() -> None:
    assert view(*QUEUED, HELD, f.ChangeApproved(R, "c", "ann", "p0", "base")).status("c") is Status.HELD


def test_reasons_come_from_the_fact_that_moved_the_change() -> None:
    failed = view(ticket(), made(), validated(Status.FAILED, reason="metric: not better"))
    assert (failed.standings["c"].status, failed.standings["c"].reason) == (Status.FAILED, "metric: not better")
    assert failed.standings["c"].since == 3


def test_a_decline_is_tried_and_reopens_with_new_evidence_only() -> None:
    declined = (ticket(), f.ProposalDeclined(R, "c", "e1", Status.NEEDS_A_NAME, "no-name: x", "blob"))
    assert view(*declined).status("c") is Status.NEEDS_A_NAME
    assert view(*declined, ticket()).untried == ()
    again = view(*declined, ticket(evidence="e2"))
    assert (again.status("c"), [t.evidence for t in again.untried]) == (Status.OPEN, ["e2"])
    assert view(*declined, ticket(evidence="e2"), ticket()).untried == ()


def test_new_evidence_leaves_a_waiting_change_in_its_place() -> None:
    assert view(*QUEUED, ticket(evidence="e2")).status("c") is Status.QUEUED
    ejected = view(*QUEUED, ticket(evidence="e2"), EJECTED)
    assert (ejected.status("c"), [t.evidence for t in ejected.untried]) == (Status.EJECTED, ["e2"])


def test_an_ejected_change_is_tried_again_on_the_branch_as_it_is_then() -> None:
    assert view(*QUEUED, EJECTED).untried == (ticket().ticket,)


def test_a_superseded_change_is_tried_anew_on_the_same_evidence() -> None:
    superseded = view(*QUEUED, SUPERSEDED)
    assert superseded.status("c") is Status.SUPERSEDED
    assert [t.change for t in superseded.untried] == ["c"]
    assert view(*QUEUED, SUPERSEDED, made(proposal="p2"), queued(proposal="p2")).status("c") is Status.QUEUED


def test_late_facts_about_an_older_proposal_move_nothing() -> None:
    newer = (*QUEUED, SUPERSEDED, made(proposal="p2"), queued(proposal="p2"))
    for late in (SUPERSEDED, EJECTED, HELD, validated(Status.FAILED), queued()):
        seen = view(*newer, late)
        assert (seen.status("c"), [q.proposal for q in seen.queued]) == (Status.QUEUED, ["p2"])


def test_a_refusal_wins_over_work_still_running() -> None:
    for late in (made(), validated(Status.PROPOSED), queued(), HELD):
        seen = view(ticket(), refused(), late)
        assert (seen.status("c"), seen.queued) == (Status.REFUSED, ())


def test_a_change_refused_for_ever_never_reopens() -> None:
    seen = view(ticket(), refused(), ticket(evidence="e2"))
    assert (seen.status("c"), seen.untried, seen.is_refused("c", "e2")) == (Status.REFUSED, (), True)


def test_a_change_refused_until_its_target_changes_reopens_then() -> None:
    assert view(ticket(), refused("e1"), ticket()).status("c") is Status.REFUSED
    reopened = (ticket(), refused("e1"), ticket(evidence="e2"))
    assert view(*reopened).status("c") is Status.OPEN
    assert view(*reopened, ticket()).status("c") is Status.REFUSED


def test_a_refusal_before_any_ticket_counts() -> None:
    assert view(refused(), ticket()).status("c") is Status.REFUSED


def test_a_merged_change_reopens_when_its_target_is_worth_it_again() -> None:
    merged = (*QUEUED, MERGED)
    assert view(*merged, ticket()).status("c") is Status.MERGED
    assert view(*merged, ticket(evidence="e2")).status("c") is Status.OPEN
    assert view(*merged, refused(), ticket(evidence="e2")).untried == ()


def test_a_reverted_change_stays_away_on_the_same_evidence() -> None:
    reverted = view(*QUEUED, MERGED, REVERTED, ticket())
    assert (reverted.status("c"), reverted.untried) == (Status.REVERTED, ())
    assert reverted.reverted["c"].reason == "slow"


def test_trains_keep_their_splits_and_their_ends() -> None:
    split = f.TrainSplit(R, "t1", ("c",), "tree", green=False, reason="test_x")
    train = view(*QUEUED, DEPARTED, split, EJECTED).trains["t1"]
    assert (train.splits, train.ejected, train.merged) == ((split,), ("c",), ())


def test_classes_are_unlocked_or_stopped_never_both() -> None:
    unlock, stop = f.ClassUnlocked(R, ChangeClass.H, "ann"), f.ClassStopped(R, ChangeClass.H, "ann", "two closes")
    assert set(view(unlock).unlocked) == {ChangeClass.H}
    stopped = view(unlock, stop)
    assert (set(stopped.unlocked), set(stopped.stopped)) == (set(), {ChangeClass.H})
    assert set(view(unlock, stop, unlock).stopped) == set()


def test_pausing_reaches_one_repository_or_all() -> None:
    everywhere, here = f.MergingPaused("", paused=True, by="ann"), f.MergingPaused(R, paused=True, by="ann")
    added = f.RepositoryAdded(R, "path", "main")
    assert view(added, here).paused
    assert view(everywhere, added).paused
    assert view(everywhere).paused
    assert not view(added, everywhere, replace(everywhere, paused=False)).paused
    assert view(here, everywhere, replace(everywhere, paused=False)).paused
    assert not fold(entries([added, here])).of("lark").paused


def test_surveys_ideas_verdicts_quarantine_lessons_and_repository_are_kept() -> None:
    idea = Idea("i", "improvements.md", "t", "text", None)
    verdict = Verdict("lint", Answer.FAILED, "one finding")
    seen = view(
        f.RepositoryAdded(R, "path", "main"),
        f.SurveyTaken(R, "commit", "tree", "1", "blob", ()),
        f.IdeaChanged(R, "unknown", "done", ""),
        f.IdeaSeen(R, idea),
        f.IdeaChanged(R, "i", "no-transform", "nothing applies"),
        f.IdeaSeen(R, replace(idea, text="more")),
        f.GateJudged(R, "c", "p1", "v", verdict),
        f.GateJudged(R, "c", "p1", "v", replace(verdict, gate="size")),
        f.GateJudged(R, "c", "p1", "v", replace(verdict, answer=Answer.PASSED)),
        f.TestsQuarantined(R, "tree", "env", ("test_x",), "fails on base"),
        f.LessonLearnt(R, "extract-function", 4, 3, 2, 1),
    )
    assert seen.repository == Repository(R, "path", "main")
    assert seen.surveys["tree"].commit == "commit"
    assert (seen.ideas["i"].status, seen.ideas["i"].idea.text) == ("no-transform", "more")
    assert [(v.gate, v.answer) for v in seen.verdicts["v"]] == [("size", Answer.FAILED), ("lint", Answer.PASSED)]
    assert seen.quarantined["tree", "env"].ids == ("test_x",)
    assert seen.lessons["extract-function"].merged == 2


def test_runs_show_which_were_killed() -> None:
    started = [f.RunStarted("", run, (R,)) for run in ("1", "2")]
    ended = f.RunEnded("", "1", 1, 0, 0, "")
    runs = fold(entries([*started, ended, f.RunEnded("", "unknown", 0, 0, 0, "")])).runs
    assert [run.ended for run in runs.values()] == [ended, None]


def test_facts_no_view_needs_are_passed_over() -> None:
    @dataclass(frozen=True)
    class MoonSeen:
        repository: str = R

    assert fold(entries([MoonSeen()])).repositories == {}
