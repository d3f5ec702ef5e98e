"""Outcomes are counted, believed in proportion, and two closes in a row stop a class."""

from hypothesis import given
from hypothesis import strategies as st

from agents.lessons import PRIORS, accepted, lessons, stopped_classes, survives, unlocked
from pyagent.model import ChangeClass, Lesson, Status

A, H = ChangeClass.A, ChangeClass.H


def test_each_transform_gets_one_lesson_of_counts() -> None:
    outcomes = [
        ("ruff", Status.MERGED),
        ("ruff", Status.FAILED),
        ("guard-clause", Status.NEEDS_TESTS),
        ("guard-clause", Status.REVERTED),
        ("extract-function", Status.DECLINED),
    ]
    assert lessons("demo", outcomes) == (
        Lesson("demo", "guard-clause", proposed=2, proven=1, merged=0, refused=1),
        Lesson("demo", "ruff", proposed=2, proven=1, merged=1, refused=0),
    )


def test_lessons_move_the_chances_and_priors_hold_them() -> None:
    bad = (Lesson("demo", "ruff", proposed=20, proven=0, merged=0, refused=0),)
    assert survives("ruff", ()) == 0.95
    assert survives("ruff", bad) < 0.5
    assert accepted("never-heard-of", ()) == 0.5


@given(st.lists(st.tuples(st.sampled_from([*PRIORS, "new"]), st.sampled_from(Status))))
def test_chances_stay_chances_and_counts_stay_ordered(outcomes: list[tuple[str, Status]]) -> None:
    for lesson in lessons("demo", outcomes):
        assert lesson.proposed >= lesson.proven >= lesson.merged + lesson.refused
        assert 0 < survives(lesson.transform, (lesson,)) < 1
        assert 0 < accepted(lesson.transform, (lesson,)) < 1


def test_two_closes_in_a_row_stop_a_class() -> None:
    assert stopped_classes([(A, Status.REFUSED), (H, Status.MERGED), (A, Status.REVERTED)]) == {A}


def test_a_merge_between_two_closes_keeps_the_class_going() -> None:
    assert not stopped_classes([(A, Status.REFUSED), (A, Status.MERGED), (A, Status.REFUSED)])


def test_a_gate_that_failed_is_no_close() -> None:
    assert not stopped_classes([(A, Status.REFUSED), (A, Status.FAILED), (A, Status.QUEUED)])


def test_a_class_is_unlocked_by_ten_merges_without_a_revert() -> None:
    merged = [(H, Status.MERGED)] * 10
    assert unlocked(H, merged)
    assert not unlocked(H, merged[:9])
    assert not unlocked(H, [*merged, (H, Status.REVERTED)])
    assert not unlocked(A, merged)
