"""What the operator may write, and what happens when it cannot be worked on."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.errors import TargetError, UpstreamDeferred
from repos.targets import Kind, Ready, parse, ready
from tests.repos.git.owner import Project

HERE = Path("/somewhere")


def bring(folder: Path | str, state: Path, **wishes: object) -> Ready:
    return ready(parse(str(folder), cwd=HERE), state=state, **wishes)  # type: ignore[arg-type]


def refusal(folder: Path | str, state: Path, **wishes: object) -> str:
    with pytest.raises(TargetError) as caught:
        bring(folder, state, **wishes)
    assert caught.value.exit_code == 4
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "kind", "slug"),
    [
        ("sdist:tomlkit==0.15.2", Kind.SDIST, "tomlkit-0.15.2"),
        ("sdist:Zope.Interface==1!2.0+x", Kind.SDIST, "zope.interface-1-2.0-x"),
        ("https://example.org/a/Proj.git", Kind.URL, "proj-"),
        ("ssh://git@example.org/a/proj", Kind.URL, "proj-"),
        ("git@example.org:a/proj.git", Kind.URL, "proj-"),
        ("file:///srv/proj.git", Kind.URL, "proj-"),
        ("some folder/prøject", Kind.PATH, "prject-"),
        ("/srv/x/日本", Kind.PATH, "repository-"),
    ],
)
def test_three_forms_are_understood(written: str, kind: Kind, slug: str) -> None:
    target = parse(written, cwd=HERE)
    assert target.kind is kind
    assert target.slug.startswith(slug)
    assert target == parse(written, cwd=HERE)


@pytest.mark.parametrize(
    "written",
    [
        "", "  ", "a\nb", "sdist:", "sdist:x", "sdist:x==", "sdist:../x==1", "sdist:x==1 --index-url=y", "http://example.org/x",
        "git://example.org/x", "ext::sh -c id", "ftp://example.org/x", "https://user:secret@example.org/x",
        "https://secret@example.org/x", "ssh://-oProxyCommand=id/x", "file://host/x", "fd::7", "https://[x/",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_remedy(written: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse(written, cwd=HERE)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


@given(st.text(min_size=1, max_size=60))
def test_every_path_gets_a_slug_a_file_system_takes(name: str) -> None:
    try:
        slug = parse(f"/srv/{name}", cwd=HERE).slug
    except TargetError:
        return
    assert slug.isascii()
    assert "/" not in slug
    assert slug.strip(".-_") == slug
    assert len(slug) <= 64


def test_a_slug_may_be_given_but_not_any_text() -> None:
    assert parse("/x", cwd=HERE, slug="mine").slug == "mine"
    with pytest.raises(TargetError, match="cannot name"):
        parse("/x", cwd=HERE, slug="../mine")


def test_two_folders_of_one_name_do_not_share_a_store() -> None:
    assert parse("/a/x", cwd=HERE).slug != parse("/b/x", cwd=HERE).slug


def test_a_folder_is_followed_at_its_head(project: Project, state: Path) -> None:
    brought = bring(project.folder, state)
    assert brought.tip == project.git("rev-parse", "HEAD")
    assert (brought.repository.branch, brought.notes) == ("main", ())


def test_a_folder_that_is_not_there(tmp_path: Path, state: Path) -> None:
    assert "no folder" in refusal(tmp_path / "nowhere", state)


def test_a_folder_that_is_no_repository(tmp_path: Path, state: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "git init" in refusal(tmp_path / "plain", state)


def test_a_folder_inside_a_repository_names_its_root(project: Project, state: Path) -> None:
    project.write("sub/x.py", "")
    assert f"Give {project.folder} itself" in refusal(project.folder / "sub", state)


def test_a_broken_repository(tmp_path: Path, state: Path) -> None:
    (tmp_path / "broken" / ".git").mkdir(parents=True)
    assert "cannot be read" in refusal(tmp_path / "broken", state)


def test_a_repository_without_commits(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    Project(folder).git("init", "--quiet")
    assert "no commits" in refusal(folder, state)


def test_a_detached_head_asks_for_a_branch(project: Project, state: Path) -> None:
    project.git("checkout", "--quiet", "--detach")
    assert "--branch: main" in refusal(project.folder, state)
    assert bring(project.folder, state, branch="main").repository.branch == "main"


def test_an_unknown_branch_offers_the_near_one(project: Project, state: Path) -> None:
    assert "Did you mean main?" in refusal(project.folder, state, branch="mian")
    assert "It has: main" in refusal(project.folder, state, branch="release/9")


def test_a_dirty_tree_is_a_note_and_head_is_used(project: Project, state: Path) -> None:
    project.write("mod.py", "changed = True\n")
    project.write("untracked.py", "")
    brought = bring(project.folder, state)
    assert "1 files have uncommitted changes" in brought.notes[0]
    assert brought.tip == project.git("rev-parse", "HEAD")
    assert (project.folder / "mod.py").read_text() == "changed = True\n"


def test_submodules_are_a_note(project: Project, state: Path) -> None:
    head = project.git("rev-parse", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    project.git("commit", "--quiet", "-m", "submodule")
    assert "without its submodules: vendored" in bring(project.folder, state).notes[-1]


def test_spaces_and_unicode_in_paths_work(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "mein Projekt é:日本"
    folder.mkdir()
    project = Project(folder)
    project.git("init", "--quiet")
    head = project.commit(**{"zwei wörter": "x = 1\n"})
    assert bring(folder, state).tip == head


def test_a_bare_repository_and_a_linked_worktree_work(project: Project, tmp_path: Path, state: Path) -> None:
    project.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    project.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert bring(tmp_path / "bare.git", state).tip == bring(tmp_path / "side", state).tip
    assert bring(tmp_path / "side", state).repository.branch == "side"


def test_a_shallow_clone_works(project: Project, tmp_path: Path, state: Path) -> None:
    head = project.commit(other="x = 1\n")
    project.git("clone", "--quiet", "--depth=1", f"file://{project.folder}", str(tmp_path / "shallow"))
    assert bring(tmp_path / "shallow", state).tip == head


def test_a_url_target_offline_uses_what_was_fetched(project: Project, state: Path) -> None:
    url = f"file://{project.folder}"
    first = bring(url, state)
    assert bring(url, state, offline=True).tip == first.tip


def test_a_server_that_is_away_is_deferred(state: Path) -> None:
    with pytest.raises(UpstreamDeferred) as caught:
        bring("https://127.0.0.1:1/x.git", state)
    assert caught.value.exit_code == 6
    with pytest.raises(UpstreamDeferred, match="never fetched"):
        bring("https://127.0.0.1:1/x.git", state, offline=True)


def test_a_target_gone_later_says_so(project: Project, state: Path) -> None:
    bring(project.folder, state)
    shutil.rmtree(project.folder)
    assert "no folder" in refusal(project.folder, state)
