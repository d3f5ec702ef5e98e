"""Churn is what git's history says of each path, moves followed."""

from pathlib import Path

from repos.stores.churn import churn
from repos.targets import parse, ready
from tests.repos.git.owner import Project


def counted(project: Project, state: Path, **options: int) -> dict[str, int]:
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    return churn(brought.store, brought.tip, **options)


def test_each_commit_counts_each_file_it_changed(project: Project, state: Path) -> None:
    project.commit(mod="a = 1\n", other="b = 1\n")
    project.commit(mod="a = 2\n")
    project.commit()
    assert counted(project, state) == {"mod.py": 3, "other.py": 1}
    assert counted(project, state, commits=2) == {"mod.py": 1}


def test_a_moved_file_keeps_its_history(project: Project, state: Path) -> None:
    project.commit(mod="a = 2\n")
    project.git("mv", "mod.py", "ümläut name.py")
    project.commit()
    (project.folder / "deep").mkdir()
    project.git("mv", "ümläut name.py", "deep/new.py")
    project.commit()
    project.write("deep/new.py", "a = 3\n")
    project.commit()
    assert counted(project, state) == {"deep/new.py": 5}


def test_a_merge_counts_its_parts_only(project: Project, state: Path) -> None:
    project.git("checkout", "--quiet", "-b", "side")
    project.commit(side="s = 1\n")
    project.git("checkout", "--quiet", "main")
    project.commit(mod="a = 2\n")
    project.git("merge", "--quiet", "--no-edit", "side")
    assert counted(project, state) == {"mod.py": 2, "side.py": 1}
