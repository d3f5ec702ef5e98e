"""Every kind of bad input, by the real command: one clear message, the documented exit code, nothing lost."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.command import LEAN, ROOT, Pyagent
from tests.plugins.project import FILES, Project, new_project

PACKAGE = {name: body for name, body in FILES.items() if name.startswith("shapes/")}
TESTS = {"tests/test_shapes.py": FILES["tests/test_shapes.py"]}


def repository(tmp_path: Path, files: dict[str, str | bytes], name: str = "target") -> Project:
    return new_project(tmp_path / name, files)


def complaint(pyagent: Pyagent, code: int, *arguments: str) -> str:
    done = pyagent(*arguments)
    assert done.code == code, done.out + done.err
    assert "Traceback" not in done.err
    return done.err


def test_not_a_repository(pyagent: Pyagent, tmp_path: Path) -> None:
    assert "is not a git repository" in complaint(pyagent, 4, "run", str(tmp_path))


def test_a_folder_that_is_not_there(pyagent: Pyagent, tmp_path: Path) -> None:
    assert "There is no folder" in complaint(pyagent, 4, "survey", str(tmp_path / "nowhere"))


def test_an_empty_repository(pyagent: Pyagent, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "empty")], check=True)
    assert "has no commits" in complaint(pyagent, 4, "run", str(tmp_path / "empty"))


def test_no_python(pyagent: Pyagent, tmp_path: Path) -> None:
    target = repository(tmp_path, {"README.md": "hello\n"})
    assert "no Python" in complaint(pyagent, 4, "run", str(target.root))


def test_no_tests(pyagent: Pyagent, tmp_path: Path) -> None:
    target = repository(tmp_path, dict(PACKAGE))
    assert "has no tests that run here" in complaint(pyagent, 4, "run", str(target.root))
    assert pyagent("survey", str(target.root)).code == 0


def test_tests_that_fail_on_base_are_quarantined_and_reported(pyagent: Pyagent, tmp_path: Path) -> None:
    broken = {"tests/test_broken.py": "def test_broken():\n    assert False\n"}
    target = repository(tmp_path, {**PACKAGE, **TESTS, **broken})
    done = pyagent("run", str(target.root), "--json", "--approve-class", "H,A", "--train-now")
    row = done.json["repositories"][0]
    assert row["merged"] >= 3
    assert "test_broken" in Path(row["report"]).read_text("utf-8")


def test_a_suite_that_fails_whole_judges_nothing(pyagent: Pyagent, tmp_path: Path) -> None:
    target = repository(tmp_path, {**PACKAGE, "tests/test_red.py": "def test_red():\n    assert False\n"})
    assert "none passed" in complaint(pyagent, 4, "run", str(target.root))


def test_a_suite_that_hangs_is_stopped_and_named(
    pyagent: Pyagent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYAGENT__SANDBOX__WALL_SECONDS", "8")
    hang = "import time\n\n\ndef test_hang():\n    time.sleep(600)\n"
    target = repository(tmp_path, {**PACKAGE, "tests/test_hang.py": hang})
    assert "test_hang did not end" in complaint(pyagent, 4, "run", str(target.root))


def test_broken_syntax_in_some_files_leaves_the_others(pyagent: Pyagent, tmp_path: Path) -> None:
    target = repository(tmp_path, {**PACKAGE, **TESTS, "shapes/broken.py": "def broken(:\n"})
    survey = pyagent("survey", str(target.root), "--json").json
    assert {problem["path"] for problem in survey["problems"]} == {"shapes/broken.py"}
    done = pyagent("run", str(target.root), "--json", "--approve-class", "H,A", "--train-now")
    assert done.json["repositories"][0]["merged"] >= 3


def test_bom_and_other_encodings_are_read(pyagent: Pyagent, tmp_path: Path) -> None:
    odd: dict[str, str | bytes] = {
        "shapes/bom.py": b"\xef\xbb\xbfdef bom():\n    return 1\n",
        "shapes/latin.py": "# coding: latin-1\ndef latin():\n    return '\u00e9'\n".encode("latin-1"),
        "shapes/noise.py": b"\xff\xfe\x00broken",
    }
    target = repository(tmp_path, {**PACKAGE, **TESTS, **odd})
    survey = pyagent("survey", str(target.root), "--json").json
    assert {"bom", "latin"} <= {function["name"] for function in survey["functions"]}
    assert {problem["path"] for problem in survey["problems"]} == {"shapes/noise.py"}
    assert pyagent("run", str(target.root)).code == 10


def test_no_pyproject(pyagent: Pyagent, tmp_path: Path) -> None:
    target = repository(tmp_path, {**PACKAGE, **TESTS})
    assert pyagent("run", str(target.root)).code == 10


def test_requires_python_above_ours(pyagent: Pyagent, tmp_path: Path) -> None:
    future = {"pyproject.toml": '[project]\nname = "shapes"\nversion = "1"\nrequires-python = ">=3.99"\n'}
    target = repository(tmp_path, {**PACKAGE, **TESTS, **future})
    assert "3.99" in complaint(pyagent, 4, "run", str(target.root))


def test_a_dirty_tree_is_left_alone_and_said(pyagent: Pyagent, project: Project) -> None:
    project.write({"shapes/area.py": "broken ("})
    done = pyagent("survey", str(project.root))
    assert done.code == 0
    assert "uncommitted changes" in done.err
    assert (project.root / "shapes/area.py").read_text("utf-8") == "broken ("


def test_a_detached_head_asks_for_a_branch(pyagent: Pyagent, project: Project) -> None:
    project.git("checkout", "--quiet", "--detach")
    assert "--branch" in complaint(pyagent, 4, "survey", str(project.root))
    assert pyagent("survey", str(project.root), "--branch", "main").code == 0


def test_submodules_are_left_out_and_said(pyagent: Pyagent, project: Project) -> None:
    commit = project.git("rev-parse", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},inner")
    project.git("commit", "--quiet", "-m", "submodule")
    done = pyagent("survey", str(project.root))
    assert (done.code, "without its submodules: inner" in done.err) == (0, True)


def test_spaces_and_unicode_in_paths(pyagent: Pyagent, tmp_path: Path) -> None:
    odd = {"shapes/m\u00fcll \u03c0.py": FILES["shapes/area.py"]}
    target = repository(tmp_path, {**PACKAGE, **TESTS, **odd}, name="ein Ordner \u00e4\u00f6\u00fc")
    done = pyagent("run", str(target.root), "--json", "--approve-class", "H,A", "--train-now")
    assert done.json["repositories"][0]["merged"] >= 3, done.err


def test_an_unreachable_index_defers(pyagent: Pyagent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    assert "did not answer" in complaint(pyagent, 6, "survey", "sdist:tomlkit==0.15.2")


def test_offline_and_never_fetched(pyagent: Pyagent) -> None:
    assert "--offline" in complaint(pyagent, 6, "survey", "sdist:tomlkit==0.15.2", "--offline")


def test_a_full_disk_loses_nothing(project: Project, folder_index: Path, tmp_path: Path) -> None:
    assert folder_index.is_dir()
    state = tmp_path / "small"
    state.mkdir()
    command = f"{sys.executable} -m cli --quiet --state {state} run {project.root} --approve-class H,A --train-now"
    small = (
        f"mount -t tmpfs -o size=700k none {state} && {command}; code=$?;"
        f" mount -o remount,size=200m {state}; {command} >&2; echo $code $?"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", small],
        cwd=ROOT,
        env={**os.environ, **LEAN},
        capture_output=True,
        text=True,
        check=False,
    )
    first, second = done.stdout.split()[-2:]
    assert first in {"5", "7"}, done.stdout + done.stderr
    assert second == "0", done.stderr
    assert "Traceback" not in done.stderr


def test_state_of_a_newer_version(pyagent: Pyagent, project: Project) -> None:
    pyagent("survey", str(project.root))
    with sqlite3.connect(pyagent.state / "ledger.db") as ledger:
        ledger.execute("update ledger_schema set version_num = '9999'")
    assert "newer" in complaint(pyagent, 7, "status")


def test_a_damaged_ledger(pyagent: Pyagent, project: Project) -> None:
    pyagent("survey", str(project.root))
    ledger = pyagent.state / "ledger.db"
    for path in (ledger, ledger.with_name("ledger.db-wal")):
        path.write_bytes(b"this is no database" * 500)
    assert "ledger.db" in complaint(pyagent, 7, "status")


def test_wrong_types_in_the_configuration(pyagent: Pyagent, tmp_path: Path) -> None:
    path = tmp_path / "pyagent.toml"
    path.write_text('[policy.default]\nthreshold = "soon"\n', "utf-8")
    assert "policy.default.threshold" in complaint(pyagent, 3, "status", "--config", str(path))


def test_an_unknown_verb_is_wrong_usage(pyagent: Pyagent) -> None:
    assert complaint(pyagent, 2, "runn")


def test_nothing_to_run_on(pyagent: Pyagent) -> None:
    assert "nothing to run on" in complaint(pyagent, 2, "run")


def test_offline_works_once_cached(pyagent: Pyagent, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pyagent("run", str(project.root)).code == 10
    project.commit({"shapes/more.py": FILES["shapes/area.py"]})
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    command = ["unshare", "-n", sys.executable, "-m", "cli", "--state", str(pyagent.state), "--quiet", "run"]
    done = subprocess.run(
        [*command, str(project.root), "--offline"],
        cwd=ROOT,
        env={**os.environ, **LEAN},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 10, done.stderr
