"""What a person decides: approve, refuse, undo, pause. Each is a fact with a name on it."""

from difflib import get_close_matches

from pyagent.errors import LedgerError, UsageError
from pyagent.failpoints import reach
from pyagent.ledger.facts import (
    ChangeApproved,
    ChangeMerged,
    ChangeRefused,
    ChangeReverted,
    ClassStopped,
    ClassUnlocked,
    Fact,
    MergingPaused,
)
from pyagent.ledger.views import RepositoryView, View
from pyagent.model import ChangeClass, Status
from pyagent.ports import Token
from pyagent.settings import PolicySection
from repos.patches import Conflict, Empty, Stacked, revert_commit
from repos.stores.store import is_ancestor
from repos.trains.board import CLASS_TICKS
from stages.desk import Desk
from stages.wiring import Wiring


def unlock(wiring: Wiring, slug: str, classes: frozenset[ChangeClass], *, by: str) -> tuple[ChangeClass, ...]:
    """Tick classes of change; those that were not ticked yet. UsageError for a class that always needs a person."""
    never = sorted(classes - CLASS_TICKS)
    if never:
        raise UsageError(
            f"Class {never[0].value} cannot be ticked: each such change needs a person.",
            "Tick H, A or T; approve others one by one.",
        )
    with wiring.ledger.leases.hold(f"{slug}/decide") as token:
        new = tuple(sorted(classes - wiring.of(slug).unlocked.keys()))
        facts: list[Fact] = [ClassUnlocked(slug, change_class, by) for change_class in new]
        wiring.ledger.journal.append(facts, token=token)
    return new


def ticked(view: RepositoryView, policy: PolicySection) -> frozenset[ChangeClass]:
    """Classes whose changes may merge without a person looking at each: ticked anywhere, and not stopped since."""
    return ((frozenset(view.unlocked) | frozenset(policy.classes)) - frozenset(view.stopped)) & CLASS_TICKS


def approve(wiring: Wiring, change: str, *, by: str) -> ChangeApproved:
    """Approve one waiting change: this proposal on this base, no other."""
    slug = owner(wiring.view(), change)
    with wiring.ledger.leases.hold(f"{slug}/decide") as token:
        queued = wiring.of(slug).queue.get(change)
        if queued is None:
            raise UsageError(f"{change} does not wait in the queue.", "`pyagent queue` lists what does.")
        fact = ChangeApproved(slug, change, by, queued.proposal, queued.base)
        wiring.ledger.journal.append([fact], token=token)
    return fact


def refuse(wiring: Wiring, change: str, *, by: str, reason: str, until_changed: bool) -> tuple[Fact, ...]:
    """Say no; for ever, or until the target's evidence differs. Two refusals in a row stop the class."""
    slug = owner(wiring.view(), change)
    with wiring.ledger.leases.hold(f"{slug}/decide") as token:
        view = wiring.of(slug)
        ticket = view.tickets[change]
        if view.standings[change].status is Status.MERGED:
            raise UsageError(f"{change} is merged.", f"Take it back with `pyagent undo {change}`.")
        facts: list[Fact] = [ChangeRefused(slug, change, by, reason, ticket.evidence if until_changed else None)]
        if _refused_before(view, change) and ticket.change_class not in view.stopped:
            facts.append(ClassStopped(slug, ticket.change_class, "pyagent", "two refusals in a row"))
        wiring.ledger.journal.append(facts, token=token)
    return tuple(facts)


def _refused_before(view: RepositoryView, change: str) -> bool:
    """Whether the last settled change of the same class, before this one, was refused."""
    change_class = view.tickets[change].change_class
    settled = [
        (standing.since, standing.status)
        for other, standing in view.standings.items()
        if other != change
        and view.tickets[other].change_class is change_class
        and standing.status in {Status.MERGED, Status.REFUSED}
    ]
    return bool(settled) and max(settled)[1] is Status.REFUSED


def undo(wiring: Wiring, desk: Desk, change: str, *, by: str, reason: str) -> str:
    """Take one merged change back by one commit on the branch; the commit."""
    with wiring.ledger.leases.hold(f"{desk.slug}/merge") as token:
        view = wiring.of(desk.slug)
        merged = view.merged.get(change)
        if merged is None or view.standings[change].status is not Status.MERGED:
            raise UsageError(f"{change} is not merged.", "`pyagent report` lists what is.")
        # After a crash between the branch's move and its fact the revert stands there: only the fact is missing.
        commit = desk.forge.reverted(desk.repository, merged.commit).get(change)
        commit = commit or _taken_back(wiring, desk, merged, text=f"{reason} ({by})", token=token)
        reach("undo.before-fact")
        wiring.ledger.journal.append([ChangeReverted(desk.slug, change, commit, by, reason)], token=token)
    return commit


def _taken_back(wiring: Wiring, desk: Desk, merged: ChangeMerged, *, text: str, token: Token) -> str:
    """The commit that takes a merge back, on the branch now."""
    tip = desk.forge.tip(desk.repository)
    match revert_commit(desk.store, tip, commit=merged.commit, reason=text):
        case Stacked(commit):
            pass
        case Conflict(paths):
            raise UsageError(
                f"{merged.change} cannot be taken back: later work stands on {', '.join(paths)}.",
                "Undo the later changes first.",
            )
        case Empty():
            raise UsageError(f"{merged.change} is already gone from the branch.", "Nothing is left to take back.")

    def do() -> str:
        reach("undo.before-ref")
        if not desk.forge.advance(desk.repository, tip, commit):
            raise LedgerError(f"{desk.repository.branch} moved while {merged.change} was taken back.", "Run again.")
        reach("undo.after-ref")
        return "moved"

    def find() -> str | None:
        return "moved" if desk.forge.tip(desk.repository) == commit else None

    wiring.ledger.effects.under(token).perform(f"undo:{desk.slug}:{commit}", do, find)
    return commit


def untold_undos(view: RepositoryView, desk: Desk) -> tuple[ChangeReverted, ...]:
    """Merged changes that were taken back on our branch although no fact says so: `undo` was killed between both."""
    reverts = desk.forge.reverted(desk.repository, f"refs/upstream/{desk.repository.branch}")
    return tuple(
        ChangeReverted(desk.slug, change, commit, "pyagent", "found taken back on the branch")
        for change, commit in reverts.items()
        if view.status(change) is Status.MERGED and is_ancestor(desk.store, view.merged[change].commit, commit)
    )


def pause(wiring: Wiring, slug: str, *, paused: bool, by: str) -> bool:
    """Stop or go on merging, everywhere (empty slug) or in one repository; False when it already stood so."""
    with wiring.ledger.leases.hold(f"{slug}/decide") as token:
        said = wiring.view().pauses.get(slug)
        if (said is not None and said.paused) == paused:
            return False
        wiring.ledger.journal.append([MergingPaused(slug, paused, by)], token=token)
    return True


def owner(view: View, change: str) -> str:
    """The repository a change belongs to; UsageError with near misses when nobody knows it."""
    for slug, repository in view.repositories.items():
        if change in repository.tickets:
            return slug
    known = [name for repository in view.repositories.values() for name in repository.tickets]
    near = [name for name in known if name.startswith(change)] or get_close_matches(change, known, n=3)
    hint = f"Did you mean {' or '.join(near[:3])}?" if near else "`pyagent queue` and `pyagent report` list them."
    raise UsageError(f"No change is named {change}.", hint)
