"""Effects: done once, whatever dies in between; counted in the world, not in the ledger."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pyagent.errors import StaleToken
from pyagent.ledger import tables
from pyagent.ledger.database import writing
from pyagent.ledger.moments import written
from pyagent.ledger.opening import Ledger


class World:
    """Something outside the ledger that remembers how often it was acted upon."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.asked = 0

    def make(self) -> str:
        self.made.append("pull 1")
        return "pull 1"

    def find(self) -> str | None:
        self.asked += 1
        return self.made[0] if self.made else None


def test_an_effect_is_done_once_and_its_result_remembered(ledger: Ledger) -> None:
    world = World()
    results = [ledger.effects.perform("pull/x", world.make, world.find) for _ in range(3)]
    assert (results, world.made, world.asked) == (["pull 1"] * 3, ["pull 1"], 0)


def test_an_error_before_the_deed_is_followed_by_a_look_and_the_deed(ledger: Ledger) -> None:
    world = World()
    with pytest.raises(ZeroDivisionError):
        ledger.effects.perform("pull/x", lambda: str(1 / 0), world.find)
    assert ledger.effects.perform("pull/x", world.make, world.find) == "pull 1"
    assert (len(world.made), world.asked) == (1, 1)


def test_an_error_after_the_deed_is_followed_by_a_look_only(ledger: Ledger) -> None:
    world = World()

    def make_and_fail() -> str:
        world.make()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ledger.effects.perform("pull/x", make_and_fail, world.find)
    assert ledger.effects.perform("pull/x", make_and_fail, world.find) == "pull 1"
    assert (len(world.made), world.asked) == (1, 1)


def test_an_empty_result_is_a_result(ledger: Ledger) -> None:
    world = World()
    assert [ledger.effects.perform("k", lambda: "", world.find) for _ in range(2)] == ["", ""]
    assert world.asked == 0


def test_a_process_that_lost_its_lease_begins_nothing(ledger: Ledger) -> None:
    world = World()
    old = ledger.leases._take("tomlkit/merge")
    with pytest.raises(ZeroDivisionError):
        ledger.effects.under(old).perform("begun", lambda: str(1 / 0), world.find)
    with writing(ledger.engine) as connection:
        past = ledger.journal.clock.now() - timedelta(days=9000)
        connection.execute(update(tables.leases).values(expires_at=written(past)))
    new = ledger.leases._take("tomlkit/merge")
    for key in ("new", "begun"):
        with pytest.raises(StaleToken):
            ledger.effects.under(old).perform(key, world.make, world.find)
    assert world.made == []
    assert ledger.effects.under(new).perform("begun", world.make, world.find) == "pull 1"


_PERFORM_AND_DIE = """
import os, signal, sys
from pathlib import Path
from pyagent.clock import SystemClock
from pyagent.ledger.opening import open_ledger

location, made, die = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

def kill(where):
    if die == where:
        os.kill(os.getpid(), signal.SIGKILL)

def make():
    kill("before the deed")
    with made.open("a") as file:
        file.write("made once\\n")
    kill("after the deed")
    return "made"

with open_ledger(location, clock=SystemClock()) as ledger:
    ledger.effects.perform("k", make, lambda: None)
    kill("after the result")
"""


@pytest.mark.parametrize("die", ["before the deed", "after the deed", "after the result"])
def test_kill_9_anywhere_leaves_the_deed_done_exactly_once(
    ledger: Ledger, location: str, tmp_path: Path, die: str
) -> None:
    made = tmp_path / "made"
    killed = subprocess.run([sys.executable, "-c", _PERFORM_AND_DIE, location, str(made), die], check=False)
    assert killed.returncode == -signal.SIGKILL

    def make() -> str:
        with made.open("a") as file:
            file.write("made once\n")
        return "made"

    again = [ledger.effects.perform("k", make, lambda: "made" if made.exists() else None) for _ in range(2)]
    assert again == ["made", "made"]
    assert made.read_text() == "made once\n"
