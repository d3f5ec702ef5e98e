"""Taking a merged change back, also when the process dies between the branch's move and its fact."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.progress import progress
from pyagent import failpoints
from pyagent.errors import LedgerError, UsageError
from pyagent.ledger.facts import ChangeMerged, ProposalMade, RepositoryAdded, TicketRaised
from pyagent.model import ChangeClass, Status, Ticket
from pyagent.settings import PolicySection, RepositorySection, Settings
from repos.forges.local import LocalForge
from repos.stores.store import open_store
from repos.stores.trailers import merges
from stages.decisions import undo, untold_undos
from stages.desk import Desk
from stages.ground import Grounds
from stages.merge import merge
from stages.wiring import Wiring, wired
from tests.repos.trains.yard import REPOSITORY, build, queued

SLUG = REPOSITORY.slug


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    failpoints.disarm()


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    with progress(quiet=True) as shown, wired(Settings(), tmp_path, progress=shown, offline=True) as opened:
        yield opened


@pytest.fixture
def desk(wiring: Wiring) -> Desk:
    """A repository whose branch holds one merged change, `c`."""
    yard = build(wiring.state, wiring.ledger.effects)
    change = queued(yard, "c", line=3)
    assert yard.forge.advance(REPOSITORY, change.base, change.commit)
    ticket = Ticket("c", SLUG, "long.py", "f", "superfluous-else", ChangeClass.A, "e", "", 1.0, ())
    facts = [
        RepositoryAdded(SLUG, REPOSITORY.target, REPOSITORY.branch),
        TicketRaised(SLUG, ticket),
        ProposalMade(SLUG, "c", "e", "p-c", change.base, ChangeClass.A, "title", "blob"),
        ChangeMerged(SLUG, "c", "p-c", "train", change.commit),
    ]
    wiring.ledger.journal.append(facts, token=None)
    section = RepositorySection(target=REPOSITORY.target)
    return Desk(REPOSITORY, section, PolicySection(), open_store(wiring.state, SLUG), LocalForge(wiring.state), ())


def reverts(desk: Desk) -> list[str]:
    since = f"refs/upstream/{REPOSITORY.branch}"
    found = merges(desk.store, since=since, tip=desk.forge.tip(REPOSITORY))
    return [value for _, name, value in found if name == "Pyagent-Reverts"]


def interrupted(wiring: Wiring, desk: Desk, point: str) -> None:
    failpoints.arm_from(f"{point}:enospc")
    with pytest.raises(OSError, match="space"):
        undo(wiring, desk, "c", by="ann", reason="slow")
    assert wiring.of(SLUG).status("c") is Status.MERGED
    failpoints.disarm()


@pytest.mark.parametrize("point", ["undo.before-ref", "undo.after-ref", "undo.before-fact"])
def test_an_undo_that_died_is_finished_by_the_next_one(wiring: Wiring, desk: Desk, point: str) -> None:
    interrupted(wiring, desk, point)
    commit = undo(wiring, desk, "c", by="ann", reason="slow")
    assert reverts(desk) == ["c"]
    assert desk.forge.tip(REPOSITORY) == commit == wiring.of(SLUG).reverted["c"].commit
    assert wiring.of(SLUG).status("c") is Status.REVERTED
    with pytest.raises(UsageError, match="not merged"):
        undo(wiring, desk, "c", by="ann", reason="slow")


def test_an_undo_that_died_is_told_by_the_next_merge(wiring: Wiring, desk: Desk) -> None:
    interrupted(wiring, desk, "undo.after-ref")
    merge(wiring, desk, Grounds(wiring, desk), train_now=True)
    assert wiring.of(SLUG).status("c") is Status.REVERTED
    assert wiring.of(SLUG).reverted["c"].commit == desk.forge.tip(REPOSITORY)
    assert untold_undos(wiring.of(SLUG), desk) == ()


def test_a_change_merged_again_after_its_undo_is_not_taken_for_undone(wiring: Wiring, desk: Desk) -> None:
    undo(wiring, desk, "c", by="ann", reason="slow")
    again = queued(build(wiring.state, wiring.ledger.effects), "c", line=3)
    assert desk.forge.advance(REPOSITORY, again.base, again.commit)
    wiring.ledger.journal.append([ChangeMerged(SLUG, "c", "p-c", "train", again.commit)], token=None)
    assert untold_undos(wiring.of(SLUG), desk) == ()
    undo(wiring, desk, "c", by="ann", reason="still slow")
    assert reverts(desk) == ["c", "c"]


def test_a_branch_that_moves_during_an_undo_is_left_alone(wiring: Wiring, desk: Desk) -> None:
    tip = desk.forge.tip(REPOSITORY)
    upstream = wiring.of(SLUG).proposals["p-c"].base
    failpoints.arm("undo.before-ref", lambda: desk.forge.advance(REPOSITORY, tip, upstream))
    with pytest.raises(LedgerError, match="moved while c was taken back"):
        undo(wiring, desk, "c", by="ann", reason="slow")
    assert desk.forge.tip(REPOSITORY) == upstream


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_sick_disk_is_named_with_its_remedy(tmp_path: Path, number: int) -> None:
    with (
        pytest.raises(LedgerError, match="run again: nothing recorded is lost"),
        progress(quiet=True) as shown,
        wired(Settings(), tmp_path, progress=shown, offline=True),
    ):
        raise OSError(number, "no", "/somewhere")


def test_another_fault_of_the_system_is_not_taken_for_the_disk(tmp_path: Path) -> None:
    with (
        pytest.raises(ConnectionError),
        progress(quiet=True) as shown,
        wired(Settings(), tmp_path, progress=shown, offline=True),
    ):
        raise ConnectionError(errno.ECONNRESET, "no")
