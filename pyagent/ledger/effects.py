"""The Effects port: intent, deed, result; each step committed before the next begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Engine, insert, select, update

from pyagent.ledger import tables
from pyagent.ledger.database import reading, writing
from pyagent.ledger.fencing import require_current
from pyagent.ledger.moments import written
from pyagent.ports import Clock, Token

_INTENT, _DONE = "intent", "done"


@dataclass(frozen=True, slots=True)
class TableEffects:
    """Effects kept in the ledger.

    A key belongs to one process at a time: hold the lease of the thing acted upon, and act
    `under` its token, so that a process which lost the lease begins nothing.
    """

    engine: Engine
    clock: Clock
    token: Token | None = None

    def under(self, token: Token) -> "TableEffects":
        """The same effects, refusing to begin any (StaleToken) once `token` is stale."""
        return replace(self, token=token)

    def perform(self, key: str, do: Callable[[], str], find: Callable[[], str | None]) -> str:
        """The effect's result: recorded, else found in the world by natural key, else done now.

        `find` is asked only when an intent without result exists (a crash between). When `do` or
        `find` raises, the intent stays and the next call asks `find` first.
        """
        recorded = self._recorded(key)
        match recorded:
            case (str(result),):
                return result
            case (None,):
                self._require_current()
                found = find()
                return self._finish(key, do() if found is None else found)
            case _:
                self._intend(key)
                return self._finish(key, do())

    def _recorded(self, key: str) -> tuple[str | None] | None:
        with reading(self.engine) as connection:
            query = select(tables.effects.c.state, tables.effects.c.result).where(tables.effects.c.key == key)
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.result if row.state == _DONE else None,)

    def _require_current(self) -> None:
        if self.token is not None:
            with writing(self.engine) as connection:
                require_current(connection, self.token)

    def _intend(self, key: str) -> None:
        intent = {"key": key, "state": _INTENT, "intended_at": written(self.clock.now())}
        with writing(self.engine) as connection:
            if self.token is not None:
                require_current(connection, self.token)
            connection.execute(insert(tables.effects).values(**intent))

    def _finish(self, key: str, result: str) -> str:
        done = {"state": _DONE, "result": result, "done_at": written(self.clock.now())}
        with writing(self.engine) as connection:
            connection.execute(update(tables.effects).where(tables.effects.c.key == key).values(**done))
        return result
