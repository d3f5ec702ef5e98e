"""Whether a lease's holder still runs."""

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pyagent.ledger import moments, processes
from pyagent.ledger.processes import Process, is_dead, this_process


def test_this_process_lives_and_tells_when_it_started() -> None:
    me = this_process()
    assert (me.pid, is_dead(me)) == (os.getpid(), False)
    assert me.started is not None


def test_an_ended_process_is_dead() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        alive = Process(this_process().machine, child.pid, processes._started(child.pid))
        assert not is_dead(alive)
        child.kill()
    assert is_dead(alive)


def test_a_pid_that_started_at_another_time_is_another_process() -> None:
    me = this_process()
    assert is_dead(replace(me, started=me.started - 1))


@pytest.mark.parametrize("unknown", [{"machine": ""}, {"machine": "elsewhere pid:[1]"}, {"started": None}])
def test_what_cannot_be_known_counts_as_alive(unknown: dict[str, object]) -> None:
    assert not is_dead(replace(this_process(), pid=2**22 + 1, **unknown))


def test_a_command_named_like_a_field_list_is_read_right(tmp_path: Path) -> None:
    odd = tmp_path / "a) R 1 2 (b"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "60"]) as child:
        assert not is_dead(Process(this_process().machine, child.pid, processes._started(child.pid)))
        child.kill()


def test_a_system_without_proc_cannot_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    me = this_process()
    assert (me.machine, me.started, is_dead(me)) == ("", None, False)


def test_a_process_hidden_from_this_user_counts_as_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, _signal: int) -> None:
        raise PermissionError(pid)

    monkeypatch.setattr(processes.os, "kill", refuse)
    assert not is_dead(replace(this_process(), pid=2**22 + 1))


def test_moments_are_written_in_utc_and_sort_as_text() -> None:
    early, late = datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 1, 10, 0, 0, 5, tzinfo=UTC)
    assert moments.written(early) < moments.written(late)
    assert moments.read(moments.written(late)) == late
    with pytest.raises(ValueError, match="without time zone"):
        moments.written(datetime(2026, 5, 1))  # noqa: DTZ001 - the point
