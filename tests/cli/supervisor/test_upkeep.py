"""What a supervisor does with its services, seen from outside."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from cli.supervisor import ports, record, strays
from cli.supervisor.surroundings import MARK
from tests.cli.supervisor.conftest import FLEEING, STUBBORN, Up, service, until

Start = Callable[..., Up]

SERVER = """
import http.server, time
time.sleep(0.5)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"true")
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""


def server(name: str, port: int) -> dict[str, object]:
    return service(name, SERVER.format(port=port), ("Answers", f"http://127.0.0.1:{port}/", port))


def test_services_start_in_order_each_after_the_one_before_is_ready(start: Start) -> None:
    port, other = ports.any_free(), ports.any_free()
    asks = f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/')"
    up = start(server("first", port), service("once", asks, ("Ends",)), server("third", other))
    up.hears('"service": "third"')
    told = [line.split(":")[0] for line in up.said().splitlines() if " after " in line]
    assert told == ["first", "once", "third"]
    shown = json.loads(next(line for line in up.said().splitlines() if line.startswith("[")))
    assert [row["state"] for row in shown] == ["ready", "done", "ready"]
    assert up.ends(signal.SIGINT) == 0
    assert not record.path(up.state).exists()


def test_a_service_that_does_not_start_ends_all_with_its_last_lines(start: Start) -> None:
    up = start(service("fine"), service("broken", "print('no such pool'); raise SystemExit(3)", ("Ends",)))
    assert up.ends() == 5
    assert "broken ended with exit code 3" in up.said()
    assert "no such pool" in up.said()
    assert "again in" not in up.said()
    after = start(service("broken", "raise SystemExit(6)", ("Ends",)))
    assert after.ends() == 5
    assert "no such pool" not in after.said()


def test_somebody_elses_server_on_the_port_is_not_taken_for_ours(start: Start) -> None:
    port = ports.any_free()
    up = start(server("theirs", port), service("ours", ready=("Answers", f"http://127.0.0.1:{port}/", port)))
    up.hears("theirs: ready")
    time.sleep(2)
    assert "ours: ready" not in up.said()
    assert up.ends(signal.SIGTERM) == 0


def test_a_second_up_is_told_of_the_first(start: Start) -> None:
    first = start(service("one"))
    first.hears("one: ready")
    second = start(service("two"))
    assert second.ends() == 7
    assert f"already runs for {first.state}: pid {first.process.pid}" in second.said()
    assert first.process.poll() is None
    assert first.ends(signal.SIGTERM) == 0


def test_a_service_that_is_killed_comes_back(start: Start) -> None:
    up = start(service("one"), service("two"))
    up.hears('"service": "two"')
    before = up.record().rows[0].pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    up.hears("one ended with exit code -9; again in 1 s")
    until(lambda: up.record().rows[0].pid not in {before, None})
    assert up.ends(signal.SIGTERM) == 0


def test_a_service_that_dies_again_and_again_is_said_to_be_dead(start: Start) -> None:
    dies = "import time; print('out of paper', flush=True); time.sleep(1.0); raise SystemExit(4)"
    up = start(service("stays"), service("dies", dies, ("Lives", 0.1)))
    up.hears("5 times in a row: it stays dead\nout of paper")
    assert [f"again in {seconds} s" in up.said() for seconds in (1, 2, 4, 8)] == [True] * 4
    until(lambda: up.record().rows[1].state == "dead")
    assert up.record().rows[0].state == "ready"
    assert up.ends(signal.SIGTERM) == 0


def test_an_up_whose_every_service_is_dead_ends(start: Start) -> None:
    up = start(service("dies", "import time; time.sleep(0.6)", ("Lives", 0.1)))
    assert up.ends() == 5
    assert "No service is left" in up.said()


def test_who_ignores_int_and_term_is_killed_in_any_session(start: Start) -> None:
    up = start(service("stubborn", STUBBORN), service("fleeing", FLEEING))
    up.hears("fleeing: ready")
    until(lambda: len(up.pids()) == 3)
    mark = up.record().mark
    before = time.monotonic()
    assert up.ends(signal.SIGINT) == 0
    assert not strays.marked(MARK, mark)
    assert time.monotonic() - before < 30  # 9 s on a machine that is not loaded


def test_nothing_survives_the_supervisors_own_sigkill(start: Start) -> None:
    up = start(service("plain"), service("fleeing", FLEEING))
    up.hears("fleeing: ready")
    until(lambda: len(up.pids()) == 3)
    mark = up.record().mark
    up.ends(signal.SIGKILL)
    until(lambda: not strays.marked(MARK, mark))


def test_a_dead_supervisors_lock_and_leftovers_are_taken_over(start: Start) -> None:
    left = start(service("left", STUBBORN))
    left.hears("left: ready")
    recorded, pids = left.record(), left.pids()
    guards = [int(each.name) for each in Path("/proc").iterdir() if _guards(each, recorded.mark)]
    assert len(guards) == 1
    os.kill(guards[0], signal.SIGKILL)
    left.ends(signal.SIGKILL)
    assert strays.marked(MARK, recorded.mark) == pids
    after = start(service("new"))
    after.hears("new: ready")
    assert "ended 1 processes that a former `up` had left" in after.said()
    assert not strays.marked(MARK, recorded.mark)
    assert after.ends(signal.SIGTERM) == 0


def test_a_recycled_pid_is_never_touched(start: Start, state: Path) -> None:
    """A record that names a living process of somebody else, with a mark nobody carries."""
    state.mkdir()
    stranger = record.Record(machine="", pid=os.getpid(), started=1, since="", mark="nobody")
    record.write(state, stranger)
    up = start(service("one"))
    up.hears("one: ready")
    assert up.ends(signal.SIGTERM) == 0


def _guards(process: Path, mark: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"cli.supervisor.guard" in words and mark.encode() in words
