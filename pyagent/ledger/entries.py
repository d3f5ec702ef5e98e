"""Journal rows as values: facts to rows and back, and the hash that chains each row to the one before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from blake3 import blake3
from pydantic import ValidationError
from sqlalchemy import Row

from pyagent.codec import decode, encode
from pyagent.errors import LedgerError
from pyagent.ledger import moments
from pyagent.ledger.facts import Fact
from pyagent.ports import Token

KINDS: Mapping[str, type[Fact]] = {kind.__name__: kind for kind in get_args(Fact)}
"""Every fact this program knows, by its name in the journal."""

START = ""
"""What stands for the hash before the first row."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded fact: its place in the journal, when (UTC), and its row's hash."""

    sequence: int
    recorded_at: datetime
    fact: Fact
    hash: str


def row_of(fact: Fact, *, sequence: int, recorded_at: datetime, token: Token | None, previous: str) -> dict[str, Any]:
    """The journal row of a fact, chained to the hash of the row before.

    Raises ValueError for a fact that could not be read back: what is appended is never taken out again.
    """
    row: dict[str, Any] = {
        "sequence": sequence,
        "kind": type(fact).__name__,
        "version": fact.version,
        "repository": fact.repository,
        "body": _body(fact),
        "recorded_at": moments.written(recorded_at),
        "lease": token.name if token else None,
        "token": token.number if token else None,
        "previous": previous,
    }
    return row | {"hash": chained(row)}


def _body(fact: Fact) -> str:
    body = encode(fact)
    # JSON has no infinity, for one: it would be written as null and never read again.
    if KINDS.get(type(fact).__name__) is not type(fact) or decode(type(fact), body) != fact:
        raise ValueError(f"this fact cannot be read back from the journal: {fact}")
    return body.decode("utf-8")


def chained(row: Mapping[str, Any]) -> str:
    """BLAKE3 over the previous hash and every column of the row, in a form that no two rows share."""
    columns = ("previous", "sequence", "kind", "version", "repository", "body", "recorded_at", "lease", "token")
    canonical = json.dumps([row[column] for column in columns], ensure_ascii=True, separators=(",", ":"))
    return blake3(canonical.encode("ascii")).hexdigest()


def entry_of(row: Row[Any]) -> Entry:
    """The entry a row stands for; LedgerError when this program cannot read it."""
    kind = KINDS.get(row.kind)
    known = kind.version if kind else None
    if kind is None or row.version != known:
        raise LedgerError(
            f"Row {row.sequence} of the journal is {row.kind} version {row.version}; "
            f"this pyagent knows {f'version {known}' if known else 'no such fact'}.",
            "It was written by another version of pyagent: run the newer one.",
        )
    try:
        fact = decode(kind, row.body)
    except ValidationError as error:
        raise LedgerError(
            f"Row {row.sequence} of the journal is not a readable {row.kind}.",
            "Run `pyagent audit` to see where the journal was changed, then restore a backup.",
        ) from error
    return Entry(row.sequence, moments.read(row.recorded_at), fact, row.hash)
