"""Where a scenario's ledger lies, and its newest fact, read from outside."""

import shutil
import sqlite3
from pathlib import Path

import psycopg

_NEWEST = "SELECT kind FROM journal ORDER BY sequence DESC LIMIT 1"


def new_schema(server: str, number: int) -> str:
    """The URL of an empty ledger in a schema of its own."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA kills{number}".encode())
    return f"{server}&options=-csearch_path%3Dkills{number}"


def last_fact(state: Path, storage: str) -> str:
    """The kind of the journal's newest fact; empty when there is none, or no journal yet."""
    return _in_postgres(storage) if storage else _in_sqlite(state)


def _in_postgres(storage: str) -> str:
    try:
        with psycopg.connect(storage) as connection:
            row = connection.execute(_NEWEST).fetchone()
    except psycopg.errors.UndefinedTable:
        return ""
    return row[0] if row else ""


def _in_sqlite(state: Path) -> str:
    """Read from a copy, so that recovery is left to the next run."""
    copy = state.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in state.glob("ledger.db*"):
        shutil.copy2(file, copy)
    if not (copy / "ledger.db").exists():
        return ""
    connection = sqlite3.connect(copy / "ledger.db")
    try:
        row = connection.execute(_NEWEST).fetchone()
    except sqlite3.OperationalError:  # no table yet
        return ""
    finally:
        connection.close()
    return row[0] if row else ""
