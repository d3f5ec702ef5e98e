"""The exam of the gates in its short form, and proof that its own bars can be missed."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.falsify import whole
from bench.falsify.exam import LEAST_FAULTS, LEAST_HONEST, verdict
from bench.falsify.projects import BEDS, RESERVES, drawn
from bench.falsify.rows import Row, append, read
from bench.falsify.telling import told
from repos.gates.trial import GATE_SET
from tests.plugins.project import Project

ROOT = Path(__file__).parents[2]
ROW = Row(
    project="p==1", id="a", route="guard-clause", fault="off-by-one", change_class="A", path="p.py", name="f", line=3,
    wrong="2", covered=0.95, executed="passed", status="failed", gate="tests", reason="tests: 1 lost",
    suite_alone="failed", not_checked=(), cpu_seconds=1.0, gate_set=GATE_SET,
)  # fmt: skip


@pytest.mark.slow
def test_the_exam_judges_faults_and_honest_changes_and_goes_on_where_it_ended(
    project: Project, tmp_path: Path, folder_index: Path
) -> None:
    assert folder_index.is_dir()
    exam = [
        sys.executable,
        "bench/falsify/exam.py",
        str(project.root),
        "--state",
        str(tmp_path / "state"),
        "--seed",
        "5",
    ]
    done = subprocess.run(
        [*exam, "--faults", "12", "--honest", "3"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    rows = read(tmp_path / "state" / "exam.jsonl")
    wrong, honest = ([row for row in rows if bool(row.fault) is side] for side in (True, False))
    assert done.returncode == 2, done.stdout + done.stderr
    assert 0 < len(wrong) <= 12
    assert len(honest) == 3
    assert any(row.accepted for row in honest)
    assert not any(row.status == "failed" for row in honest)
    # What the suite says of each, whichever cheaper gate stops it first: a dropped return is the linter's.
    assert sum(row.suite_alone == "failed" for row in wrong) >= 3
    assert any(row.gate == "tests" for row in wrong)
    assert {row.suite_alone for row in wrong} <= {"passed", "failed"}
    again = subprocess.run(
        [*exam, "--faults", "12", "--honest", "3"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert again.returncode == 2
    assert read(tmp_path / "state" / "exam.jsonl") == rows


def test_the_order_follows_the_seed_and_holds_every_bed() -> None:
    order = drawn(5, 12)
    assert order == drawn(5, 12) != drawn(6, 12)
    assert set(BEDS) < set(order)
    assert len(order) == len(BEDS) + 12
    assert len(set(RESERVES)) >= 25


def test_a_line_cut_short_by_a_kill_is_judged_again(tmp_path: Path) -> None:
    out = tmp_path / "exam.jsonl"
    append(out, ROW)
    with out.open("a") as half:
        half.write('{"project": "p==1", "id": "b"')
    append(out, replace(ROW, id="c"))
    assert [row.id for row in read(out)] == ["a", "c"]


def test_what_other_gates_judged_does_not_count(tmp_path: Path) -> None:
    out = tmp_path / "exam.jsonl"
    for row in (replace(ROW, gate_set="1"), replace(ROW, gate_set="1", id="b"), ROW):
        append(out, row)
    assert read(out) == (ROW,)


def many(faults: int = LEAST_FAULTS, passing: int = 0, honest: int = LEAST_HONEST, alarms: int = 0) -> list[Row]:
    wrong = [replace(ROW, id=f"w{n}", status="proposed" if n < passing else "failed") for n in range(faults)]
    good = [replace(ROW, id=f"h{n}", fault="", status="failed" if n < alarms else "proposed") for n in range(honest)]
    return [*wrong, *good]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (many(), 0),
        (many(passing=10, alarms=2), 0),
        (many(passing=11), 1),
        (many(alarms=3), 1),
        ([replace(row, dearer=True) if not row.fault else row for row in many(alarms=3)], 1),
        ([row if row.fault else replace(row, status="needs-tests") for row in many()], 1),
        (many(faults=LEAST_FAULTS - 1), 2),
        (many(honest=LEAST_HONEST - 1), 2),
    ],
)
def test_the_bars_can_be_missed(rows: list[Row], code: int) -> None:
    assert verdict(rows, frozenset()) == code


def test_an_accepted_fault_counts_unless_its_equivalence_is_argued() -> None:
    rows = many(passing=11)
    assert verdict([*rows, replace(ROW, id="one more")], frozenset({"w0"})) == 0
    lines = "\n".join(told(rows, {"w0": "the value is never read"}))
    assert "ACCEPTED w1 " in lines
    assert "ACCEPTED w0 " not in lines
    assert "besides 1 that change nothing" in lines


def test_every_survivor_and_every_false_alarm_is_named_with_its_place() -> None:
    lines = "\n".join(told([replace(ROW, status="proposed"), replace(ROW, id="h", fault="")], {}))
    assert "ACCEPTED a p==1 p.py:3 f [guard-clause]" in lines
    assert "ALARM h p==1 p.py f" in lines
    assert "covered 90-99 %" in lines


def test_the_whole_exam_is_as_bad_as_its_worst_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fine.py").write_text("")
    (tmp_path / "bad.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(whole, "HERE", tmp_path)
    monkeypatch.setattr(whole, "PARTS", {"fine": "fine.py", "bad": "bad.py", "missing": "missing.py"})
    assert [whole.main([name]) for name in ("fine", "bad", "missing", "unknown")] == [0, 1, 1, 2]
    assert whole.main([]) == 1
