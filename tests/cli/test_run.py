"""`pyagent run`: its table, its document, how it is stopped, how its result is taken over."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.plugins.command import ROOT
from tests.plugins.loops import Loops, Shell
from tests.plugins.project import Project


def started(shell: Shell, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "cli", "--state", str(shell.state), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def talked(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stderr is not None
    assert any(word in line for line in process.stderr), "it ended before"


def test_the_table_says_what_happened_and_what_to_do(loops: Loops) -> None:
    out = (loops.waiting / "out").read_text("utf-8")
    for word in ("0: a person's yes is missing for", "functions > 25", "proposals", "needs-tests", "sandbox", "full"):
        assert word in out
    assert "approve --class H,A shapes-" in out
    assert "nothing: no class is ticked" in out
    assert "project         1 unused definition, 4 definitions used by tests only" in out
    assert "take it over" not in out


def test_the_table_of_a_merge_names_who_let_it_and_how_to_take_it(loops: Loops) -> None:
    out = (loops.merged / "out").read_text("utf-8")
    assert "validated changes, one commit each" in out
    assert "(--approve-class)" in out
    assert f"git pull {loops.merged / 'state' / 'stores'}/shapes-" in out
    assert str(loops.merged / "report.html") in out


def test_talk_without_a_terminal_is_lines_of_stage_and_count(loops: Loops) -> None:
    lines = (loops.waiting / "err").read_text("utf-8").splitlines()
    assert {line.partition(":")[0] for line in lines} == {"survey", "ground", "propose", "validate"}
    assert lines[-1].startswith("validate: 5/5")


def test_the_command_shown_brings_the_merged_changes_over(merged: Shell, tmp_path: Path) -> None:
    row = merged("run", merged.slug, "--quiet", "--json").json["repositories"][0]
    clone = Project(tmp_path / "clone")
    subprocess.run(["git", "clone", "--quiet", merged.target, str(clone.root)], check=True)
    subprocess.run(row["take_over"].split(), cwd=clone.root, check=True, capture_output=True)
    assert clone.git("rev-parse", "HEAD") == row["after"]
    assert row["store"] in row["take_over"]


def test_a_run_with_nothing_new_says_why_nothing_merged(merged: Shell) -> None:
    ended = merged("run", merged.slug, "--quiet")
    assert ended.code == 0
    assert "0: no ticket was left to try (4 merged, 1 needs-tests)" in ended.out


def test_waiting_for_the_threshold_is_no_case_for_a_person(waiting: Shell) -> None:
    ended = waiting("run", waiting.slug, "--quiet", "--approve-class", "H,A")
    assert (ended.code, "0: 4 of 50 proven changes wait" in ended.out) == (0, True)
    assert "to merge 4 changes now instead of at 50" in ended.out


def test_a_class_nobody_ticked_still_needs_a_person(waiting: Shell) -> None:
    ended = waiting("run", waiting.slug, "--quiet", "--json", "--approve-class", "H", "--train-now")
    row = ended.json["repositories"][0]
    assert (ended.code, row["merged"], dict(row["statuses"])["queued"]) == (10, 1, 3)


def test_a_paused_run_merges_nothing_and_asks_for_a_person(waiting: Shell) -> None:
    waiting("pause", waiting.slug)
    ended = waiting("run", waiting.slug, "--quiet", "--approve-class", "H,A", "--train-now")
    assert (ended.code, "0: merging is paused" in ended.out, f"resume {waiting.slug}" in ended.out) == (10, True, True)


def test_pausing_stops_a_train_under_way(waiting: Shell) -> None:
    waiting("approve", "--class", "H,A", waiting.slug)
    train = started(waiting, "merge", "--train-now")
    talked(train, "ground: 2 to do")
    assert waiting("pause").code == 0
    out, _ = train.communicate(timeout=120)
    assert "merging is paused" in out
    assert len(waiting.changes()) == 4


def test_ctrl_c_loses_nothing_and_the_same_command_goes_on(waiting: Shell) -> None:
    waiting("approve", "--class", "H,A", waiting.slug)
    run = started(waiting, "run", waiting.slug, "--train-now")
    talked(run, "ground: 2 to do")
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert (run.returncode, out) == (130, "")
    assert "interrupted: nothing is lost" in err
    assert waiting("audit").code == 0
    assert waiting("merge", "--train-now", "--json").json[0]["merged"] == 4


def test_one_repository_that_cannot_be_worked_on_leaves_the_others(waiting: Shell, tmp_path: Path) -> None:
    ended = waiting("run", str(tmp_path / "nowhere"), waiting.slug, "--quiet")
    assert ended.code == 4
    assert "not worked on" in ended.out
    assert "a person's yes is missing" in ended.out


def test_nothing_to_run_on_says_so(fresh: Shell) -> None:
    assert (fresh("run").code, "nothing to run on" in fresh("run").err) == (2, True)
