"""The script that makes the three databases, on a server of its own that asks for passwords."""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from pyagent.clock import SystemClock
from pyagent.errors import LedgerError
from pyagent.ledger.opening import open_ledger
from tests.deploy.manifests import DEPLOY
from tests.plugins.postgres import PostgresServer, postgres_server

SCRIPT = DEPLOY / "postgres" / "databases.sql"
PASSWORD = 'it\'s "odd"; DROP TABLE x'  # noqa: S105 - a test's own, with what SQL would trip over


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresServer]:
    given = tmp_path_factory.mktemp("secrets") / "password"
    given.write_text(f"{PASSWORD}\n", "utf-8")
    with postgres_server() as running:
        rules = running.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {running.account.pw_name} trust\nlocal all all scram-sha-256\n", "utf-8")
        with psycopg.connect(running.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
        command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(SCRIPT), "postgres"]
        access = ["--host", str(running.folder), "--username", running.account.pw_name]
        environ = {**os.environ, "PYAGENT_PASSWORD_FILE": str(given)}
        subprocess.run([*command, *access], env=environ, check=True)
        yield running


def url(server: PostgresServer, database: str) -> str:
    return f"postgresql://pyagent@/{database}?host={server.folder}"


def passfile(monkeypatch: pytest.MonkeyPatch, folder: Path, password: str) -> None:
    path = folder / "pgpass"
    path.write_text(f"*:*:*:pyagent:{password}\n", "utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(path))


def test_the_ledger_opens_with_the_password_in_its_file(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passfile(monkeypatch, tmp_path, PASSWORD)
    with open_ledger(url(server, "pyagent"), clock=SystemClock()) as ledger:
        assert ledger.journal.head().count == 0


def test_a_wrong_password_is_said(server: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    passfile(monkeypatch, tmp_path, "sesame")
    with pytest.raises(LedgerError, match="password authentication failed") as refusal:
        open_ledger(url(server, "pyagent"), clock=SystemClock())
    assert "sesame" not in str(refusal.value)


def test_the_role_is_no_administrator_and_makes_the_extension_prefect_needs(server: PostgresServer) -> None:
    with psycopg.connect(url(server, "prefect"), password=PASSWORD, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'pyagent'")
        assert row.fetchone() == (False, False, False)


@pytest.mark.parametrize("database", ["pyagent", "dagster", "prefect"])
def test_nobody_else_comes_in(server: PostgresServer, database: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert connection.execute(owner).fetchone() == ("pyagent",)
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'open'")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url(server, database).replace("pyagent@", "stranger@"), password="open")  # noqa: S106
