"""What the operator wrote, turned into a repository to work on: a path, a git URL or `sdist:name==version`."""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pyagent.errors import TargetError, UpstreamDeferred
from pyagent.ids import digest
from pyagent.model import Repository
from repos.stores.git import git
from repos.stores.imports import BRANCH, import_release
from repos.stores.lines import Heads, fetch, follow, heads, restart_from_upstream
from repos.stores.store import Store, entries, open_store, resolve
from repos.stores.worktrees import uncommitted

FORMS = "a folder, an https:// or ssh:// or file:// git URL, or sdist:NAME==VERSION"

_SDIST = re.compile(r"sdist:(?P<name>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)==(?P<version>[A-Za-z0-9.!+_-]+)")
_SCP = re.compile(r"[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:(?!-)[\w./~+-]+")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SCHEMES = frozenset({"https", "ssh", "file"})


class Kind(StrEnum):
    """The three things a target can be."""

    PATH = "path"
    URL = "url"
    SDIST = "sdist"


@dataclass(frozen=True, slots=True)
class Target:
    """A target understood, not yet looked at. `location`: absolute path, URL, or `name==version`."""

    kind: Kind
    slug: str
    written: str
    location: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A repository that can be worked on: its store, our tip, and what the operator should know."""

    repository: Repository
    store: Store
    tip: str
    notes: tuple[str, ...]


def parse(written: str, *, cwd: Path, slug: str | None = None) -> Target:
    """What `written` names. Looks at no network. TargetError when it is none of the three forms."""
    if slug is not None and not _SLUG.fullmatch(slug):
        raise TargetError(f"`{slug}` cannot name a repository.", "Use lower-case letters, digits, `.`, `_` and `-`.")
    if not written.strip() or any(unicodedata.category(c) == "Cc" for c in written):
        raise TargetError(f"{written!r} is not a target.", f"Give {FORMS}.")
    if written.startswith("sdist:"):
        return _sdist(written, slug)
    if _reads_as_url(written):
        return _url(written, slug)
    path = str((cwd / written).resolve())
    return Target(Kind.PATH, slug or f"{_short(Path(path).name)}-{digest(path)[:8]}", written, path)


def ready(
    target: Target,
    *,
    state: Path,
    branch: str | None = None,
    index: str | None = None,
    offline: bool = False,
    restart: bool = False,
) -> Ready:
    """Bring the target into its store under `state` and follow it.

    Args:
        target: from `parse`.
        state: our state folder; the store and downloaded releases live there.
        branch: the branch to merge into; None takes the one the target's HEAD names.
        index: package index for source releases, None for the usual one.
        offline: ask no server; what was fetched before is enough.
        restart: give up merged changes that upstream does not have; the old tip stays under `refs/pyagent/abandoned`.

    Raises:
        TargetError: it cannot be worked on; names the thing and the remedy.
        UpstreamDeferred: its server did not answer.
    """
    if target.kind is Kind.PATH:
        _require_repository(Path(target.location))
    store = open_store(state, target.slug)
    if target.kind is Kind.SDIST:
        branch, notes = _bring_release(store, target, branch, state=state, index=index, offline=offline)
    else:
        branch, notes = _bring_branch(store, target, branch, offline=offline)
    if restart and (kept := restart_from_upstream(store, branch)):
        notes = (*notes, f"{target.written}: started again from upstream; the old line is kept as {kept}.")
    tip = follow(store, branch)
    git(store.path, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    return Ready(Repository(target.slug, target.written, branch), store, tip, (*notes, *_submodules(store, tip)))


def _sdist(written: str, slug: str | None) -> Target:
    match = _SDIST.fullmatch(written)
    if match is None:
        raise TargetError(f"`{written}` does not name one source release.", "Write sdist:NAME==VERSION.")
    name, version = match["name"], match["version"]
    return Target(Kind.SDIST, slug or f"{_short(name)}-{_short(version)}", written, f"{name}=={version}")


def _reads_as_url(written: str) -> bool:
    return "://" in written or "::" in written.partition("/")[0] or _SCP.fullmatch(written) is not None


def _url(written: str, slug: str | None) -> Target:
    if _SCP.fullmatch(written) is None:
        _require_followed(written)
    name = written.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
    return Target(Kind.URL, slug or f"{_short(name)}-{digest(written.rstrip('/'))[:8]}", written, written)


def _require_followed(url: str) -> None:
    if "://" not in url:
        raise TargetError(f"`{url}` names a git transport helper, which could run a program.", f"Give {FORMS}.")
    try:
        parts = urlsplit(url)
    except ValueError as odd:
        raise TargetError(f"`{url}` is not a URL: {odd}.", f"Give {FORMS}.") from None
    if parts.password or (parts.username and parts.scheme == "https"):
        # Told without the URL: a token may stand where the user's name does.
        what = f"The URL of {parts.hostname} carries a user or a password."
        raise TargetError(what, "Leave it out; use ssh, or keep the credential in your ~/.netrc.")
    if parts.scheme not in _SCHEMES or parts.netloc.rpartition("@")[2].startswith("-"):
        raise TargetError(f"`{url}` is not a git URL this program follows.", f"Give {FORMS}.")
    if parts.scheme == "file" and parts.netloc:
        raise TargetError(f"`{url}` names a host.", "Write file:///absolute/path.")


def _short(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")[:40] or "repository"


def _require_repository(path: Path) -> None:
    if not path.is_dir():
        raise TargetError(f"There is no folder {path}.", f"Give {FORMS}.")
    if _is_repository(path):
        return
    parent = next((folder for folder in path.parents if _is_repository(folder)), None)
    if parent is not None:
        raise TargetError(f"{path} is a folder inside the repository {parent}.", f"Give {parent} itself.")
    raise TargetError(
        f"{path} is not a git repository.",
        "Run `git init`, then `git add` and `git commit` there, or give another target.",
    )


def _is_repository(path: Path) -> bool:
    bare = (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
    return bare or (path / ".git").exists()


def _bring_release(
    store: Store, target: Target, branch: str | None, *, state: Path, index: str | None, offline: bool
) -> tuple[str, tuple[str, ...]]:
    if branch not in {None, BRANCH}:
        raise TargetError(
            f"{target.written} has no branch {branch}.", f"Leave --branch out; a release has only {BRANCH}."
        )
    if resolve(store, f"refs/upstream/{BRANCH}"):
        return BRANCH, ()
    # A quarter of a second, which the readers of an index cost every start that fetches nothing.
    from repos.sdists import release  # noqa: PLC0415 - see above

    name, _, version = target.location.partition("==")
    found = release(name, version, cache=state / "sdists", index=index, offline=offline)
    record = found.record
    title = f"{record.name} {record.version}"
    _, left_out = import_release(store, title=title, filename=record.filename, sha256=record.sha256, body=found.read())
    notes = [f"{title}: {record.filename} has SHA-256 {record.sha256}."]
    if not record.attested:
        notes.append(f"{title}: the index gave no SHA-256 to compare with.")
    notes += [f"{title}: left out {member}." for member in left_out]
    return BRANCH, tuple(notes)


def _bring_branch(store: Store, target: Target, branch: str | None, *, offline: bool) -> tuple[str, tuple[str, ...]]:
    local = target.kind is Kind.PATH or target.location.startswith("file:")
    if offline and not local:
        return _remembered(store, target, branch), (f"{target.written}: offline, as fetched last.",)
    offered = heads(store, target.location, local=local)
    chosen = _branch(target, offered, branch)
    fetched = fetch(store, target.location, branch=chosen, local=local)
    if target.kind is Kind.PATH and chosen == offered.current:
        return chosen, _dirty(store, fetched, Path(target.location))
    return chosen, ()


def _remembered(store: Store, target: Target, branch: str | None) -> str:
    chosen = branch or git(store.path, "symbolic-ref", "HEAD").text.removeprefix("refs/heads/")
    if resolve(store, f"refs/upstream/{chosen}") is None:
        raise UpstreamDeferred(f"{target.written} ({chosen}) was never fetched.", "Run once without --offline.")
    return chosen


def _branch(target: Target, offered: Heads, wanted: str | None) -> str:
    if not offered.branches:
        raise TargetError(f"{target.written} has no commits on any branch.", "Commit something there first.")
    listed = ", ".join(sorted(offered.branches)[:8])
    if wanted is None and offered.current is None:
        raise TargetError(f"{target.written} has a detached HEAD.", f"Say which branch with --branch: {listed}.")
    chosen = wanted or offered.current or ""
    if chosen not in offered.branches:
        near = difflib.get_close_matches(chosen, offered.branches, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"It has: {listed}."
        raise TargetError(f"{target.written} has no branch {chosen}.", hint)
    return chosen


def _dirty(store: Store, commit: str, folder: Path) -> tuple[str, ...]:
    if not (folder / ".git").exists():
        return ()  # bare: there is no work tree
    changed = uncommitted(store, commit=commit, folder=folder)
    if changed is None:
        return (f"{folder}: whether it has uncommitted changes cannot be told; the last commit is used.",)
    if changed:
        return (f"{folder}: {changed} files have uncommitted changes; they are left alone, the last commit is used.",)
    return ()


def _submodules(store: Store, tip: str) -> tuple[str, ...]:
    links = [entry.path for entry in entries(store, tip) if entry.kind == "commit"]
    return (f"Worked on without its submodules: {', '.join(links)}.",) if links else ()
