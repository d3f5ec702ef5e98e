"""The loop with its ledger on PostgreSQL ends as it does on SQLite."""

from pathlib import Path

import pytest

from tests.plugins.command import Pyagent
from tests.plugins.loops import Loops, Shell
from tests.plugins.postgres import postgres_server
from tests.plugins.project import Project


def test_a_run_ends_like_on_sqlite(
    project: Project, tmp_path: Path, loops: Loops, merged: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyagent = Pyagent(tmp_path / "beside-postgres")
    like = merged("run", merged.slug, "--quiet", "--json").json["repositories"][0]
    with postgres_server() as server:
        monkeypatch.setenv("PYAGENT__PYAGENT__STORAGE", server.new_ledger())
        ended = pyagent("run", str(project.root), "--approve-class", "H,A", "--train-now", "--json")
        assert "postgresql" in pyagent("db", "migrate").out
        assert pyagent("audit").code == 0
    row = ended.json["repositories"][0]
    assert (ended.code, row["statuses"], row["merged"]) == (0, like["statuses"], dict(like["statuses"])["merged"])
    assert not list(pyagent.state.glob("ledger.db*"))
    assert changes(Path(row["report"])) == changes(loops.merged / "report.html")


def changes(report: Path) -> int:
    return report.read_text("utf-8").count("<details id=")
