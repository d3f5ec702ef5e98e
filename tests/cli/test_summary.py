"""The table at the end of a run, and what a person is told to do next (pure)."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.advice import Queue, Step, counted, in_order, last_ending, parted, steps
from cli.summary import Row, failed_row, row, table, why_nothing
from pyagent.errors import TargetError
from pyagent.ledger.facts import ChangeApproved, ClassStopped, ClassUnlocked, RunEnded, RunStarted
from pyagent.ledger.views import RepositoryView, Run, Standing, View
from pyagent.model import ChangeClass, Queued, Status, Ticket
from pyagent.settings import PolicySection
from repos.trains.board import Wait
from repos.trains.departures import Ejected, Stopped
from stages.passage import Passage
from tests.cli.pages import EMPTY, FULL

POLICY = PolicySection()


def queued(name: str, change_class: ChangeClass = ChangeClass.A) -> Queued:
    return Queued(name, f"p-{name}", "base", "commit", change_class, 1.0)


def view(*waiting: Queued, paused: bool = False, unlocked: str = "", stopped: str = "") -> RepositoryView:
    return RepositoryView(
        "shapes",
        queue={each.change: each for each in waiting},
        paused=paused,
        unlocked={ChangeClass(c): ClassUnlocked("shapes", ChangeClass(c), "somebody") for c in unlocked},
        stopped={ChangeClass(c): ClassStopped("shapes", ChangeClass(c), "pyagent", "two") for c in stopped},
    )


def advice(found: RepositoryView, policy: PolicySection = POLICY, *, merged: int = 0) -> dict[str, str]:
    told = steps(found, policy, pyagent="pyagent", take_over="git pull store main", merged=merged)
    return {step.command: step.says for step in told}


def test_a_queue_is_parted_by_ticks_and_approvals() -> None:
    approved = ChangeApproved("shapes", "b", "somebody", "p-b", "base")
    found = replace(
        view(queued("a"), queued("b"), queued("h", ChangeClass.H), unlocked="H"),
        approved={("b", "p-b", "base"): approved},
    )
    queue = parted(found, POLICY)
    assert [each.change for each in queue.ready] == ["b", "h"]
    assert [each.change for each in queue.held] == ["a"]
    assert queue.needs_a_person


@pytest.mark.parametrize(("waiting", "paused", "needed"), [(0, True, False), (1, True, True), (1, False, False)])
def test_a_pause_needs_a_person_once_something_waits(waiting: int, paused: bool, needed: bool) -> None:  # noqa: FBT001 - a table
    assert Queue((queued("a"),) * waiting, (), paused).needs_a_person is needed


def test_held_changes_are_to_be_seen_ticked_and_merged() -> None:
    told = advice(view(queued("a"), queued("h", ChangeClass.H)))
    assert list(told) == [
        "pyagent show a",
        "pyagent approve --class H,A shapes",
        "pyagent merge shapes --train-now",
    ]


def test_a_stopped_class_says_that_it_was_stopped() -> None:
    told = advice(view(queued("a"), stopped="A"), PolicySection(classes=(ChangeClass.A,)))
    assert "two refusals in a row stopped it" in told["pyagent approve --class A shapes"]


def test_a_class_that_cannot_be_ticked_is_approved_one_by_one() -> None:
    told = advice(view(queued("c", ChangeClass.C), unlocked="H"))
    assert told["pyagent approve c"] == "say yes to one change of class C"
    assert not any("--class" in command for command in told)


def test_a_full_train_needs_no_push() -> None:
    assert advice(view(queued("a"), unlocked="A"), PolicySection(threshold=1)) == {}


def test_a_pause_is_told_before_anything_else() -> None:
    assert next(iter(advice(view(queued("a"), paused=True, unlocked="A")))) == "pyagent resume shapes"


def test_merged_changes_are_to_be_taken_over_and_tickets_gone_on_with() -> None:
    ticket = Ticket("t", "shapes", "m.py", "f", "guard-clause", ChangeClass.A, "e", "why", 1.0, ())
    left = replace(view(), tickets={"t": ticket}, standings={"t": Standing(Status.OPEN, "", None, 1)})
    told = advice(left, merged=2)
    assert told == {
        "git pull store main": "take the merged changes over",
        "pyagent run shapes": "go on with the 1 ticket left",
    }


CAUSES = [
    (Queue((), (queued("a"),), paused=True), (), 3, "merging is paused"),
    (Queue((), (queued("a"),), paused=False), (), 3, "a person's yes is missing for 1 proven change"),
    (Queue((queued("a"),), (), paused=False), (Wait("1 of 50 proven changes wait"),), 3, "1 of 50 proven changes wait"),
    (Queue((queued("a"),), (), paused=False), (Stopped("main moved"),), 3, "main moved"),
    (
        Queue((), (), paused=False),
        (Ejected("a", "p", "red"),),
        3,
        "every change of the train failed when it was tested again",
    ),
    (
        Queue((), (), paused=False),
        (),
        3,
        "none of the changes written passed every gate (for instance needs-tests: executed: no test runs m.py:2)",
    ),
    (Queue((), (), paused=False), (), 0, "no ticket was left to try (1 declined, 1 needs-tests)"),
]


@pytest.mark.parametrize(("queue", "events", "proposals", "says"), CAUSES)
def test_a_run_that_merged_nothing_names_the_nearest_cause(
    queue: Queue, events: tuple[object, ...], proposals: int, says: str
) -> None:
    done = Passage("shapes", "before", proposals=proposals, events=list(events))  # type: ignore[arg-type]
    standings = (
        Standing(Status.DECLINED, "too-wide", None, 1),
        Standing(Status.NEEDS_TESTS, "executed: no test runs m.py:2", "p", 2),
    )
    assert why_nothing(done, queue, standings) == says


def test_a_run_over_clean_code_says_that_there_is_nothing() -> None:
    assert "no rewrite has a place" in why_nothing(Passage("shapes", "b"), Queue((), (), paused=False), ())


def test_the_row_of_a_full_report_shows_everything_a_person_asks_for() -> None:
    done = Passage("shapes", "a" * 40, after="b" * 40, proposals=80, queued=73, merged=72, left=30, ended="the end")
    text = table([row(done, FULL, view(queued("a"), unlocked="A"), POLICY, path=Path("r.html"), store=Path("s.git"))])
    for words in (
        "72 validated changes, one commit each",
        "functions > 25  96 -> 78",
        "80 proposals, 73 queued",
        "9 too-wide, 9 too-many-outputs",
        "20 tests that fail or waver",
        "class A ticked by somebody",
        "sandbox         unsafe",
        "the end; 30 tickets left",
        "r.html",
    ):
        assert words in text


def test_an_error_takes_the_place_of_the_table() -> None:
    failed = failed_row("x", TargetError("There is no x.", "Give another."))
    assert table([failed]) == "x\n  not worked on   There is no x. Give another."
    assert (failed.exit_code, failed.document()["remedy"]) == (4, "Give another.")


def test_repositories_stand_apart() -> None:
    one = Row("a", 0, "", "", steps=(Step("then merge", "pyagent merge a"),))
    assert table([one, one]).count("\n\n") == 1
    assert "    pyagent merge a\n        to merge" in table([one])


def test_the_last_run_speaks() -> None:
    started = RunStarted("shapes", "1", ("shapes",))
    killed = View(runs={"1": Run(started, None)})
    ended = View(runs={"1": Run(started, RunEnded("shapes", "1", 0, 0, 0, "nothing more to do"))})
    assert [last_ending(each, "shapes") for each in (View(), killed, ended)] == [
        "",
        "it goes on, or it was killed",
        "nothing more to do",
    ]


def test_words_agree_with_numbers_and_classes_stand_in_order() -> None:
    assert (counted(1, "change"), counted(2, "change")) == ("1 change", "2 changes")
    assert in_order({ChangeClass.T, ChangeClass.A, ChangeClass.H}) == ["H", "A", "T"]
    assert EMPTY.steps == ()
