"""What a person decides, on loops that ran: each decision is a fact, and binds to what the person saw."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cli.progress import progress
from pyagent.errors import LedgerError, UsageError
from pyagent.ledger.facts import ClassStopped
from pyagent.model import ChangeClass, Repository, Status
from pyagent.settings import PolicySection, RepositorySection, Settings
from repos.forges.local import LocalForge
from stages.decisions import approve, owner, pause, refuse, ticked, undo, unlock
from stages.desk import Desk, lay
from stages.wiring import Wiring, wired
from tests.plugins.loops import Shell


@contextmanager
def working(shell: Shell) -> Generator[tuple[Wiring, Desk]]:
    with progress(quiet=True) as shown, wired(Settings(), shell.state, progress=shown, offline=True) as wiring:
        yield wiring, lay(wiring, RepositorySection(target=shell.target))


def push(shell: Shell, work: Path, files: dict[str, str]) -> None:
    """Somebody else commits to our branch: `files` instead of what stands there."""
    store = next((shell.state / "stores").iterdir())
    name = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t"}
    git = ["git", "-C", str(work)]
    subprocess.run(["git", "clone", "--quiet", str(store), str(work)], check=True)
    for path, text in files.items():
        (work / path).write_text(text, "utf-8")
    environment = {**os.environ, **name}
    subprocess.run([*git, "commit", "--quiet", "--all", "-m", "by hand"], check=True, env=environment)
    subprocess.run([*git, "push", "--quiet", "origin", "main"], check=True)


def merged_change(wiring: Wiring, desk: Desk, path: str, name: str) -> str:
    view = wiring.of(desk.slug)
    return next(
        change for change in view.merged if (view.tickets[change].path, view.tickets[change].name) == (path, name)
    )


def test_a_tick_is_kept_once_and_names_who(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        assert unlock(wiring, desk.slug, frozenset({ChangeClass.H}), by="somebody") == (ChangeClass.H,)
        assert unlock(wiring, desk.slug, frozenset({ChangeClass.H}), by="another") == ()
        assert wiring.of(desk.slug).unlocked[ChangeClass.H].by == "somebody"


@pytest.mark.parametrize("never", [ChangeClass.B, ChangeClass.C])
def test_classes_that_need_a_person_are_never_ticked(waiting: Shell, never: ChangeClass) -> None:
    with working(waiting) as (wiring, desk), pytest.raises(UsageError, match="cannot be ticked"):
        unlock(wiring, desk.slug, frozenset({ChangeClass.H, never}), by="somebody")


def test_what_may_merge_is_ticked_anywhere_and_not_stopped(waiting: Shell) -> None:
    policy = PolicySection(classes=(ChangeClass.A, ChangeClass.B))
    with working(waiting) as (wiring, desk):
        unlock(wiring, desk.slug, frozenset({ChangeClass.H}), by="somebody")
        assert ticked(wiring.of(desk.slug), policy) == {ChangeClass.H, ChangeClass.A}
        for queued in [q for q in wiring.of(desk.slug).queued if q.change_class is ChangeClass.A][:2]:
            refuse(wiring, queued.change, by="somebody", reason="no", until_changed=False)
        assert ticked(wiring.of(desk.slug), policy) == {ChangeClass.H}


def test_an_approval_binds_to_proposal_and_base(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        queued = wiring.of(desk.slug).queued[0]
        fact = approve(wiring, queued.change, by="somebody")
        assert (fact.proposal, fact.base, fact.by) == (queued.proposal, queued.base, "somebody")
        refuse(wiring, queued.change, by="somebody", reason="after all", until_changed=False)
        with pytest.raises(UsageError, match="does not wait"):
            approve(wiring, queued.change, by="somebody")


def test_a_merge_between_two_refusals_keeps_the_class(merged: Shell) -> None:
    with working(merged) as (wiring, desk):
        view = wiring.of(desk.slug)
        [untested] = [c for c, standing in view.standings.items() if standing.status is Status.NEEDS_TESTS]
        facts = refuse(wiring, untested, by="somebody", reason="no", until_changed=False)
        assert not any(isinstance(fact, ClassStopped) for fact in facts)


def test_undo_is_refused_where_later_work_stands_on_the_change(merged: Shell, tmp_path: Path) -> None:
    push(merged, tmp_path / "work", {"shapes/box.py": "VOLUME = 8\n"})
    with working(merged) as (wiring, desk):
        change = merged_change(wiring, desk, "shapes/box.py", "Box.volume")
        with pytest.raises(UsageError, match=r"later work stands on shapes/box\.py"):
            undo(wiring, desk, change, by="somebody", reason="no")
        assert wiring.of(desk.slug).status(change) is Status.MERGED


def test_undo_of_what_is_gone_already_says_so(merged: Shell, tmp_path: Path) -> None:
    original = (merged.project.root / "shapes/box.py").read_text("utf-8")
    push(merged, tmp_path / "work", {"shapes/box.py": original})
    with working(merged) as (wiring, desk):
        change = merged_change(wiring, desk, "shapes/box.py", "Box.volume")
        with pytest.raises(UsageError, match="already gone"):
            undo(wiring, desk, change, by="somebody", reason="no")


class Moved(LocalForge):
    """A forge whose branch somebody moves at the last moment."""

    def advance(self, repository: Repository, old: str, new: str) -> bool:
        assert old != new
        assert repository.branch
        return False


def test_undo_gives_way_to_who_moved_the_branch(merged: Shell) -> None:
    with working(merged) as (wiring, desk):
        change = merged_change(wiring, desk, "shapes/box.py", "Box.volume")
        with pytest.raises(LedgerError, match="moved while"):
            undo(wiring, replace(desk, forge=Moved(merged.state)), change, by="somebody", reason="no")
        assert wiring.of(desk.slug).status(change) is Status.MERGED


def test_pausing_twice_is_one_fact(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        assert not pause(wiring, desk.slug, paused=False, by="somebody")
        assert pause(wiring, desk.slug, paused=True, by="somebody")
        assert not pause(wiring, desk.slug, paused=True, by="somebody")
        assert wiring.of(desk.slug).paused


def test_the_owner_of_an_unknown_change_offers_the_near_ones(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        change = wiring.of(desk.slug).queued[0].change
        assert owner(wiring.view(), change) == desk.slug
        with pytest.raises(UsageError, match=f"Did you mean {change}"):
            owner(wiring.view(), change[:-1] + "0")
        with pytest.raises(UsageError, match="pyagent queue"):
            owner(wiring.view(), "0000")
