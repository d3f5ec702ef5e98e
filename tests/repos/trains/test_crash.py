"""kill -9 at every named step of a merge: counted in git, nothing is lost and nothing is doubled."""

import multiprocessing
import pickle
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from pyagent.clock import SystemClock
from pyagent.failpoints import POINTS
from pyagent.ledger.opening import open_ledger
from repos.forges.local import LocalForge
from repos.stores.git import git
from repos.stores.store import open_store
from repos.trains.departures import Yard
from tests.repos.trains.worker import main
from tests.repos.trains.yard import REPOSITORY, build, on_branch, queued

GOOD, BAD = ("a", "b", "c", "e", "f"), "d"
STEPS = [point for point in POINTS if point.startswith("merge.")]
TIMES = [(point, passes) for point in STEPS for passes in (1, 2) if (point, passes) != ("merge.before-eject", 2)]
"""Two trains run, so every step is passed twice; only one change is ejected."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six queued changes, the fourth of them bad, and a fresh ledger."""
    folder = tmp_path_factory.mktemp("prepared")
    with open_ledger(folder / "ledger", clock=SystemClock()) as ledger:
        yard = build(folder / "state", ledger.effects)
        queue = [
            queued(yard, name, line=5 * place, text="BAD" if name == BAD else "") for place, name in enumerate("abcdef")
        ]
    (folder / "queue").write_bytes(pickle.dumps(tuple(queue)))
    (folder / "told").touch()
    return folder


def work(folder: Path, failpoint: str = "") -> int:
    """Exit code of a process of its own; forked from a server that has imported everything."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.repos.trains.worker"])
    process = processes.Process(target=main, args=(folder, failpoint))
    process.start()
    process.join(timeout=120)
    code = process.exitcode
    process.close()
    assert code is not None, "the worker hangs"
    return code


def check_the_world(folder: Path) -> None:
    store = open_store(folder / "state", REPOSITORY.slug)
    with open_ledger(folder / "ledger", clock=SystemClock()) as ledger:
        yard = Yard(REPOSITORY, store, LocalForge(folder / "state"), ledger.effects)
        assert Counter(on_branch(yard)) == Counter(GOOD)
    assert Counter((folder / "told").read_text().split()) == Counter([*GOOD, BAD])
    assert git(store.path, "fsck", "--strict", "--no-dangling").stdout == b""
    assert not list(store.path.rglob("*.lock"))


@pytest.mark.parametrize(("point", "passes"), TIMES)
def test_killed_at_a_step_nothing_is_lost_or_doubled(prepared: Path, tmp_path: Path, point: str, passes: int) -> None:
    folder = tmp_path / "world"
    shutil.copytree(prepared, folder)
    assert work(folder, f"{point}:kill:{passes}") == -signal.SIGKILL, "the step was never reached"
    assert work(folder) == 0
    check_the_world(folder)


def test_killed_again_and_again_it_still_ends_right(prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "world"
    shutil.copytree(prepared, folder)
    for point in ("merge.after-ref", "merge.before-ref", "merge.after-fact", "merge.before-eject", "merge.proved"):
        work(folder, f"{point}:kill:1")
    assert work(folder) == 0
    check_the_world(folder)


def test_a_lock_left_in_the_store_does_not_stop_the_next_run(prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "world"
    shutil.copytree(prepared, folder)
    (folder / "state/stores/demo.git/refs/heads/main.lock").touch()
    assert work(folder) == 0
    check_the_world(folder)
