"""Our line and theirs: followed, kept, reconciled; locks that a killed process left."""

import os
import time
from pathlib import Path

import pytest

from pyagent.errors import LedgerError, TargetError
from pyagent.model import FileChange, Patch
from repos.patches import Stacked, commit_patch
from repos.stores.git import GitFailed, git
from repos.stores.lines import follow, restart_from_upstream
from repos.stores.store import Store, blobs, clear_stale_locks, move, open_store, resolve
from repos.stores.trailers import with_trailers
from repos.targets import Ready, parse, ready
from tests.repos.git.owner import Project


def ours(brought: Ready, after: bytes = b"ours = 1\n") -> str:
    """Merge something of our own."""
    patch = Patch((FileChange("ours.py", None, after),))
    message = with_trailers("Ours", change="c", proposal="p")
    built = commit_patch(brought.store, brought.tip, patch=patch, message=message)
    assert isinstance(built, Stacked)
    assert move(brought.store, "refs/heads/main", old=brought.tip, new=built.commit, why="test")
    return built.commit


def again(project: Project, state: Path) -> Ready:
    return ready(parse(str(project.folder), cwd=state), state=state)


@pytest.mark.usefixtures("brought")
def test_ours_follows_theirs(project: Project, state: Path) -> None:
    head = project.commit(mod="x = 2\n")
    assert again(project, state).tip == head


def test_what_we_merged_stays_until_it_is_pulled(project: Project, state: Path, brought: Ready) -> None:
    merged = ours(brought)
    assert again(project, state).tip == merged
    project.git("pull", "--quiet", str(brought.store.path), "main")
    assert again(project, state).tip == project.git("rev-parse", "HEAD") == merged


def test_both_moved_says_how_to_reconcile(project: Project, state: Path, brought: Ready) -> None:
    ours(brought)
    project.commit(mod="x = 2\n")
    with pytest.raises(TargetError, match=r"git pull .*--restart-from-upstream"):
        again(project, state)


def test_restarting_from_upstream_keeps_the_old_tip(project: Project, state: Path, brought: Ready) -> None:
    merged = ours(brought)
    head = project.commit(mod="x = 2\n")
    with pytest.raises(TargetError):
        again(project, state)
    assert restart_from_upstream(brought.store, "main") == "refs/pyagent/abandoned/1"
    assert resolve(brought.store, "refs/pyagent/abandoned/1") == merged
    assert follow(brought.store, "main") == head
    assert restart_from_upstream(brought.store, "main") is None


def test_each_abandoned_tip_gets_its_own_number(project: Project, state: Path, brought: Ready) -> None:
    tips = []
    for number in (1, 2):
        tips.append(ours(again(project, state), b"n = %d\n" % number))
        project.commit(mod=f"x = {number + 5}\n")
        with pytest.raises(TargetError):
            again(project, state)
        assert restart_from_upstream(brought.store, "main") == f"refs/pyagent/abandoned/{number}"
    assert resolve(brought.store, "refs/pyagent/abandoned/1") == tips[0]


@pytest.mark.usefixtures("brought")
def test_a_rewritten_upstream_is_followed_while_nothing_of_ours_is_lost(project: Project, state: Path) -> None:
    project.git("commit", "--quiet", "--amend", "-m", "rewritten")
    assert again(project, state).tip == project.git("rev-parse", "HEAD")


def test_ours_rebased_upstream_is_followed(project: Project, state: Path, brought: Ready) -> None:
    ours(brought)
    project.commit(mod="x = 2\n")
    project.git("fetch", "--quiet", str(brought.store.path), "main")
    project.git("cherry-pick", "FETCH_HEAD")
    assert again(project, state).tip == project.git("rev-parse", "HEAD")


def test_only_one_of_two_moves_from_the_same_tip_wins(brought: Ready) -> None:
    first = ours(brought)
    assert not move(brought.store, "refs/heads/main", old=brought.tip, new=brought.tip, why="test")
    assert resolve(brought.store, "refs/heads/main") == first


def test_a_lock_of_a_killed_process_stops_us_until_cleared(brought: Ready, store: Store) -> None:
    lock = store.path / "refs/heads/main.lock"
    lock.touch()
    with pytest.raises(LedgerError, match="cannot be moved"):
        move(store, "refs/heads/main", old=brought.tip, new=brought.tip, why="test")
    assert clear_stale_locks(store, grace_seconds=0) == ("refs/heads/main.lock",)
    assert move(store, "refs/heads/main", old=brought.tip, new=brought.tip, why="test")


def test_a_young_lock_is_awaited_and_an_old_one_is_not(store: Store) -> None:
    lock = store.path / "HEAD.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60, time.time() - 60))
    started = time.monotonic()
    assert clear_stale_locks(store) == ("HEAD.lock",)
    assert time.monotonic() - started < 1
    lock.touch()
    clear_stale_locks(store, grace_seconds=0.3)
    assert time.monotonic() - started > 0.2


def test_a_lock_from_the_future_is_not_awaited_longer(store: Store) -> None:
    lock = store.path / "HEAD.lock"
    lock.touch()
    os.utime(lock, (time.time() + 9e6, time.time() + 9e6))
    assert clear_stale_locks(store, grace_seconds=0.1) == ("HEAD.lock",)


def test_half_written_objects_are_swept(store: Store) -> None:
    (store.path / "objects/pack/tmp_pack_x").touch()
    (store.path / "objects/tmp_objdir-incoming-x").mkdir()
    assert len(clear_stale_locks(store)) == 2
    assert git(store.path, "fsck", "--strict").code == 0


def test_a_store_is_made_once_and_whole(state: Path) -> None:
    assert open_store(state, "x") == open_store(state, "x")
    assert [path.name for path in (state / "stores").iterdir()] == ["x.git"]


def test_a_state_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot be made"):
        open_store(tmp_path / "file", "x")


def test_git_that_fails_names_the_store_and_the_remedy(store: Store) -> None:
    with pytest.raises(GitFailed, match=r"git cat-file failed on .*doctor") as caught:
        git(store.path, "cat-file", "commit", "0" * 40)
    assert caught.value.exit_code == 5


def test_git_that_hangs_is_killed(store: Store) -> None:
    with pytest.raises(GitFailed, match="no answer within"):
        git(store.path, "-c", "alias.hang=!sleep 60", "hang", seconds=0.3)


def test_a_missing_object_is_named(store: Store) -> None:
    with pytest.raises(Exception, match="is missing from"):
        list(blobs(store, ("1" * 40,)))


def test_no_git_on_the_path_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Exception, match="git is not installed"):
        git(store.path, "version")
