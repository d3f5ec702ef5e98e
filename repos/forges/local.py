"""The Forge port with no forge: the target branch is a ref of our own store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import TargetError
from pyagent.model import Repository
from repos.stores.store import Store, move, open_store, resolve
from repos.stores.trailers import CHANGE_TRAILER, REVERTS_TRAILER, merges


@dataclass(frozen=True, slots=True)
class LocalForge:
    """Branches kept in the stores under the state folder; satisfies the `Forge` port."""

    state: Path

    def tip(self, repository: Repository) -> str:
        """Commit our branch points at. TargetError when the target was never brought in."""
        found = resolve(self._store(repository), _ref(repository))
        if found is None:
            raise TargetError(
                f"{repository.slug} has no branch {repository.branch} in our store.", "Run a survey first."
            )
        return found

    def advance(self, repository: Repository, old: str, new: str) -> bool:
        """Compare-and-swap our branch from `old` to `new`; False when somebody moved it."""
        return move(self._store(repository), _ref(repository), old=old, new=new, why="pyagent: merge")

    def merged(self, repository: Repository, since: str) -> Iterator[tuple[str, str]]:
        """(change, commit) of every commit after `since` carrying our trailer, oldest first, also those taken back."""
        store, tip = self._store(repository), self.tip(repository)
        for commit, name, value in merges(store, since=since, tip=tip):
            if name == CHANGE_TRAILER:
                yield value, commit

    def reverted(self, repository: Repository, since: str) -> dict[str, str]:
        """Change -> commit of the last revert after `since` (a commit or ref) carrying our trailer."""
        found = merges(self._store(repository), since=since, tip=self.tip(repository))
        return {value: commit for commit, name, value in found if name == REVERTS_TRAILER}

    def _store(self, repository: Repository) -> Store:
        return open_store(self.state, repository.slug)


def _ref(repository: Repository) -> str:
    return f"refs/heads/{repository.branch}"
