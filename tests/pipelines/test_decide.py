"""What the dispatcher submits."""

from dataclasses import replace

from pipelines.decide import ATTEMPTS, Flights, Submission, for_request, for_train, in_line
from pyagent.ledger.facts import RunEnded, RunRequested
from pyagent.model import Train

ASKED = RunRequested("shapes", "k", "dagster", 7, train_now=True)
TRAIN = Train("t", "shapes", "base", ())


def test_an_asked_run_becomes_one_flow_run_with_its_own_parameters() -> None:
    found = for_request(ASKED, Flights())
    assert isinstance(found, Submission)
    assert (found.deployment, found.key) == ("improve-now", "k/0")
    assert found.parameters == {"repository": "shapes", "proposals": 7, "train_now": True, "run": "k"}
    assert found.tags == ("pyagent-run:k", "repository:shapes")


def test_nothing_is_submitted_while_a_flow_run_is_under_way() -> None:
    assert for_request(ASKED, Flights(ended=2, live=True)) is None
    assert for_train(TRAIN, "shapes", Flights(live=True)) is None


def test_after_a_flow_run_that_did_not_end_the_run_another_follows_under_a_key_of_its_own() -> None:
    keys = [each.key for ended in range(3) if isinstance(each := for_request(ASKED, Flights(ended)), Submission)]
    assert keys == ["k/0", "k/1", "k/2"]


def test_a_run_that_no_flow_run_ends_is_given_up_in_words() -> None:
    ended = for_request(ASKED, Flights(ATTEMPTS))
    assert isinstance(ended, RunEnded)
    assert (ended.run, ended.merged) == ("k", 0)
    assert "given up after 5 flow runs" in ended.reason


def test_a_due_train_departs_under_the_key_of_its_members() -> None:
    found = for_train(TRAIN, "shapes", Flights(ended=1))
    assert found is not None
    assert (found.deployment, found.key, dict(found.parameters)) == ("merge-train", "t/1", {"repository": "shapes"})
    assert for_train(TRAIN, "shapes", Flights(ATTEMPTS)) is None


def test_runs_of_one_repository_wait_for_each_other_and_others_do_not() -> None:
    first, second = replace(ASKED, run="1"), replace(ASKED, run="2")
    other = replace(ASKED, run="3", repository="other")
    waiting = [(first, Flights(ended=1)), (second, Flights()), (other, Flights())]
    assert {asked.run for asked, _ in in_line(waiting, held=())} == {"1", "3"}
    assert {asked.run for asked, _ in in_line(waiting, held={"shapes"})} == {"3"}
    under_way = [(first, Flights()), (second, Flights(live=True)), (other, Flights(live=True))]
    assert in_line(under_way, held=()) == ()
