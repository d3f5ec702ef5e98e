"""A signed statement for each merge: what went in, who said yes, and what every gate answered.

It is a blob that a fact names. A git note could be rewritten by whoever may write to the store; the
journal is hash-chained, so neither the statement nor its absence can be made up afterwards.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import cast

from pyagent.errors import LedgerError
from pyagent.failpoints import reach
from pyagent.ledger.facts import ChangeMerged, StatementSigned
from pyagent.ledger.views import RepositoryView
from pyagent.ports import Token
from pyagent.signing import SigningKey, Unsound, signing_key
from repos.statements import Merge, statement
from repos.stores.store import resolve, tree_of
from stages.decisions import ticked
from stages.deliver import load, whole
from stages.desk import Desk
from stages.wiring import Wiring


def operators_key(wiring: Wiring) -> SigningKey:
    """The key merges are signed with, made on first use; ConfigurationError or LedgerError when it cannot be read."""
    return signing_key(wiring.settings.secrets.signing_key, wiring.state / "keys" / "statements.pem", os.environ)


def sign(wiring: Wiring, desk: Desk, token: Token) -> tuple[StatementSigned, ...]:
    """Sign every merge that has no statement yet, those a killed process left behind too; the facts recorded."""
    view = wiring.of(desk.slug)
    due = [each for each in view.merged.values() if _due(view, desk, each)]
    if not due:
        return ()
    key = operators_key(wiring)
    facts = tuple(
        StatementSigned(desk.slug, each.change, each.commit, wiring.blobs.put(key.sealed(made)), key.id)
        for each in due
        if (made := _made(wiring, desk, view, each)) is not None
    )
    reach("statement.before-fact")
    wiring.ledger.journal.append(facts, token=token)
    return facts


def why_unsound(wiring: Wiring, desk: Desk, merged: ChangeMerged) -> str:
    """Why the statement of a merge does not hold; empty when its signature fits and it says what the ledger says.

    Approvals are left out of the comparison: a class may have been un-ticked since.
    """
    view = wiring.of(desk.slug)
    signed = view.statements.get(merged.commit)
    if signed is None:
        return "none was signed"
    try:
        payload = operators_key(wiring).opened(wiring.blobs.get(signed.blob))
    except LedgerError as error:
        return error.what
    if isinstance(payload, Unsound):
        return payload.reason
    now = _made(wiring, desk, view, merged)
    if now is None:
        return f"the store no longer has {merged.commit}"
    other = sorted(_claims(payload) ^ _claims(now))
    return f"it says otherwise than the ledger and the store: {other[0][:200]}" if other else ""


def _due(view: RepositoryView, desk: Desk, merged: ChangeMerged) -> bool:
    return merged.commit not in view.statements and resolve(desk.store, merged.commit) is not None


def _made(wiring: Wiring, desk: Desk, view: RepositoryView, merged: ChangeMerged) -> bytes | None:
    """The statement of a merge as the ledger and the store tell it now; None when either has lost it."""
    ended = [each for each in view.validations.values() if each.proposal == merged.proposal]
    if not ended or resolve(desk.store, merged.commit) is None:
        return None
    train = view.trains.get(merged.train)
    splits = train.splits if train else ()
    return statement(
        Merge(
            repository=desk.repository,
            proposal=load(wiring, view, merged.proposal),
            body=view.proposals[merged.proposal].blob,
            validation=whole(view, ended[-1]),
            commit=merged.commit,
            tree=tree_of(desk.store, merged.commit),
            train=merged.train,
            tested=tuple((each.tree, each.green, each.reason) for each in splits if merged.change in each.tested),
            approvals=tuple(_approvals(view, desk, merged)),
        )
    )


def _approvals(view: RepositoryView, desk: Desk, merged: ChangeMerged) -> Iterator[str]:
    change_class = view.proposals[merged.proposal].change_class
    tick = view.unlocked.get(change_class)
    if tick is not None:
        yield f"class {change_class.value} ticked by {tick.by}"
    elif change_class in ticked(view, desk.policy):
        yield f"class {change_class.value} ticked in the configuration"
    for (change, proposal, base), fact in view.approved.items():
        if (change, proposal) == (merged.change, merged.proposal):
            yield f"approved on {base} by {fact.by}"


def _claims(payload: bytes) -> frozenset[str]:
    """What a statement says, one line of JSON each, approvals left out."""
    document = cast("dict[str, object]", json.loads(payload))
    predicate = cast("Mapping[str, object]", document.pop("predicate", {}))
    rows = [*document.items(), *((name, said) for name, said in predicate.items() if name != "approvals")]
    return frozenset(json.dumps(row, sort_keys=True) for row in rows)
