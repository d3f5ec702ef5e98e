"""The generated pages match the code, and the check that says so can fail."""

from pathlib import Path

import pytest

from cli.kinds import KINDS
from cli.main import VERBS
from cli.reference import commands_page, findings_page, gates_page, main, settings_page
from pyagent.settings import PolicySection
from repos.gates.ladder import LADDER
from tests.plugins.command import ROOT


def test_the_pages_in_docs_match_the_code() -> None:
    assert main(["--check", str(ROOT / "docs")]) == 0


def test_a_stale_page_fails_the_check_and_is_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(tmp_path)]) == 1
    assert "run `make docs`" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0


def test_every_gate_says_what_it_asks_costs_and_cannot_see() -> None:
    rows = [line.split(" | ") for line in gates_page().splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == [f"| `{name}`" for name, _ in LADDER]
    assert all(len(row) == 5 and all(part.strip(" |") for part in row) for row in rows), rows


def test_every_verb_every_setting_and_every_finding_has_its_place() -> None:
    assert all(f"| `{kind}` |" in findings_page() for kind in KINDS)
    assert all(f"## `pyagent {verb}`" in commands_page() for verb in VERBS)
    assert all(f"| `{name}` |" in settings_page() for name in PolicySection.model_fields)
