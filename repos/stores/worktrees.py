"""What a person's work tree holds beyond its last commit, read without running anything it configures."""

import secrets
from pathlib import Path

from repos.stores.git import GitFailed, git
from repos.stores.store import Store


def uncommitted(store: Store, *, commit: str, folder: Path) -> int | None:
    """How many tracked files below `folder` differ from `commit`; None when that cannot be told.

    The git directory is our store, so filters, hooks and the file-system monitor of the target
    stay unknown to git; submodules are not entered.
    """
    index = store.path / f"pyagent-index-{secrets.token_hex(4)}"
    env = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(folder)}
    try:
        git(store.path, "read-tree", commit, env=env)
        git(store.path, "update-index", "-q", "--refresh", "--ignore-submodules", env=env, accept=(0, 1))
        listing = git(
            store.path, "diff-files", "--name-only", "-z", "--ignore-submodules=all", "--no-ext-diff", env=env
        )
    except GitFailed:
        return None
    finally:
        index.unlink(missing_ok=True)
    return listing.stdout.count(b"\0")
