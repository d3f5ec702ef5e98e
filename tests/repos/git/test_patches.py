"""Changes as commits: reproducible, exact, refused when unsafe, conflicts as values."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyagent.model import FileChange, Patch
from repos.checkouts import export
from repos.forges.local import LocalForge
from repos.patches import Conflict, Empty, Stacked, Stale, Unsafe, commit_patch, revert_commit, stack
from repos.stores.git import git
from repos.stores.store import entries, move, resolve
from repos.stores.trailers import standing, trailers, with_trailers
from repos.targets import Ready, parse, ready
from tests.repos.git.owner import Project

MOD = b"def f():\n    return 1\n"


def change(path: str, before: bytes | None, after: bytes | None) -> Patch:
    return Patch((FileChange(path, before, after),))


def built(brought: Ready, patch: Patch, base: str | None = None, name: str = "one") -> Stacked:
    message = with_trailers(f"Change {name}", change=name, proposal=f"p-{name}")
    made = commit_patch(brought.store, base or brought.tip, patch=patch, message=message)
    assert isinstance(made, Stacked)
    return made


def body(brought: Ready, commit: str, path: str) -> bytes:
    return git(brought.store.path, "cat-file", "blob", f"{commit}:{path}").stdout


def test_a_patch_becomes_one_commit_on_its_base(brought: Ready) -> None:
    made = built(brought, change("mod.py", MOD, b"x = 2\n"))
    shown = git(brought.store.path, "log", "-1", "--format=%P|%an <%ae>|%cn|%ct", made.commit).text
    base_date = int(git(brought.store.path, "log", "-1", "--format=%ct", brought.tip).text)
    assert shown == f"{brought.tip}|pyagent <pyagent@localhost>|pyagent|{base_date + 1}"
    assert body(brought, made.commit, "mod.py") == b"x = 2\n"


def test_the_same_proposal_has_the_same_hash_in_every_store(project: Project, tmp_path: Path) -> None:
    hashes = set()
    for state in (tmp_path / "one", tmp_path / "two"):
        brought = ready(parse(str(project.folder), cwd=tmp_path), state=state)
        hashes.add(built(brought, change("mod.py", MOD, b"x = 2\n")))
        hashes.add(built(brought, change("mod.py", MOD, b"x = 2\n")))
    assert len(hashes) == 1


def test_files_are_added_deleted_and_keep_their_mode(project: Project, state: Path) -> None:
    project.write("bin/run", "#!/bin/sh\n")
    (project.folder / "bin/run").chmod(0o755)
    project.commit()
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    run = FileChange("bin/run", b"#!/bin/sh\n", b"#!/bin/sh\ntrue\n")
    files = (run, FileChange("mod.py", MOD, None), FileChange("new dir/ü x.py", None, b"y = 1"))
    made = built(brought, Patch(files))
    assert {e.path: e.mode for e in entries(brought.store, made.commit)} == {
        "bin/run": "100755",
        "new dir/ü x.py": "100644",
    }
    assert body(brought, made.commit, "new dir/ü x.py") == b"y = 1"


@pytest.mark.parametrize(
    "patch", [change("mod.py", b"other", b"x"), change("mod.py", None, b"x"), change("no.py", b"", b"x")]
)
def test_a_patch_for_other_bytes_is_stale(brought: Ready, patch: Patch) -> None:
    made = commit_patch(brought.store, brought.tip, patch=patch, message="m\n")
    assert made == Stale((patch.files[0].path,))


@pytest.mark.parametrize(
    "path",
    [
        "", "/abs.py", "../up.py", "a/../../b.py", "a//b.py", ".git/config", "x/.GIT/hooks/pre-commit", "git~1/config",
        ".g\u200dit/config", ".gitattributes", "sub/.gitmodules", ".github/workflows/ci.yml", ".lfsconfig", "a\\b.py",
        "nul\0.py", "tab\t.py", "bidi\u202e.py", "x" * 300 + ".py", "\uff0egit/config", "mod.py/inner.py",
    ],
)  # fmt: skip
def test_unsafe_paths_are_refused(brought: Ready, path: str) -> None:
    made = commit_patch(brought.store, brought.tip, patch=change(path, None, b"x = 1\n"), message="m\n")
    assert isinstance(made, Unsafe)
    assert made.reason


def test_symlinks_submodules_and_folders_are_not_overwritten(project: Project, state: Path) -> None:
    (project.folder / "link.py").symlink_to("mod.py")
    project.write("pkg/x.py", "")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{project.git('rev-parse', 'HEAD')},sub")
    project.git("add", "link.py", "pkg")
    project.git("commit", "--quiet", "-m", "odd")
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    for path, kind in {"link.py": "symlink", "pkg": "folder", "sub": "submodule", "link.py/x": "not a folder"}.items():
        made = commit_patch(brought.store, brought.tip, patch=change(path, None, b"x"), message="m\n")
        assert isinstance(made, Unsafe)
        assert kind in made.reason


def test_a_patch_that_changes_nothing_is_refused(brought: Ready) -> None:
    for patch in (Patch(()), change("mod.py", MOD, MOD)):
        assert isinstance(commit_patch(brought.store, brought.tip, patch=patch, message="m\n"), Unsafe)


LONG = b"".join(b"line %d\n" % number for number in range(40))


@pytest.fixture
def long(project: Project, state: Path) -> Ready:
    project.write("long.py", LONG)
    project.commit()
    return ready(parse(str(project.folder), cwd=state), state=state)


def edited(line: int) -> Patch:
    return change("long.py", LONG, LONG.replace(b"line %d\n" % line, b"edited %d\n" % line))


def test_distant_edits_of_one_file_stack(long: Ready) -> None:
    first, second = built(long, edited(3)), built(long, edited(30), name="two")
    top = stack(long.store, first.commit, commit=second.commit)
    assert isinstance(top, Stacked)
    assert body(long, top.commit, "long.py").count(b"edited") == 2
    message = git(long.store.path, "log", "-1", "--format=%B", top.commit).text
    assert dict(trailers(message)) == {"Pyagent-Change": "two", "Pyagent-Proposal": "p-two"}
    assert top == stack(long.store, first.commit, commit=second.commit)


def test_on_its_own_base_a_change_is_its_own_commit(long: Ready) -> None:
    made = built(long, edited(3))
    assert stack(long.store, long.tip, commit=made.commit) == made


def test_a_clash_is_a_conflict_naming_the_file(long: Ready) -> None:
    first, second = built(long, edited(3)), built(long, edited(4), name="two")
    assert stack(long.store, first.commit, commit=second.commit) == Conflict(("long.py",))


def test_a_file_deleted_or_renamed_meanwhile_is_a_conflict(long: Ready) -> None:
    moved = Patch((FileChange("long.py", LONG, None), FileChange("renamed.py", None, LONG)))
    gone = built(long, moved)
    late = built(long, edited(4), name="two").commit
    assert stack(long.store, gone.commit, commit=late) == Conflict(("renamed.py",))
    deleted = built(long, change("long.py", LONG, None), name="three")
    assert stack(long.store, deleted.commit, commit=late) == Conflict(("long.py",))


def test_what_the_tip_holds_already_is_empty(long: Ready) -> None:
    first, same = built(long, edited(3)), built(long, edited(3), name="two")
    assert stack(long.store, first.commit, commit=same.commit) == Empty()


def test_a_change_whose_base_left_the_branch_is_a_conflict(long: Ready) -> None:
    abandoned = built(long, edited(3))
    on_it = built(long, change("mod.py", MOD, b"x = 2\n"), base=abandoned.commit)
    assert stack(long.store, long.tip, commit=on_it.commit) == Conflict(())


def test_a_revert_takes_back_exactly_one_change(long: Ready) -> None:
    first = built(long, edited(3))
    second = stack(long.store, first.commit, commit=built(long, edited(30), name="two").commit)
    assert isinstance(second, Stacked)
    undone = revert_commit(long.store, second.commit, commit=first.commit, reason="It broke a user.")
    assert isinstance(undone, Stacked)
    assert body(long, undone.commit, "long.py") == LONG.replace(b"line 30\n", b"edited 30\n")
    message = git(long.store.path, "log", "-1", "--format=%B", undone.commit).text
    assert message.startswith('Revert "Change one"\n\nIt broke a user.')
    assert dict(trailers(message)) == {"Pyagent-Reverts": "one"}
    assert standing(long.store, since=long.tip, tip=undone.commit) == {"two": second.commit}


def test_a_revert_below_later_work_is_a_conflict_and_twice_is_empty(long: Ready) -> None:
    first = built(long, edited(3))
    later = LONG.replace(b"line 3\n", b"edited again\n")
    top = built(long, change("long.py", edited(3).files[0].after, later), base=first.commit, name="two")
    assert revert_commit(long.store, top.commit, commit=first.commit, reason="r") == Conflict(("long.py",))
    undone = revert_commit(long.store, first.commit, commit=first.commit, reason="r")
    assert isinstance(undone, Stacked)
    assert revert_commit(long.store, undone.commit, commit=first.commit, reason="r") == Empty()
    assert revert_commit(long.store, long.tip, commit=first.commit, reason="r") == Conflict(())


def test_the_local_forge_moves_the_branch_once_and_lists_merges(long: Ready, state: Path) -> None:
    forge, made = LocalForge(state), built(long, edited(3))
    assert forge.tip(long.repository) == long.tip
    assert forge.advance(long.repository, long.tip, made.commit)
    assert not forge.advance(long.repository, long.tip, made.commit)
    assert list(forge.merged(long.repository, long.tip)) == [("one", made.commit)]


def test_a_trailer_counts_only_in_the_last_paragraph() -> None:
    text = "Subject\n\nPyagent-Change: forged\n\nPyagent-Change: real\nPyagent-Proposal: p\n"
    assert list(trailers(text)) == [("Pyagent-Change", "real"), ("Pyagent-Proposal", "p")]


def test_commits_survive_the_operators_garbage_collection(long: Ready) -> None:
    made = built(long, edited(3))
    git(long.store.path, "gc", "--quiet", "--prune=now")
    assert resolve(long.store, made.commit) == made.commit
    assert move(long.store, "refs/heads/main", old=long.tip, new=made.commit, why="test")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["a.py", "b c.py", "d/e.py", "d/ü.py"]), st.none() | st.binary(max_size=40), min_size=1
    )
)
def test_the_committed_tree_is_the_patch_applied(brought: Ready, state: Path, files: dict[str, bytes | None]) -> None:
    present = {path: text for path, text in files.items() if text is not None}
    if not present:
        return
    made = built(brought, Patch(tuple(FileChange(path, None, text) for path, text in sorted(present.items()))))
    tree = export(brought.store, brought.repository, commit=made.commit, cache=state / "trees")
    assert {path: tree.read(path) for path in tree.paths()} == present | {"mod.py": MOD}
