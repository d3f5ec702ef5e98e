"""The Leases port: one holder a name, with expiry, renewal and a number that only grows."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, Row, select, update

from pyagent.errors import LeaseHeld, LedgerError
from pyagent.ledger import tables
from pyagent.ledger.database import insert_missing, reading, writing
from pyagent.ledger.fencing import require_current
from pyagent.ledger.moments import read, shared_now, written
from pyagent.ledger.processes import Process, describe, is_dead, this_process
from pyagent.ports import Clock, Token

LIFETIME_SECONDS = 45.0
RENEWAL_SECONDS = 15.0
"""Two renewals may fail before a lease runs out."""

FREE: dict[str, Any] = {"holder": None, "machine": None, "pid": None, "pid_started": None, "expires_at": None}
"""What a lease holds that nobody holds; its number stays."""


@dataclass(frozen=True, slots=True)
class TableLeases:
    """Leases kept in the ledger. A holder that was killed on this machine is replaced at once."""

    engine: Engine
    clock: Clock
    lifetime_seconds: float = LIFETIME_SECONDS
    renewal_seconds: float = RENEWAL_SECONDS

    @contextmanager
    def hold(self, name: str) -> Generator[Token]:
        """Hold the lease, renewing it in the background, and give it back at the end.

        Raises LeaseHeld, which says who has it and until when. Losing the lease meanwhile shows
        at the next write with this token: StaleToken.
        """
        token = self._take(name)
        ended = Event()
        keeper = Thread(target=self._keep, args=(token, ended), name=f"lease {name}", daemon=True)
        keeper.start()
        try:
            yield token
        finally:
            ended.set()
            keeper.join()
            # A lease that cannot be given back runs out by itself; the block's own error matters more.
            with suppress(LedgerError):
                self._change(token, FREE)

    def is_held(self, name: str) -> bool:
        """Whether somebody holds a lease at this moment; nothing is taken."""
        with reading(self.engine) as connection:
            row = connection.execute(select(tables.leases).where(tables.leases.c.name == name)).one_or_none()
            now = shared_now(connection, self.clock)
        return row is not None and not is_free(row, now, lifetime_seconds=self.lifetime_seconds)

    def check(self, token: Token) -> None:
        """Return while `token` is current, else StaleToken: ask before acting outside the ledger."""
        with writing(self.engine) as connection:
            require_current(connection, token)

    def renew(self, token: Token) -> bool:
        """Move the expiry on; False when somebody else took the lease."""
        with reading(self.engine) as connection:
            expires = shared_now(connection, self.clock) + timedelta(seconds=self.lifetime_seconds)
        return self._change(token, {"expires_at": written(expires)})

    def _take(self, name: str) -> Token:
        free = {"name": name, "number": 0}
        with writing(self.engine) as connection:
            insert_missing(connection, tables.leases, free)
            mine = tables.leases.c.name == name
            row = connection.execute(select(tables.leases).where(mine).with_for_update()).one()
            now = shared_now(connection, self.clock)
            if not is_free(row, now, lifetime_seconds=self.lifetime_seconds):
                raise LeaseHeld(
                    f"The lease {name!r} is held by {row.holder}; it runs out at {read(row.expires_at):%H:%M:%S} UTC "
                    "unless that process renews it.",
                    "Wait for that process to end, or end it, then run again.",
                )
            me = this_process()
            token = Token(name, row.number + 1, describe(me, now))
            expires = now + timedelta(seconds=self.lifetime_seconds)
            connection.execute(update(tables.leases).where(mine).values(**_held(token, me, expires)))
        return token

    def _keep(self, token: Token, ended: Event) -> None:
        while not ended.wait(self.renewal_seconds):
            # A server that is away for a moment is asked again next time.
            with suppress(LedgerError):
                if not self.renew(token):
                    return

    def _change(self, token: Token, values: dict[str, Any]) -> bool:
        leases = tables.leases
        mine = (leases.c.name == token.name) & (leases.c.number == token.number) & leases.c.holder.is_not(None)
        with writing(self.engine) as connection:
            return connection.execute(update(leases).where(mine).values(**values)).rowcount == 1


def is_free(row: Row[Any], now: datetime, *, lifetime_seconds: float) -> bool:
    """Whether a lease may be taken: nobody holds it, it ran out, or its holder surely died.

    An expiry further away than a whole lifetime means that the clock went back: it ran out too.
    """
    if row.holder is None:
        return True
    left = (read(row.expires_at) - now).total_seconds()
    return not 0 < left <= lifetime_seconds or is_dead(Process(row.machine, row.pid, row.pid_started))


def _held(token: Token, process: Process, expires: datetime) -> dict[str, Any]:
    return {
        "number": token.number,
        "holder": token.holder,
        "machine": process.machine,
        "pid": process.pid,
        "pid_started": process.started,
        "expires_at": written(expires),
    }
