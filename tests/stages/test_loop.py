"""The whole loop on a small real project, by the real command."""

import logging
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pyagent.settings import RepositorySection, Settings
from stages.desk import lay
from stages.loop import Budget, Here
from stages.loop import run as passage
from stages.progress import LogProgress
from stages.wiring import wired
from tests.plugins.command import Pyagent
from tests.plugins.loops import Shell
from tests.plugins.project import Project


def log(state: Path, slug: str) -> list[str]:
    store = state / "stores" / f"{slug}.git"
    done = subprocess.run(
        ["git", "-C", str(store), "log", "--format=%s", "main"], check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def run(pyagent: Pyagent, project: Project, *more: str) -> dict[str, object]:
    done = pyagent("run", str(project.root), "--json", *more)
    assert done.code in {0, 10}, done.err
    return done.json["repositories"][0]


def again(shell: Shell, *more: str) -> dict[str, object]:
    done = shell("run", shell.target, "--json", *more)
    assert done.code in {0, 10}, done.err
    return done.json["repositories"][0]


def test_without_a_ticked_class_nothing_merges(waiting: Shell) -> None:
    row = again(waiting, "--train-now")
    assert row["merged"] == 0
    assert dict(row["statuses"])["queued"] == len(waiting.changes()) >= 4
    assert log(waiting.state, waiting.slug) == ["start"]


def test_with_ticked_classes_proven_changes_merge_as_one_commit_each(pyagent: Pyagent, project: Project) -> None:
    row = run(pyagent, project, "--train-now", "--approve-class", "H,A")
    statuses = dict(row["statuses"])
    subjects = log(pyagent.state, str(row["repository"]))
    assert row["merged"] == statuses["merged"] == len(subjects) - 1 >= 4
    assert statuses["needs-tests"] == 1
    assert Path(str(row["report"])).read_text("utf-8").startswith("<!doctype html>")
    assert project.git("log", "--format=%s") == "start"


def test_below_the_threshold_no_train_departs(waiting: Shell) -> None:
    row = again(waiting, "--approve-class", "H,A")
    assert row["merged"] == 0
    assert dict(row["statuses"])["queued"] >= 4
    assert log(waiting.state, waiting.slug) == ["start"]


def test_a_second_run_adds_only_its_own_asking_start_and_end(merged: Shell) -> None:
    before = merged("audit", "--json").json["facts"]
    row = again(merged, "--train-now", "--approve-class", "H,A")
    assert row["proposals"] == row["merged"] == 0
    assert merged("audit", "--json").json["facts"] == before + 3


def test_stages_one_by_one_end_where_the_run_ends(pyagent: Pyagent, project: Project) -> None:
    for stage in ("ingest", "plan", "propose", "validate", "deliver"):
        done = pyagent(stage, str(project.root), "--json")
        assert done.code == 0, done.err
    pyagent("approve", "--class", "H,A", str(project.root))
    merged = pyagent("merge", str(project.root), "--train-now", "--json").json[0]
    assert merged["merged"] >= 4
    assert pyagent("learn", str(project.root), "--json").json[0]["learnt"] >= 1


def test_a_wish_is_answered(merged: Shell) -> None:
    report = Path(str(again(merged)["report"])).read_text("utf-8")
    assert "Paint everything green" in report
    assert "no-target" in report


def test_one_bad_repository_does_not_stop_the_others(pyagent: Pyagent, project: Project, tmp_path: Path) -> None:
    done = pyagent("run", str(tmp_path / "nowhere"), str(project.root), "--json")
    bad, good = done.json["repositories"]
    assert done.code == bad["exit_code"] == 4
    assert good["queued"] >= 4


def test_a_line_that_diverged_can_start_again_from_upstream(pyagent: Pyagent, project: Project) -> None:
    slug = str(run(pyagent, project, "--train-now", "--approve-class", "H,A")["repository"])
    project.commit({"shapes/new.py": "VALUE = 1\n"}, "upstream work")
    stuck = pyagent("run", str(project.root))
    assert (stuck.code, "--restart-from-upstream" in stuck.err) == (4, True)
    assert pyagent("survey", str(project.root)).code == 4
    assert pyagent("run", str(project.root), "--restart-from-upstream").code in {0, 10}
    assert "upstream work" in log(pyagent.state, slug)


def test_a_run_that_spends_its_budget_still_measures_what_it_merged(pyagent: Pyagent, project: Project) -> None:
    run(pyagent, project, "--train-now", "--approve-class", "H,A", "--proposals", "2")
    store = pyagent.state / "stores"
    tip = subprocess.run(
        ["git", "-C", str(next(store.glob("*.git"))), "rev-parse", "main"], check=True, capture_output=True, text=True
    ).stdout.strip()
    with sqlite3.connect(pyagent.state / "ledger.db") as ledger:
        bodies = [body for (body,) in ledger.execute("select body from journal where kind = 'SurveyTaken'")]
    assert any(tip in body for body in bodies)


class Told(Here):
    """A process that is told to go in its first stage."""

    def stage(self, name: str, act: Callable[[], object]) -> object:
        raise SystemExit(f"told to go in {name}, before {act}")


def test_a_process_that_is_told_to_go_leaves_its_run_to_another(project: Project, tmp_path: Path) -> None:
    progress = LogProgress(logging.getLogger("test"))
    with wired(Settings(), tmp_path / "state", progress=progress, offline=True) as wiring:
        desk = lay(wiring, RepositorySection(target=str(project.root)))
        with pytest.raises(SystemExit):
            passage(wiring, desk, Budget(1, 60.0), train_now=False, conduct=Told())
        (asked,) = wiring.view().due
        assert asked.repository == desk.slug
