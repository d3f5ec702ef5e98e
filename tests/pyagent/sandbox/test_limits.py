"""Each limit of a job, reached on the real sandbox."""

import sys
from pathlib import Path

from pyagent.ports import Completed, Job, Limits, Runner

PYTHON = str(Path(sys.executable).resolve())
QUICK = 30.0
"""Seconds that a run stopped by a limit stays under on a busy machine; without the limit each takes 60."""


def python(code: str, limits: Limits) -> Job:
    return Job((PYTHON, "-I", "-S", "-c", code), limits=limits)


def stopped_by(done: Completed, limit: str) -> bool:
    return (done.stopped, done.code, done.files) == (limit, 137, {}) and done.wall_seconds < QUICK


def test_wall_time_ends_a_sleeper(runner: Runner) -> None:
    done = runner.run(Job(("sleep", "60"), limits=Limits(wall_seconds=0.5), collect=("x",)))
    assert stopped_by(done, "wall")
    assert done.wall_seconds > 0.5


def test_cpu_time_is_summed_over_children(runner: Runner) -> None:
    spin = "import os\nfor _ in range(3): os.fork()\nwhile True: pass"
    done = runner.run(python(spin, Limits(cpu_seconds=1, wall_seconds=60)))
    assert stopped_by(done, "cpu")
    assert done.cpu_seconds > 1


def test_memory_of_one_process_is_limited(runner: Runner) -> None:
    hold = f"import time\nheld = b'x' * {200 << 20}\ntime.sleep(60)"
    done = runner.run(python(hold, Limits(memory_bytes=100 << 20)))
    assert stopped_by(done, "memory")
    assert done.peak_bytes > 100 << 20


def test_memory_is_summed_over_children(runner: Runner) -> None:
    hold = (
        f"import os, time\nfor _ in range(6):\n if not os.fork():\n  held = b'x' * {30 << 20}\n  time.sleep(60)\n"
        "time.sleep(60)"
    )
    assert stopped_by(runner.run(python(hold, Limits(memory_bytes=120 << 20))), "memory")


def test_memory_shared_by_forks_counts_once(runner: Runner) -> None:
    share = (
        f"import os, time\nheld = b'x' * {60 << 20}\n"
        "children = [pid for pid in (os.fork() for _ in range(1))]\n"
        "for _ in range(4):\n child = os.fork() if children[0] else 1\n if child == 0: break\n"
        "time.sleep(0.5)"
    )
    done = runner.run(python(share, Limits(memory_bytes=150 << 20)))
    assert (done.stopped, done.code) == (None, 0)
    assert 60 << 20 < done.peak_bytes <= 150 << 20


def test_an_allocation_that_outruns_the_supervisor_fails(runner: Runner) -> None:
    grab = "try: bytearray(4 << 30)\nexcept MemoryError: print('refused')"
    assert runner.run(python(grab, Limits(memory_bytes=128 << 20))).stdout == b"refused\n"


def test_output_beyond_the_cap_is_cut_and_said_so(runner: Runner) -> None:
    done = runner.run(python("print('x' * 150, end='')", Limits(output_bytes=100)))
    assert done.stdout == b"x" * 100 + b"\n[pyagent: output cut after 100 bytes]\n"
    assert (done.stopped, done.code) == (None, 0)


def test_endless_output_ends_the_run(runner: Runner) -> None:
    done = runner.run(Job(("yes",), limits=Limits(output_bytes=1000)))
    assert stopped_by(done, "output")
    assert len(done.stdout) < 1100


def test_processes_are_limited_and_the_run_still_answers(runner: Runner) -> None:
    fork = (
        "import os, time\nmade = 0\ntry:\n while True:\n  if not os.fork(): time.sleep(60); os._exit(0)\n  made += 1\n"
        "except BlockingIOError: print(made)"
    )
    done = runner.run(python(fork, Limits(processes=20)))
    assert 10 < int(done.stdout) < 20


def test_one_file_is_limited(runner: Runner) -> None:
    write = "try: open('big', 'wb').write(bytes(3 << 20))\nexcept OSError as error: print(error.strerror)"
    assert runner.run(python(write, Limits(file_bytes=2 << 20))).stdout == b"File too large\n"


def test_a_full_work_copy_is_an_ordinary_error_inside(runner: Runner) -> None:
    fill = (
        "try:\n for n in range(100): open(f'f{n}', 'wb').write(bytes(1 << 20))\n"
        "except OSError as error: print(error.strerror)"
    )
    done = runner.run(python(fill, Limits(work_bytes=4 << 20)))
    assert (done.stdout, done.code, done.stopped) == (b"No space left on device\n", 0, None)


def test_eight_runs_at_once_do_not_share_the_process_limit(runner: Runner) -> None:
    fork = (
        "import os, time\nfor _ in range(12):\n if not os.fork(): time.sleep(1); os._exit(0)\n"
        "for _ in range(12): os.wait()\nprint('all')"
    )
    jobs = [python(fork, Limits(processes=20)) for _ in range(8)]
    assert [done.stdout for done in runner.run_all(jobs)] == [b"all\n"] * 8  # type: ignore[attr-defined]


def test_time_of_orphans_is_counted(runner: Runner) -> None:
    orphan = (
        "import os, time\nread, write = os.pipe()\nif not os.fork():\n if not os.fork():\n"
        "  until = time.process_time() + 0.5\n  while time.process_time() < until: pass\n  os.write(write, b'x')\n"
        " os._exit(0)\nos.wait()\nos.read(read, 1)\ntime.sleep(0.2)"
    )
    assert runner.run(python(orphan, Limits())).cpu_seconds >= 0.5
