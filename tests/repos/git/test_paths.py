"""Names from outside: what may be written, what may be changed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repos.stores.paths import folded, is_git_folder, steers_git, why_unchangeable, why_unsafe

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u206a\u206f\ufeff\u00ad"


@given(st.text(max_size=30))
def test_a_safe_path_stays_below_its_folder(path: str) -> None:
    if why_unsafe(path) is None:
        assert os.path.normpath(path) == path
        assert not path.startswith(("/", "../"))


@given(st.lists(st.sampled_from(INVISIBLE), max_size=4), st.sampled_from([".git", ".GIT", ".GiT"]), st.integers(0, 4))
def test_git_is_seen_through_invisible_characters(noise: list[str], name: str, place: int) -> None:
    disguised = name[:place] + "".join(noise) + name[place:]
    assert is_git_folder(disguised)
    assert why_unsafe(f"a/{disguised}/b")


@given(st.text(max_size=20))
def test_what_may_be_changed_may_be_written(path: str) -> None:
    if why_unchangeable(path) is None:
        assert why_unsafe(path) is None
        assert not any(steers_git(part) for part in path.split("/"))


def test_ordinary_names_pass() -> None:
    for path in ("a.py", "src/pkg/__init__.py", "docs/größe.md", "x/git.py", "gitlike/y", ".hidden", "a b"):
        assert why_unchangeable(path) is None


def test_dot_git_files_may_be_exported_but_not_changed() -> None:
    for path in (".gitignore", ".github/x.yml", ".gitlab-ci.yml", ".gitattributes", ".lfsconfig"):
        assert why_unsafe(path) is None
        assert why_unchangeable(path)


def test_folding_follows_the_forgiving_systems() -> None:
    assert folded(".git. . ") == ".git"
    assert folded(".git::$INDEX_ALLOCATION") == ".git"
    assert is_git_folder("GIT~1")
    assert why_unsafe("a/" + "x" * 256)
    assert why_unsafe("a/" * 3000 + "x")


@pytest.mark.parametrize(
    "name",
    ["git~1", "GITMOD~1", "gitatt~2", "gitign~4", "gi7eba~1", ".gitmodules", ".GITATTRIBUTES. .", ".git\u200cmodules"],
)
def test_no_change_touches_a_name_that_any_system_reads_as_gits_own(name: str) -> None:
    assert steers_git(name)
    assert why_unchangeable(f"a/{name}") == "it steers git or the forge"
