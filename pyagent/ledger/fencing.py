"""The check that a write comes from the present holder of a lease, inside the write's own transaction."""

from sqlalchemy import Connection, select

from pyagent.errors import StaleToken
from pyagent.ledger.tables import leases
from pyagent.ports import Token


def require_current(connection: Connection, token: Token) -> None:
    """Return when `token` is its lease's newest and not given back; else StaleToken.

    The lease's row stays locked to the end of the transaction, so nobody takes the lease
    between this check and the commit.
    """
    row = connection.execute(
        select(leases.c.number, leases.c.holder).where(leases.c.name == token.name).with_for_update()
    ).one_or_none()
    if row is not None and row.number == token.number and row.holder is not None:
        return
    now = "nobody" if row is None or row.holder is None else row.holder
    raise StaleToken(
        f"The lease {token.name!r} of {token.holder} (token {token.number}) was lost; it now belongs to {now}.",
        "This process stops without another write; start it again once the other one has ended.",
    )
