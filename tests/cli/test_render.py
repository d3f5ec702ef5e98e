"""The report's text (pure): groups, folds, figures, words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.answers import printable
from cli.report.contents import DeclinedGroup, Place
from cli.report.render import FEW, GROUPS, SHOWN, diff_parts, measured, page
from pyagent.model import Claim, Status
from tests.cli.pages import EMPTY, FULL, change, diff

LINES = st.lists(st.text("+-@ adif", max_size=6), max_size=200)


def test_every_status_a_written_change_can_have_is_in_exactly_one_group() -> None:
    listed = [status for _, wanted, _ in GROUPS for status in wanted]
    assert sorted(listed) == sorted(status.value for status in Status if status is not Status.DECLINED)


@given(LINES)
def test_folding_a_diff_loses_no_line(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    parts = diff_parts(text)
    assert [line for _, line in (*parts.shown, *parts.folded)] == lines
    assert len(parts.shown) <= SHOWN


def test_lines_that_look_like_headings_inside_a_hunk_are_not() -> None:
    kinds = [kind for kind, _ in diff_parts(diff(1) + "--- x\n+++ y\n").shown]
    assert kinds == ["file"] * 3 + ["hunk", "same", "del", "add", "del", "add"]


def test_figures_of_a_place_stand_in_one_row() -> None:
    claims = [
        Claim("cyclomatic", "m.py", "f", 12, 9),
        Claim("nesting", "m.py", "f", 2, 2),
        Claim("x", "m.py", "", 0, 3),
    ]
    assert measured(claims) == [("f", ["cyclomatic 12 \u2192 9", "nesting 2"]), ("m.py", ["x 3"])]


def test_few_declined_tickets_stand_in_one_table_and_many_are_folded_by_reason() -> None:
    place = Place("m.py", "f", "extract-function", "needs `9` inputs")
    few = page(replace(EMPTY, declined=(DeclinedGroup("too-wide", (place,)),)))
    assert "too wide: needs <code>9</code> inputs" in few
    many = page(replace(EMPTY, declined=(DeclinedGroup("too-wide", (place,) * (FEW + 1)),)))
    assert f'<span class="title">too wide</span><span class="tag">{FEW + 1}</span>' in many


def test_a_change_says_its_status_where_its_group_holds_several() -> None:
    text = page(replace(EMPTY, changes=(change(1, "queued"), change(2, "ejected"), change(3, "needs-tests"))))
    assert '<span class="tag">queued</span>' in text
    assert '<span class="tag failed">ejected</span>' in text
    assert ">needs-tests</span>" not in text


def test_a_reason_that_repeats_the_title_is_not_told_twice() -> None:
    title = "Extract one from another"
    text = page(replace(EMPTY, changes=(change(1, "needs-a-name", title=title, reason=f"unnamed: {title}"),)))
    assert "unnamed" not in text


@pytest.mark.parametrize("level", ["full", "reduced", "unsafe", "not used"])
def test_the_sandbox_level_is_told_in_words(level: str) -> None:
    assert ("WITHOUT a sandbox" in page(replace(EMPTY, level=level))) == (level == "unsafe")


def test_one_page_per_report_whoever_renders_it() -> None:
    assert page(FULL) == page(FULL)


@given(st.binary(max_size=40))
def test_undecodable_bytes_of_a_target_can_be_printed(body: bytes) -> None:
    assert printable(body.decode("utf-8", "surrogateescape")) == body.decode("utf-8", "replace")
