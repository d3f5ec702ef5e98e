from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, Verdict
from pyagent.sandbox.bubblewrap import WORK
from repos.gates import loaded, origin
from repos.gates.origin import module_names
from repos.gates.trial import Trial
from tests.repos.gates.workshop import run, trial


def judged(
    tmp_path: Path, *modules: tuple[str, str], judge: Callable[[Trial], Verdict] = origin.judge
) -> tuple[Answer, str]:
    files = {"pkg/mod.py": b"a = 1\n", "pkg/other.py": b"a = 1\n"}
    offered = trial(tmp_path, files, dict.fromkeys(files, b"a = 2\n"))
    verdict = judge(replace(offered, candidate_run=run({"t": "passed"}, modules=modules)))
    return verdict.answer, verdict.reason


def test_a_changed_module_from_the_work_copy_passes(tmp_path: Path) -> None:
    answer, reason = judged(tmp_path, ("pkg.mod", f"{WORK}/pkg/mod.py"), ("json", "/usr/lib/python3/json/__init__.py"))
    assert (answer, reason) == (Answer.PASSED, "no changed module was loaded from outside the work copy")


def test_a_changed_module_from_site_packages_fails(tmp_path: Path) -> None:
    strays = ("pkg.mod", "/env/lib/python3.11/site-packages/pkg/mod.py")
    assert judged(tmp_path, strays)[0] is Answer.FAILED
    assert "other code: pkg.mod" in judged(tmp_path, ("pkg.other", f"{WORK}/pkg/other.py"), strays)[1]


def test_no_changed_module_loaded_fails(tmp_path: Path) -> None:
    assert judged(tmp_path, ("pkg", f"{WORK}/pkg/__init__.py"), judge=loaded.judge)[0] is Answer.FAILED
    answer, reason = judged(tmp_path, ("pkg.mod", f"{WORK}/pkg/mod.py"), judge=loaded.judge)
    assert (answer, reason) == (Answer.PASSED, "the tests loaded 1 of 2 changed modules")


@pytest.mark.parametrize("judge", [origin.judge, loaded.judge])
def test_without_a_candidate_run_the_gate_is_skipped(tmp_path: Path, judge: Callable[[Trial], Verdict]) -> None:
    assert judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": b"a = 1\n"})).answer is Answer.SKIPPED


def test_names_follow_every_import_root() -> None:
    assert module_names("src/pkg/__init__.py", (".", "src")) == ("src.pkg", "pkg")
    assert module_names("pkg/mod.py", ("src",)) == ()
