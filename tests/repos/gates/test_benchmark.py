"""The decision on hand-made measurements, then the whole gate on real processes."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer
from pyagent.sandbox.bubblewrap import WORK
from repos.gates.benchmark import judge, verdict
from repos.gates.trial import Trial
from repos.measuring.instruments import Scale, Session
from repos.measuring.margins import Counts, Measured
from repos.measuring.statistics import Round
from repos.measuring.workload import Workload
from repos.replay.calls import Call, Function, Recording
from tests.plugins.replaying import Room
from tests.repos.gates.workshop import NoRunner, trial

Rooms = Callable[[Mapping[str, str]], Room]


def flat(seconds: float) -> tuple[float, ...]:
    return (seconds,) * 8


def session(*, slower: float = 1.0, spread: float = 0.001, **parts: object) -> Session:
    """Four rounds on a machine that scatters by `spread`."""
    drift = (1 + spread, 1 - spread, 1 + spread, 1 - spread)
    rounds = tuple(Round(flat(0.01 * a), flat(0.01), flat(0.01 * slower)) for a in drift)
    still = Round(flat(1), flat(0), flat(1))
    plain = Session(Scale(1, 10, 1), rounds, (still,) * 4, (("a", "a", "a"),) * 4, ((1000, 1000, 1000),) * 4)
    return replace(plain, **parts)  # type: ignore[arg-type]


CALLS = Workload(Recording((), {}, ()), (Function("m.py", "f", 0, 1, (Call("t.py:1", b""),)),))
EQUAL = Counts((30_000_000, 30_000_001), (30_000_000,))


def answer(found: Measured) -> tuple[Answer, str]:
    said = verdict(found, CALLS)
    return said.answer, said.reason


def test_equal_sides_pass_and_the_noise_stands_among_the_facts() -> None:
    said = verdict(Measured(session(), EQUAL), CALLS)
    assert said.answer is Answer.PASSED
    assert "noise of this machine" in dict(said.facts)["processor time"]


def test_three_per_cent_more_instructions_fail_whatever_the_clock_says() -> None:
    found, reason = answer(Measured(session(), replace(EQUAL, candidate=(30_900_000,))))
    assert (found, reason[:22]) == (Answer.FAILED, "dearer: instructions +")


def test_one_more_call_per_call_is_granted() -> None:
    tiny = Counts((20_000, 20_000), (20_000 + 4 * 900,))
    assert answer(Measured(session(), tiny))[0] is Answer.PASSED


def test_the_clock_alone_judges_where_nothing_counts() -> None:
    assert answer(Measured(session(slower=1.1), None, "valgrind is not installed"))[0] is Answer.FAILED
    assert answer(Measured(session(), None, "valgrind is not installed"))[0] is Answer.PASSED


def test_a_noisy_clock_alone_checks_nothing() -> None:
    found, reason = answer(Measured(session(spread=0.2), None, "valgrind is not installed"))
    assert (found, reason[:29]) == (Answer.SKIPPED, "not checked: too noisy to tel")


def test_a_higher_point_of_memory_in_every_process_fails() -> None:
    peaks = ((1 << 20, 1 << 20, 2 << 20),) * 4
    assert "memory" in answer(Measured(session(peaks=peaks), EQUAL))[1]
    assert answer(Measured(session(peaks=(*peaks[1:], (1 << 20, 1 << 20, 1 << 20))), EQUAL))[0] is Answer.PASSED


def test_sleep_is_seen_though_it_costs_no_processor_time() -> None:
    waits = (Round(flat(1), flat(0), flat(11)),) * 4
    assert "waits" in answer(Measured(session(waits=waits), EQUAL))[1]


def test_sides_that_answer_differently_are_not_compared() -> None:
    assert answer(Measured(session(answers=(("a", "a", "b"),) * 4), None))[0] is Answer.SKIPPED
    assert answer(Measured(session(answers=(("a", "c", "b"),) * 4), EQUAL))[0] is Answer.PASSED


SOURCE = '''"""Sample."""


def total(n):
    result = 0
    for i in range(n):
        result += i % 7
    return result
'''


def real(room: Room, after: str) -> Trial:
    """A trial of `after` whose recording holds one call of `total`."""
    call = Function("sample.py", "total", 0, 1, (Call("t.py:1", pickle.dumps(((3000,), {}))),))
    recording = Recording((WORK,), {"sample.py": "sample"}, (call,))
    files = {"sample.py": SOURCE.encode()}
    offered = trial(room.root, files, {"sample.py": after.encode()}, runner=room.runner, name="total")
    return replace(offered, environment=room.environment, recorded=lambda: recording)


def test_a_slower_rewrite_fails(room: Rooms) -> None:
    slow = judge(real(room({"sample.py": SOURCE}), SOURCE.replace("i % 7", "(i + 0) % 7")))
    assert slow.answer is Answer.FAILED, slow


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (SOURCE + "\n\nX = 1\n", "no function that both sides define was rewritten"),
        (SOURCE.replace("i % 7", "i % 8"), "no recorded call reaches a rewritten function"),
    ],
)
def test_nothing_to_measure_is_said(room: Rooms, after: str, said: str) -> None:
    made = room({"sample.py": SOURCE})
    asked = replace(real(made, after), runner=NoRunner(), recorded=lambda: Recording((), {}, ()))
    found = judge(asked)
    assert (found.answer, found.reason) == (Answer.SKIPPED, f"not checked: {said}")


def test_without_an_environment_nothing_runs(tmp_path: Path) -> None:
    asked = trial(tmp_path, {"sample.py": SOURCE.encode()}, {"sample.py": SOURCE.replace("7", "8").encode()})
    assert judge(asked).answer is Answer.SKIPPED


BENCH = "import sample\nfor _ in range(400):\n    sample.total(2000)\n"


@pytest.mark.parametrize(
    ("bench", "after", "wanted", "said"),
    [
        (BENCH, SOURCE.replace("i % 7", "(i + 0) * 1 % 7"), Answer.FAILED, "dearer: the repository's benchmark +"),
        ("import sample\nassert sample.total(9) == 22\n", SOURCE.replace("% 7", "% 5"), Answer.FAILED, "fails on the"),
        ("raise SystemExit(3)\n", SOURCE.replace("% 7", "% 5"), Answer.SKIPPED, "it ended with status 3"),
    ],
)
def test_a_repositorys_own_benchmark_is_run_on_both_sides(
    room: Rooms, bench: str, after: str, wanted: Answer, said: str
) -> None:
    made = room({"sample.py": SOURCE, "bench.py": bench})
    asked = replace(real(made, after), benchmark=("python", "bench.py"), recorded=lambda: Recording((), {}, ()))
    found = judge(asked)
    assert found.answer is wanted, found
    assert said in found.reason


def test_a_change_does_not_edit_what_it_is_measured_by(room: Rooms) -> None:
    made = room({"sample.py": SOURCE, "bench.py": BENCH})
    asked = trial(made.root, {"bench.py": BENCH.encode()}, {"bench.py": b""}, runner=made.runner)
    found = judge(
        replace(asked, benchmark=("python", "bench.py"), environment=made.environment, recorded=lambda: CALLS.recording)
    )
    assert (found.answer, found.reason) == (Answer.FAILED, "the change edits what it is measured by: bench.py")


def test_equal_sides_are_never_dearer_by_the_repositorys_own_benchmark(room: Rooms) -> None:
    made = room({"sample.py": SOURCE, "bench.py": BENCH})
    asked = replace(real(made, SOURCE + "\n\nX = 1\n"), benchmark=("python", "bench.py"))
    found = judge(asked)
    assert found.answer is not Answer.FAILED, found
    assert "the repository's benchmark" in found.reason
