from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from repos.suites.compare import compare, quarantine
from repos.suites.outcomes import SuiteRun

WORDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
ENDED = (True, None)
outcomes = st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from(WORDS))


def ran(found: dict[str, str], code: int | None = None) -> SuiteRun:
    bad = {"failed", "error"} & set(found.values())
    return SuiteRun(found, *ENDED, (1 if bad else 0) if code is None else code, 1.0, (), None, "")


BASE = ran({"a": "passed", "b": "passed", "c": "skipped", "d": "failed"})


def test_the_same_outcomes_are_green() -> None:
    found = compare(BASE, BASE, frozenset())
    assert found.green
    assert found.reason == "4 test ids as on the base"


def test_each_kind_of_loss_is_named() -> None:
    candidate = ran({"a": "failed", "b": "skipped", "d": "failed", "e": "passed"})
    found = compare(BASE, candidate, frozenset())
    assert not found.green
    assert (found.newly_failing, found.lost, found.missing, found.added) == (("a",), ("b",), ("c",), ("e",))
    assert found.reason == "1 newly failing (a), 1 missing (c), 1 no longer passing (b)"


def test_an_added_test_that_fails_is_a_loss() -> None:
    assert compare(BASE, replace(BASE, outcomes={**BASE.outcomes, "z": "error"}), frozenset()).newly_failing == ("z",)


def test_a_quarantined_id_judges_nothing() -> None:
    assert compare(BASE, ran({**BASE.outcomes, "a": "failed"}), frozenset({"a"})).green


def test_no_passed_test_is_never_green() -> None:
    empty = ran({})
    assert "no test passed" in compare(empty, empty, frozenset()).reason


def test_a_stopped_or_broken_run_is_never_green() -> None:
    assert "wall limit" in compare(BASE, replace(BASE, stopped="wall", complete=False), frozenset()).reason
    assert "base's run broke off" in compare(replace(BASE, complete=False), BASE, frozenset()).reason


def test_a_bad_status_without_a_failed_test_is_not_believed() -> None:
    green = ran({"a": "passed"})
    assert "status 3" in compare(green, ran({"a": "passed"}, code=3), frozenset()).reason
    assert compare(ran({"a": "passed"}, code=3), ran({"a": "passed"}, code=3), frozenset()).green


@given(outcomes, outcomes)
def test_green_means_every_pass_is_still_a_pass(before: dict[str, str], after: dict[str, str]) -> None:
    found = compare(ran(before), ran(after), frozenset())
    kept = all(after.get(name) == "passed" for name, outcome in before.items() if outcome == "passed")
    assert kept or not found.green


@given(st.lists(outcomes, min_size=1, max_size=3))
def test_what_is_not_quarantined_is_alike_and_sound_in_every_run(runs: list[dict[str, str]]) -> None:
    held = quarantine([ran(found) for found in runs])
    for name in {name for found in runs for name in found} - held:
        assert len({found.get(name) for found in runs}) == 1
        assert runs[0][name] not in {"failed", "error"}


@given(outcomes)
def test_a_run_compared_with_itself_loses_nothing(found: dict[str, str]) -> None:
    result = compare(ran(found), ran(found), quarantine([ran(found)]))
    assert result.green == ("passed" in found.values())


def test_cases_that_change_their_names_between_base_runs_are_compared_together() -> None:
    first = ran({"t[a1]": "passed", "t[b2]": "passed", "u": "passed"})
    second = ran({"t[a2]": "passed", "t[b1]": "passed", "u": "passed"})
    held = quarantine([first, second])
    assert held == {"t[*]"}
    assert compare(first, ran({"t[a3]": "passed", "t[b3]": "passed", "u": "passed"}), held).green
    assert not compare(first, ran({"t[a3]": "passed", "t[b3]": "failed", "u": "passed"}), held).green
    assert not compare(first, ran({"t[a3]": "passed", "u": "passed"}), held).green


def test_cases_whose_number_wavers_are_not_counted() -> None:
    held = quarantine([ran({"t[1]": "passed", "t[2]": "passed"}), ran({"t[1]": "passed"})])
    assert held == {"t[2]"}
