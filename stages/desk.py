"""One repository on the desk: its store is up to date, its settings are at hand."""

from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import TargetError
from pyagent.ledger.facts import RepositoryAdded
from pyagent.model import Repository
from pyagent.settings import PolicySection, RepositorySection
from repos.checkouts import TreeCheckout, discard, export
from repos.forges.local import LocalForge
from repos.stores.store import Store, clear_stale_locks, open_store, resolve, store_path
from repos.targets import parse, ready
from stages.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Desk:
    """A repository under care and everything a stage needs to work on it."""

    repository: Repository
    section: RepositorySection
    policy: PolicySection
    store: Store
    forge: LocalForge
    notes: tuple[str, ...]
    """What the operator should know about the target."""

    @property
    def slug(self) -> str:
        """The repository's short name."""
        return self.repository.slug

    def store_has(self, commit: str) -> bool:
        """Whether our store still holds a commit."""
        return resolve(self.store, commit) is not None


def lay(wiring: Wiring, section: RepositorySection, *, restart: bool = False) -> Desk:
    """Bring the target into its store and follow it; RepositoryAdded the first time.

    Raises TargetError or UpstreamDeferred, each naming the target and the remedy.
    """
    target = parse(section.target, cwd=Path.cwd(), slug=section.slug)
    with wiring.ledger.leases.hold(f"{target.slug}/store") as token:
        clear_stale_locks(open_store(wiring.state, target.slug))
        found = ready(
            target,
            state=wiring.state,
            branch=section.branch,
            index=wiring.index,
            offline=wiring.offline,
            restart=restart,
        )
        repository = found.repository
        if wiring.of(repository.slug).repository is None:
            fact = RepositoryAdded(repository.slug, repository.target, repository.branch)
            wiring.ledger.journal.append([fact], token=token)
    policy = wiring.settings.policy_of(section)
    return Desk(repository, section, policy, found.store, LocalForge(wiring.state), found.notes)


def reopen(wiring: Wiring, section: RepositorySection, slug: str) -> Desk:
    """A repository under care as our own store has it: nothing is fetched and nothing recorded.

    Raises TargetError when the ledger or the store does not have it.
    """
    repository, path = wiring.of(slug).repository, store_path(wiring.state, slug)
    if repository is None or not path.is_dir():
        raise TargetError(
            f"There is no store of {slug} at {path}.", "Restore it, or bring it in again by `pyagent run`."
        )
    policy = wiring.settings.policy_of(section)
    return Desk(repository, section, policy, open_store(wiring.state, slug), LocalForge(wiring.state), ())


def tip(wiring: Wiring, desk: Desk) -> TreeCheckout:
    """The exported tree at the target branch's tip."""
    commit = desk.forge.tip(desk.repository)
    return tree(wiring, desk, commit)


def tree(wiring: Wiring, desk: Desk, commit: str) -> TreeCheckout:
    """The exported tree of a commit."""
    return export(desk.store, desk.repository, commit=commit, cache=_trees(wiring, desk))


def tidy(wiring: Wiring, desk: Desk) -> int:
    """Remove exported trees but the tip's and those somebody has; how many went. They come back when asked for."""
    with wiring.ledger.leases.hold(f"{desk.slug}/store"):
        return discard(_trees(wiring, desk), keep=frozenset({tip(wiring, desk).tree}))


def _trees(wiring: Wiring, desk: Desk) -> Path:
    return wiring.state / "trees" / desk.slug
