from dataclasses import replace
from pathlib import Path

from pyagent.model import Answer
from repos.gates.origin import judge, module_names
from tests.repos.gates.workshop import run, trial


def judged(tmp_path: Path, *modules: tuple[str, str]) -> tuple[Answer, str]:
    files = {"pkg/mod.py": b"a = 1\n", "pkg/other.py": b"a = 1\n"}
    offered = trial(tmp_path, files, dict.fromkeys(files, b"a = 2\n"))
    verdict = judge(replace(offered, candidate_run=run({"t": "passed"}, modules=modules)))
    return verdict.answer, verdict.reason


def test_a_changed_module_from_the_work_copy_passes(tmp_path: Path) -> None:
    answer, reason = judged(tmp_path, ("pkg.mod", "/work/pkg/mod.py"), ("json", "/usr/lib/python3/json/__init__.py"))
    assert (answer, reason) == (
        Answer.PASSED,
        "the tests loaded 1 of 2 changed modules from the work copy, none from elsewhere",
    )


def test_a_changed_module_from_site_packages_fails(tmp_path: Path) -> None:
    strays = ("pkg.mod", "/env/lib/python3.11/site-packages/pkg/mod.py")
    assert judged(tmp_path, strays)[0] is Answer.FAILED
    assert "other code: pkg.mod" in judged(tmp_path, ("pkg.other", "/work/pkg/other.py"), strays)[1]


def test_no_changed_module_loaded_fails(tmp_path: Path) -> None:
    assert judged(tmp_path, ("pkg", "/work/pkg/__init__.py"))[0] is Answer.FAILED


def test_without_a_candidate_run_the_gate_is_skipped(tmp_path: Path) -> None:
    assert judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": b"a = 1\n"})).answer is Answer.SKIPPED


def test_names_follow_every_import_root() -> None:
    assert module_names("src/pkg/__init__.py", (".", "src")) == ("src.pkg", "pkg")
    assert module_names("pkg/mod.py", ("src",)) == ()
