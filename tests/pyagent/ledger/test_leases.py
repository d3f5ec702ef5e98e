"""Leases: one holder, expiry, fencing, and a quick way back after kill -9."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from pyagent.clock import SystemClock
from pyagent.errors import LeaseHeld, StaleToken
from pyagent.ledger import tables
from pyagent.ledger.database import reading, writing
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.moments import read, written
from pyagent.ledger.opening import Ledger, open_ledger

NAME = "tomlkit/merge"
FACT = RunStarted("", "r", ())


def test_a_second_holder_is_told_who_has_it_and_until_when(ledger: Ledger) -> None:
    with ledger.leases.hold(NAME) as token, pytest.raises(LeaseHeld) as refusal, ledger.leases.hold(NAME):
        pass
    assert f"pid {os.getpid()} on " in str(refusal.value)
    assert token.holder in refusal.value.what
    assert "runs out at" in refusal.value.what


def test_numbers_grow_from_holder_to_holder(ledger: Ledger) -> None:
    numbers = []
    for _ in range(3):
        with ledger.leases.hold(NAME) as token:
            numbers.append(token.number)
    assert numbers == [1, 2, 3]


def test_names_do_not_disturb_each_other(ledger: Ledger) -> None:
    with ledger.leases.hold("a") as one, ledger.leases.hold("b") as two:
        assert (one.number, two.number) == (1, 1)


def test_the_lease_is_free_after_an_error_in_the_block(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.leases.hold(NAME):
        raise ZeroDivisionError
    with ledger.leases.hold(NAME):
        pass


def test_a_token_given_back_writes_no_more(ledger: Ledger) -> None:
    with ledger.leases.hold(NAME) as token:
        ledger.journal.append([FACT], token=token)
    with pytest.raises(StaleToken):
        ledger.journal.append([FACT], token=token)


def test_an_expired_lease_is_taken_over_and_the_old_token_is_stale(ledger: Ledger) -> None:
    with ledger.leases.hold(NAME) as old:
        _move_expiry(ledger, seconds=-3600)
        with ledger.leases.hold(NAME) as new:
            assert new.number == old.number + 1
            with pytest.raises(StaleToken, match=f"now belongs to {new.holder}"):
                ledger.journal.append([FACT], token=old)
            with pytest.raises(StaleToken):
                ledger.leases.check(old)
            ledger.leases.check(new)
            ledger.journal.append([FACT], token=new)
    assert ledger.journal.head().count == 1


def test_leaving_a_lost_lease_does_not_end_the_new_holders(ledger: Ledger) -> None:
    with ledger.leases.hold(NAME):
        _move_expiry(ledger, seconds=-3600)
        new = ledger.leases._take(NAME)
    ledger.leases.check(new)


def test_a_clock_set_back_does_not_keep_a_lease_for_ever(ledger: Ledger) -> None:
    ledger.leases._take(NAME)
    _move_expiry(ledger, seconds=315_360_000)
    assert ledger.leases._take(NAME).number == 2


def test_renewal_moves_the_expiry_on(ledger: Ledger) -> None:
    quick = replace(ledger.leases, renewal_seconds=0.05)
    with quick.hold(NAME):
        _move_expiry(ledger, seconds=-40)
        moved = _expiry(ledger)
        deadline = time.monotonic() + 20
        while _expiry(ledger) == moved and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _expiry(ledger) > moved


def test_renewal_sees_that_somebody_else_took_the_lease(ledger: Ledger) -> None:
    old = ledger.leases._take(NAME)
    assert ledger.leases.renew(old)
    _move_expiry(ledger, seconds=-3600)
    new = ledger.leases._take(NAME)
    assert not ledger.leases.renew(old)
    assert ledger.leases.renew(new)


def test_renewing_ends_once_the_lease_is_lost(ledger: Ledger) -> None:
    quick = replace(ledger.leases, renewal_seconds=0.02)
    with quick.hold(NAME):
        _set(ledger, number=99)
        deadline = time.monotonic() + 20
        while _keepers() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _keepers() == []


_HOLD = """
import sys, time
from pyagent.clock import SystemClock
from pyagent.ledger.opening import open_ledger
with open_ledger(sys.argv[1], clock=SystemClock()) as ledger, ledger.leases.hold(sys.argv[2]) as token:
    print(token.number, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def real(location: str) -> Generator[Ledger]:
    with open_ledger(location, clock=SystemClock()) as opened:
        yield opened


def test_a_holder_killed_on_this_machine_is_replaced_at_once(real: Ledger, location: str) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, location, NAME], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        with pytest.raises(LeaseHeld, match=f"pid {process.pid} on "):
            real.leases._take(NAME)
        process.send_signal(signal.SIGKILL)
        # Not reaped yet: a zombie holds nothing either.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert real.leases._take(NAME).number == 2
    assert process.returncode == -signal.SIGKILL


def test_a_pid_used_again_by_another_process_is_not_the_holder(ledger: Ledger) -> None:
    ledger.leases._take(NAME)
    _set(ledger, pid_started=1)
    assert ledger.leases._take(NAME).number == 2


def test_a_holder_on_another_machine_keeps_its_lease_until_it_runs_out(ledger: Ledger) -> None:
    ledger.leases._take(NAME)
    _set(ledger, machine="elsewhere pid:[1]", pid=1, pid_started=1)
    with pytest.raises(LeaseHeld):
        ledger.leases._take(NAME)


def _move_expiry(ledger: Ledger, *, seconds: float) -> None:
    _set(ledger, expires_at=written(_expiry(ledger) + timedelta(seconds=seconds)))


def _expiry(ledger: Ledger) -> datetime:
    with reading(ledger.engine) as connection:
        return read(connection.execute(select(tables.leases.c.expires_at)).scalar_one())


def _set(ledger: Ledger, **values: object) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(update(tables.leases).values(**values))


def _keepers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"lease {NAME}"]
