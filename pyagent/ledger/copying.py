"""A ledger as lines of JSON, and such lines as a ledger again; SQLite and PostgreSQL read each other's."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, func, insert, select

from pyagent.errors import LedgerError
from pyagent.ledger import tables
from pyagent.ledger.audit import chain
from pyagent.ledger.database import reading, writing
from pyagent.ledger.leases import FREE
from pyagent.ledger.opening import Ledger

_TABLES = tables.metadata.tables
_PAGE = 500
"""Rows in one statement."""


def lines_of(ledger: Ledger) -> Iterator[str]:
    """Every row of the ledger at one moment, `[table, row]` a line; who held a lease is left out, its number stays."""
    with reading(ledger.engine) as connection:
        for name, table in _TABLES.items():
            for row in connection.execution_options(yield_per=_PAGE).execute(select(table)).mappings():
                told = {**row, **FREE} if table is tables.leases else dict(row)
                yield json.dumps([name, told], ensure_ascii=False, separators=(",", ":"))


def fill(ledger: Ledger, lines: Iterable[str]) -> int:
    """Write such lines into an empty ledger, all or none; how many facts it then holds.

    Raises LedgerError for a ledger that holds facts already, for lines that are none of a ledger, and for
    a journal whose chain of hashes does not hold.
    """
    with writing(ledger.engine) as connection:
        if connection.execute(select(func.count()).select_from(tables.journal)).scalar_one():
            raise LedgerError(
                f"The ledger at {ledger.location} holds facts already.",
                "Restore into an empty state folder, or name an empty database.",
            )
        for table in _TABLES.values():
            connection.execute(delete(table))
        rows = dict[str, list[dict[str, Any]]]()
        for number, line in enumerate(lines, 1):
            name, row = _read(number, line)
            page = rows.setdefault(name, [])
            page.append(row)
            if len(page) == _PAGE:
                connection.execute(insert(_TABLES[name]), rows.pop(name))
        if tables.head.name not in rows:
            raise LedgerError("The copy holds no ledger.", "Use a file that `pyagent db backup` wrote.")
        for name, page in rows.items():
            connection.execute(insert(_TABLES[name]), page)
        report = chain(connection)
        if report.fault is not None:
            raise LedgerError(
                f"The copy's journal is broken at row {report.fault.sequence}: {report.fault.what}.",
                "It was not taken over; use another backup.",
            )
    return report.head.count


def _read(number: int, line: str) -> tuple[str, dict[str, Any]]:
    try:
        name, row = json.loads(line)
        if row.keys() == set(_TABLES[name].columns.keys()):
            return name, row
    except (ValueError, KeyError, AttributeError, TypeError):
        pass
    raise LedgerError(f"Line {number} of the copy is no row of a ledger.", "Use a file that `pyagent db backup` wrote.")
