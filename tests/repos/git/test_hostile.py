"""Repositories made to run code on whoever looks at them. A program that ran leaves a file; none may."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pyagent.model import FileChange, Patch
from repos.checkouts import export
from repos.holds import LOCKS
from repos.patches import Conflict, Stacked, commit_patch, stack
from repos.stores.git import git
from repos.stores.store import Store
from repos.stores.worktrees import uncommitted
from repos.targets import Ready, parse, ready
from tests.repos.git.owner import Project

HOOKS = (
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change",
    "post-merge", "post-receive", "post-rewrite", "post-update", "pre-auto-gc", "pre-commit", "pre-push", "pre-receive",
    "prepare-commit-msg", "proc-receive", "reference-transaction", "sendemail-validate", "update",
)  # fmt: skip


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a file called `sprung` beside itself."""
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {tmp_path}/sprung\ncat\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def hostile(project: Project, trap: Path) -> Project:
    """Every configuration and hook known to start a program, in one repository, set after its last commit."""
    project.write(
        ".gitattributes", "* filter=evil diff=evil merge=evil text eol=crlf ident export-subst\n*.md export-ignore\n"
    )
    project.write("README.md", "$Id$ $Format:%H$\n")
    project.commit(mod="x = 1\n")
    for name in HOOKS:
        hook = project.folder / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(trap.read_bytes())
        hook.chmod(0o755)
    settings = {
        "core.fsmonitor": trap, "core.sshCommand": trap, "core.pager": trap, "core.editor": trap, "core.askPass": trap,
        "core.gitProxy": trap, "core.alternateRefsCommand": trap, "credential.helper": trap, "diff.external": trap,
        "filter.evil.clean": trap, "filter.evil.smudge": trap, "filter.evil.process": trap,
        "filter.evil.required": "true",
        "diff.evil.command": trap, "diff.evil.textconv": trap, "merge.evil.driver": trap, "gpg.program": trap,
        "commit.gpgSign": "true", "uploadpack.packObjectsHook": trap, "alias.upload-pack": f"!{trap}",
        "remote.origin.url": f"ext::{trap}", "remote.origin.uploadpack": trap, "remote.origin.promisor": "true",
        "extensions.partialClone": "origin", "url.ext::sh.insteadOf": "/", "interactive.diffFilter": trap,
    }  # fmt: skip
    for key, value in settings.items():
        project.git("config", key, str(value))
    return project


def sprung(trap: Path) -> bool:
    return (trap.parent / "sprung").exists()


def test_the_trap_springs_under_ordinary_git(hostile: Project, trap: Path) -> None:
    hostile.write("mod.py", "dirty = 1\n")
    with pytest.raises(subprocess.CalledProcessError):  # the trap speaks no filter protocol
        hostile.git("diff", "--textconv")
    assert sprung(trap)


def test_nothing_runs_when_a_hostile_folder_is_brought_and_exported(hostile: Project, state: Path, trap: Path) -> None:
    hostile.write("mod.py", "dirty = 1\n")
    brought = ready(parse(str(hostile.folder), cwd=state), state=state)
    export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")
    assert not sprung(trap)
    assert "uncommitted" in brought.notes[0]


def test_nothing_runs_when_changes_are_stacked_on_a_hostile_tree(hostile: Project, state: Path, trap: Path) -> None:
    brought = ready(parse(f"file://{hostile.folder}", cwd=state), state=state)
    first = made(brought, b"x = 2\n")
    assert stack(brought.store, first.commit, commit=made(brought, b"x = 3\n").commit) == Conflict(("mod.py",))
    assert not sprung(trap)


def made(brought: Ready, after: bytes) -> Stacked:
    patch = Patch((FileChange("mod.py", b"x = 1\n", after),))
    built = commit_patch(brought.store, brought.tip, patch=patch, message="Change\n")
    assert isinstance(built, Stacked)
    return built


def test_pipes_and_endless_devices_in_place_of_files_stop_nothing(project: Project, state: Path) -> None:
    project.commit(other="y = 1\n", kept="z = 1\n")
    for name in ("mod.py", "other.py"):
        (project.folder / name).unlink()
    os.mkfifo(project.folder / "mod.py")
    (project.folder / "other.py").symlink_to("/dev/zero")
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    tree = export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")
    assert "2 files have uncommitted changes" in brought.notes[0]
    assert tree.read("mod.py") == b"def f():\n    return 1\n"


def test_attributes_change_no_byte(hostile: Project, state: Path) -> None:
    brought = ready(parse(str(hostile.folder), cwd=state), state=state)
    tree = export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")
    assert tree.read("README.md") == b"$Id$ $Format:%H$\n"
    assert tree.read("mod.py") == b"x = 1\n"


def test_a_merge_driver_named_by_attributes_does_not_join_a_clash(project: Project, state: Path) -> None:
    project.write(".gitattributes", "* merge=union\n")
    project.commit(mod="x = 1\n")
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    first = made(brought, b"x = 2\n")
    assert stack(brought.store, first.commit, commit=made(brought, b"x = 3\n").commit) == Conflict(("mod.py",))


