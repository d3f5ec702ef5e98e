"""The stopwatch on real processes. It runs without walls here, so that its lines are measured; times judge nothing."""

import json
import os
import sys
from dataclasses import replace

import pytest

from pyagent.sandbox.bubblewrap import WORK
from repos.measuring.imports import Imported, import_cost
from repos.measuring.instruments import PROGRAM, Ground, NoMeasure, Scale, Session, interleaved, job
from repos.measuring.stopwatch.session import Worker
from repos.measuring.workload import Workload
from repos.replay.calls import Call, Function, Recording
from repos.suites.recorder import pickling
from tests.plugins.bare import Bare, BareHost

SAMPLE = '''"""Sample."""
import json


class Point:
    def __init__(self, x):
        self.x = x


def drain(n):
    for i in range(n):
        yield i


async def later(n):
    return n


def grow(items):
    items.append(len(items))
    return items, (1, {2, "b"}, {"k": 2.5}), Point(b"x"), object()


def refuses(n):
    raise ValueError(n)


def leaves(n):
    raise SystemExit(n)


def holds(n):
    return len(bytearray(n))


def again(n):
    def inner(m):
        return [i for i in range(m)]

    return again(n - 1) if n else inner(2)
'''
CALLS = {
    "drain": (9,),
    "later": (1,),
    "grow": ([1],),
    "refuses": (1,),
    "leaves": (1,),
    "holds": (1 << 20,),
    "again": (3,),
}
"""Each runs once a call, but for the last: four times."""


def function(name: str, *given: object) -> Function:
    """One recorded call of a function of the sample."""
    return Function("sample.py", name, 0, 1, (Call("t.py:1", pickling.dumps((given, {}), most=999)),))


FUNCTIONS = tuple(function(name, *given) for name, given in CALLS.items())
WORKLOAD = Workload(Recording((WORK,), {"sample.py": "sample"}, FUNCTIONS), FUNCTIONS)


@pytest.fixture(scope="module")
def ground(bare: Bare) -> Ground:
    made = bare({"sample.py": SAMPLE, "gone.py": ""})
    return Ground(made.root, {}, made.command, made.environment, made.runner)


def against(ground: Ground, old: str, new: str) -> Session | NoMeasure:
    assert old in SAMPLE
    overlay = {"sample.py": SAMPLE.replace(old, new).encode(), "gone.py": None}
    return interleaved(WORKLOAD, replace(ground, overlay=overlay), rounds=1, scale=Scale(len(CALLS), 1, len(CALLS)))


def test_a_session_finds_its_own_scale_and_takes_turns(ground: Ground) -> None:
    found = interleaved(WORKLOAD, ground, rounds=1)
    assert isinstance(found, Session)
    assert found.scale.first == len(CALLS)
    assert found.scale.copies >= 1
    assert found.scale.runs == len(CALLS) + 3
    assert [len(side) for side in (found.rounds[0].base, found.rounds[0].again, found.rounds[0].candidate)] == [12] * 3
    assert min(found.rounds[0].base) > 0
    assert min(found.peaks[0]) > 1 << 20
    assert len(set(found.answers[0])) == 1


def test_what_the_candidate_answers_otherwise_is_seen(ground: Ground) -> None:
    found = against(ground, "yield i", "yield -i")
    assert isinstance(found, Session)
    base, again, candidate = found.answers[0]
    assert base == again != candidate


def test_a_candidate_that_ends_its_process_is_named(ground: Ground) -> None:
    assert against(ground, "yield i", "yield __import__('os')._exit(0)") == NoMeasure(
        "the calls could not be made again", "candidate"
    )


def test_a_worker_makes_calls_when_told_and_ends_with_its_pipe(ground: Ground) -> None:
    host = bare_host(ground)
    host.lay_out(job((), ground, {"workload.json": WORKLOAD.body()}))
    told = {
        "workload": str(host.work / "workload.json"), "was": str(host.work), "import_path": [str(host.work)],
        "program": host.told(PROGRAM), "python": sys.executable,
    }  # fmt: skip
    worker = Worker(told, str(host.work))
    assert worker.calls == len(CALLS)
    assert worker.sample(worker.calls, 2)["cpu"] > 0
    assert worker.ask("answers", 6) == worker.ask("answers", 6) != worker.ask("answers", 5)
    assert [worker.ask("runs", first) for first in (6, 7)] == [6, 10]
    assert worker.ask("memory", 5) < 1 << 20 < worker.ask("memory", 6)
    os.close(worker._write)
    assert worker._process.wait(timeout=20) == 0
    assert worker._answers.read() == b""
    worker._answers.close()


def test_runs_of_an_inner_function_count_where_that_one_is_rewritten(ground: Ground) -> None:
    calls = Workload(WORKLOAD.recording, (FUNCTIONS[-1],), {("sample.py", "again", 0): ("inner",)})
    found = interleaved(calls, ground, rounds=1)
    assert isinstance(found, Session)
    assert found.scale.runs == 1


def test_outside_valgrind_nothing_is_counted(ground: Ground) -> None:
    host = bare_host(ground)
    told = {"workload": f"{WORK}/workload.json", "root": WORK, "was": WORK, "first": 1, "copies": 1, "warm": 1}
    argv = ("/env/bin/python", "-B", PROGRAM, "counted", json.dumps(told))
    assert host.run(job(argv, ground, {"workload.json": WORKLOAD.body()})).code == 3


COUNTED = """
import json, sys
from repos.measuring.stopwatch import counted

class Counter:
    there = True
    def start(self): print("start")
    def stop(self): print("stop")

counted.Counter = Counter
sys.exit(counted.run(json.loads(sys.argv[1])))
"""


def test_calls_are_made_warm_first_and_then_between_start_and_stop(ground: Ground) -> None:
    """Valgrind's own counter stands in `test_instruments`; here another one tells when it is asked to count."""
    host = bare_host(ground)
    told = {"workload": f"{WORK}/workload.json", "root": WORK, "was": WORK, "first": 1, "copies": 2, "warm": 3}
    argv = ("/env/bin/python", "-B", "-c", COUNTED, json.dumps(told))
    speaks = SAMPLE.replace("yield i", "yield print(i)").encode()
    body = Workload(WORKLOAD.recording, (function("drain", 1),)).body()
    done = host.run(job(argv, ground, {"workload.json": body, "sample.py": speaks}))
    assert (done.code, done.stdout.split()) == (0, [b"0"] * 3 + [b"start"] + [b"0"] * 2 + [b"stop"])


def test_counted_imports_write_no_report(ground: Ground) -> None:
    host = bare_host(ground)
    argv = ("/env/bin/python", "-B", f"{PROGRAM}/imports.py", "sample", "-")
    done = host.run(job(argv, ground, {"sample.py": b"print('imported', end='')"}))
    assert (done.code, done.stdout) == (0, b"imported")
    assert not (host.work / "-").exists()


def test_an_import_is_timed_and_tells_what_it_loads(ground: Ground) -> None:
    found = import_cost(("sample",), ground, {"sample.py": b"import colorsys\nprint('noise')\n"}, None)
    assert isinstance(found, Imported)
    assert len(found.seconds) == 6
    assert min(found.seconds) > 0
    assert {"sample", "colorsys"} <= found.loaded
    assert found.instructions is None


def test_an_import_that_fails_says_so(ground: Ground) -> None:
    assert import_cost(("sample",), ground, {"sample.py": b"raise OSError\n"}, None) == NoMeasure(
        "the import ends with status 1"
    )


def bare_host(ground: Ground) -> BareHost:
    assert isinstance(ground.runner, BareHost)
    return ground.runner
