"""The vector exams in their short form, and proof that their traps are live."""

from pathlib import Path

import pytest

from bench.falsify import git_vectors, python_vectors
from bench.falsify.git_plants import PLANTS, planted, template

SEED = 20261120


@pytest.mark.slow
def test_hostile_repositories_run_nothing_through_us(tmp_path: Path) -> None:
    grid = git_vectors.exam(tmp_path, git_vectors.sampled(2, SEED), verbs=False)
    assert not grid.fired
    assert not grid.broke
    assert grid.tried == 2 * len(git_vectors.LIBRARY)


@pytest.mark.parametrize("name", ["core.fsmonitor", "gitfile", "hook pre-commit"])
def test_a_trap_springs_under_plain_git(tmp_path: Path, name: str) -> None:
    victim = planted(template(tmp_path / "model"), tmp_path / "one", name)[name]
    assert git_vectors._careless(victim)


def test_a_breach_is_seen_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(stand: git_vectors.Stand) -> None:
        git_vectors.ordinary(stand.root, "status")

    monkeypatch.setattr(git_vectors, "LIBRARY", {"careless": careless})
    grid = git_vectors.exam(tmp_path, ("core.fsmonitor",), verbs=False)
    assert grid.fired == {("core.fsmonitor", "careless")}


def test_there_are_more_vectors_and_commands_than_were_asked_for() -> None:
    assert len(PLANTS) >= 41
    assert len(git_vectors.LIBRARY) + len(git_vectors.VERBS) >= 13
    assert len(python_vectors.VECTORS) >= 12


@pytest.mark.slow
def test_files_of_a_target_run_nothing_on_the_host(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    fired, unwell = python_vectors.through_us(tmp_path, ("inputs", "gates alone"))
    assert fired == {"inputs": (), "gates alone": ()}
    assert not unwell


@pytest.mark.parametrize("name", ["setup.py", ".pth"])
def test_a_python_trap_springs_under_its_own_tool(tmp_path: Path, name: str) -> None:
    assert python_vectors.careless(tmp_path / "one", name)
