from collections.abc import Callable, Mapping
from shlex import split
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repos.suites.pytest_settings import kept, settings

Make = Callable[[Mapping[str, str]], Any]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("pytest.toml", "[pytest]\naddopts = ['-k', 'a b']"),
        (".pytest.ini", "[pytest]\naddopts = -k 'a b'"),
        ("pytest.ini", "[pytest]\naddopts = -k 'a b'"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-k \"a b\"'"),
        ("pyproject.toml", "[tool.pytest]\naddopts = ['-k', 'a b']"),
        ("tox.ini", "[pytest]\naddopts = -k 'a b'"),
        ("setup.cfg", "[tool:pytest]\naddopts = -k 'a b'"),
    ],
)
def test_every_place_pytest_reads_is_read(tree: Make, path: str, body: str) -> None:
    found = settings(tree({path: body}))
    assert found is not None
    assert (found.source, found.addopts) == (path, ("-k", "a b"))


def test_an_ini_file_of_pytest_counts_even_when_empty(tree: Make) -> None:
    found = settings(tree({"pytest.ini": "", "setup.cfg": "[tool:pytest]\naddopts=-v\n"}))
    assert found is not None
    assert found.addopts == ()


def test_trees_without_a_section_have_no_settings(tree: Make) -> None:
    assert settings(tree({"pyproject.toml": "[[[", "setup.cfg": "broken"})) is None


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("--cov=x --cov-report term -n auto -n4 -x -vv -ra --tb=short --junitxml=r.xml", ""),
        ("--doctest-modules -m 'not slow' --strict-markers", "--doctest-modules -m 'not slow' --strict-markers"),
        ("-p no:cov -p xdist -p plugin.mine", "-p no:cov -p plugin.mine"),
        ("--timeout 30 --maxfail=1 tests", "tests"),
        ("-W error::x --import-mode=importlib", "-W error::x --import-mode=importlib"),
    ],
)
def test_options_that_decide_nothing_are_left_out(written: str, left: str) -> None:
    assert kept(split(written)) == tuple(split(left))


@given(st.lists(st.text(max_size=8)))
def test_filtering_twice_is_filtering_once(words: list[str]) -> None:
    once = kept(words)
    assert kept(once) == once


@given(st.lists(st.from_regex(r"[a-z/]{1,8}", fullmatch=True)))
def test_plain_words_are_never_lost(words: list[str]) -> None:
    assert kept(words) == tuple(words)