def test_nothing_is_written_to_the_target(hostile: Project, state: Path) -> None:
    def inventory() -> dict[str, tuple[int, float]]:
        return {str(p): (p.lstat().st_size, p.lstat().st_mtime) for p in hostile.folder.rglob("*")}

    before = inventory()
    ready(parse(str(hostile.folder), cwd=state), state=state)
    assert inventory() == before


def test_a_repository_of_another_user_is_read(project: Project, state: Path) -> None:
    for path in [project.folder, *project.folder.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    assert uncommitted(brought.store, commit=brought.tip, folder=project.folder) == 0


def test_a_submodule_with_an_option_for_a_url_is_never_entered(project: Project, state: Path, trap: Path) -> None:
    project.write(".gitmodules", f'[submodule "x"]\n\tpath = x\n\turl = --upload-pack={trap}\n\tupdate = !{trap}\n')
    head = project.git("rev-parse", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{head},x")
    project.commit()
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    tree = export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")
    assert not sprung(trap)
    assert not (tree.root / "x").exists()


def planted(store: Store, *rows: str) -> str:
    """A commit of a tree git's own commands would refuse to make: `mode kind name=content`."""
    listing = []
    for row in rows:
        head, _, content = row.partition("=")
        mode, kind, name = head.split(" ", 2)
        made = (
            content if kind != "blob" else git(store.path, "hash-object", "-w", "--stdin", stdin=content.encode()).text
        )
        listing.append(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(made))
    body = b"".join(listing)
    tree = git(store.path, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=body).text
    return git(store.path, "commit-tree", tree, stdin=b"planted\n").text


@pytest.mark.parametrize(
    "name", [".git", ".GIT", ".Git ", "git~1", ".g\u200cit", "..", ".git::$INDEX_ALLOCATION", "a\\b"]
)
def test_names_that_read_as_git_are_left_out(brought: Ready, store: Store, state: Path, name: str) -> None:
    inner = git(store.path, "rev-parse", f"{brought.tip}^{{tree}}").text
    commit = planted(store, f"40000 tree {name}={inner}", "100644 blob good.py=x = 1\n")
    tree = export(store, brought.repository, commit=commit, cache=state / "trees")
    assert tree.paths() == ("good.py",)
    assert [path.name for path in tree.root.iterdir()] == ["good.py"]
    assert "left out" in tree.notes[0]


def test_a_name_with_slashes_inside_one_entry_cannot_climb(brought: Ready, store: Store, state: Path) -> None:
    commit = planted(store, "100644 blob ../../escaped.py=x = 1\n")
    tree = export(store, brought.repository, commit=commit, cache=state / "trees")
    assert tree.paths() == ()
    assert not list(state.rglob("escaped.py"))


def test_a_tree_that_names_one_path_twice_is_an_error_not_half_a_tree(
    brought: Ready, store: Store, state: Path
) -> None:
    commit = planted(store, "100644 blob a=1", "100644 blob a=2")
    with pytest.raises(Exception, match="cannot be written"):
        export(store, brought.repository, commit=commit, cache=state / "trees")
    assert {path.name for path in (state / "trees").iterdir()} == {LOCKS}


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("mod.py", True), ("./mod.py", True), ("/etc/passwd", False), ("../outside", False),
        ("sub/../../outside", False),        ("sub/../mod.py", False), ("", False), ("nowhere", True),
    ],
)  # fmt: skip
def test_symlinks_stay_inside(brought: Ready, store: Store, state: Path, target: str, kept: bool) -> None:  # noqa: FBT001 - a table's column
    commit = planted(store, f"120000 blob link={target}", "100644 blob mod.py=x = 1\n")
    tree = export(store, brought.repository, commit=commit, cache=state / "trees")
    assert (tree.root / "link").is_symlink() is kept
    assert tree.paths() == ("mod.py",)
    assert bool(tree.notes) is not kept


def test_links_through_links_cannot_climb(project: Project, state: Path) -> None:
    (project.folder / "a/b").mkdir(parents=True)
    (project.folder / "a/b/deep").symlink_to("../../top")
    (project.folder / "top").mkdir()
    project.write("top/x.py", "")
    (project.folder / "escape").symlink_to("a/b/deep/../../../..")
    project.commit()
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    tree = export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")
    links = [path for path in tree.root.rglob("*") if path.is_symlink()]
    assert [link.name for link in links] == ["deep"]
    assert all(link.resolve().is_relative_to(tree.root.resolve()) for link in links)


def test_a_link_cannot_stand_in_for_a_folder(brought: Ready, store: Store, state: Path) -> None:
    inner = git(store.path, "rev-parse", f"{brought.tip}^{{tree}}").text
    commit = planted(store, "120000 blob sub=..", f"40000 tree sub={inner}")
    tree = export(store, brought.repository, commit=commit, cache=state / "trees")
    assert stat.S_ISDIR((tree.root / "sub").lstat().st_mode)
