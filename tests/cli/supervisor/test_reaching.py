"""`up` on PostgreSQL whose databases, rights or server are not there: said before anything starts."""

import psycopg
import pytest

from cli.supervisor.reaching import reach
from pyagent.errors import EnvironmentFault
from tests.plugins.command import Pyagent
from tests.plugins.postgres import postgres_server


def test_what_is_missing_is_named_with_what_to_do(pyagent: Pyagent, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_server() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            for name in ("pyagent", "prefect"):
                connection.execute(f"CREATE DATABASE {name}".encode())
        reach(server.url("pyagent"), ["prefect"])
        monkeypatch.setenv("PYAGENT__PYAGENT__STORAGE", server.url("pyagent"))
        ended = pyagent("up", "--headless")
        assert ended.code == 5
        assert "The database dagster, beside the ledger's, cannot be opened: " in ended.err
        assert "CREATE DATABASE dagster" in ended.err
        assert not (pyagent.state / "logs").exists()
        stranger = (
            server.url("pyagent")
            .replace("postgresql://", "postgresql://nobody-we-know:secret@", 1)
            .replace(f"{server.account.pw_name}@", "", 1)
        )
        with pytest.raises(
            EnvironmentFault, match=r"prefect, beside the ledger's, cannot be opened: .*nobody-we-know"
        ) as told:
            reach(stranger, ["prefect"])
        assert "secret" not in str(told.value)
        monkeypatch.setenv("PYAGENT__PYAGENT__STORAGE", stranger)
        refused = pyagent("up", "--headless")
        assert (refused.code, "secret" in refused.err, "nobody-we-know" in refused.err) == (7, False, True)
    away = pyagent("up", "--headless")
    assert (away.code, "cannot be reached" in away.err) == (7, True)
