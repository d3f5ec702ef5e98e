"""Churn is what git's history says of each path, moves followed."""

import io
import tarfile
from pathlib import Path

from repos.stores.churn import churn
from repos.stores.imports import import_release
from repos.stores.store import open_store
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


def test_what_we_wrote_ourselves_does_not_count(project: Project, state: Path) -> None:
    (project.folder / "mod.py").write_text("a = 2\n")
    project.git("commit", "--quiet", "-am", "Simplify\n\nPyagent-Change: abc")
    assert counted(project, state) == {"mod.py": 1}


def test_an_imported_release_has_no_churn(tmp_path: Path) -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as archive:
        member = tarfile.TarInfo("demo-1.0/demo.py")
        archive.addfile(member, io.BytesIO())
    store = open_store(tmp_path, "demo")
    packed = body.getvalue()
    commit, _ = import_release(store, title="demo 1.0", filename="demo-1.0.tar.gz", sha256="0" * 64, body=packed)
    assert churn(store, commit) == {}
