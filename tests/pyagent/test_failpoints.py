"""Failpoints do nothing until armed, and every one that the code reaches is listed."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyagent.errors import UsageError
from pyagent.failpoints import POINTS, arm, arm_from, disarm, reach

ROOT = Path(__file__).parents[2]
ROOMS = ("pyagent", "repos", "agents", "research", "stages", "cli", "assets", "pipelines")


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    disarm()


def test_nothing_happens_unless_armed() -> None:
    for point in POINTS:
        reach(point)


def test_an_armed_point_acts_on_the_pass_it_was_told() -> None:
    passed: list[str] = []
    arm(POINTS[0], lambda: passed.append("now"), passes=2)
    for expected in ([], ["now"], ["now"]):
        reach(POINTS[0])
        assert passed == expected


@pytest.mark.parametrize(("action", "number"), [("eio", errno.EIO), ("enospc", errno.ENOSPC)])
def test_a_point_may_fail_as_a_disk_does(action: str, number: int) -> None:
    arm_from(f"{POINTS[0]}:{action},{POINTS[1]}:{action}:2")
    with pytest.raises(OSError, match=r"Input|space") as caught:
        reach(POINTS[0])
    assert caught.value.errno == number
    reach(POINTS[1])


def test_a_point_may_be_noted_at_every_pass(capfd: pytest.CaptureFixture[str]) -> None:
    arm_from(f"{POINTS[0]}:note:*,{POINTS[1]}:note:2")
    for point in (POINTS[0], POINTS[0], POINTS[1], POINTS[1], POINTS[1]):
        reach(point)
    told = [f"failpoint {point}: note" for point in (POINTS[0], POINTS[0], POINTS[1])]
    assert capfd.readouterr().err.splitlines() == told


@pytest.mark.parametrize("text", ["nowhere", f"{POINTS[0]}:explode", f"{POINTS[0]}:kill:0", f"{POINTS[0]}:kill:x", ":"])
def test_what_names_no_failpoint_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        arm_from(text)


def test_arming_from_nothing_arms_nothing() -> None:
    arm_from("")
    test_nothing_happens_unless_armed()


def test_every_point_in_the_code_is_listed_and_every_listed_point_is_in_the_code() -> None:
    sources = (path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    reached = {name for text in sources for name in re.findall(r'\breach\("([^"]+)"\)', text)}
    assert reached == set(POINTS)
