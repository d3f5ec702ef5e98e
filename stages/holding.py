"""Changes that this process works on: two processes never judge one change at once."""

from contextlib import ExitStack
from typing import Self

from pyagent.errors import LeaseHeld
from pyagent.ports import Token
from stages.wiring import Wiring


class Holding:
    """Leases on changes, each until it is given back; all of them at the end of the block."""

    def __init__(self, wiring: Wiring, slug: str) -> None:
        """No change yet."""
        self._wiring = wiring
        self._slug = slug
        self._held: dict[str, ExitStack] = {}
        self.tokens: dict[str, Token] = {}
        """By change."""

    def __enter__(self) -> Self:
        """The leases themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back whatever is still held."""
        for change in tuple(self._held):
            self.give_back(change)

    def take(self, change: str) -> Token | None:
        """The lease of one change; None where another process has it."""
        stack = ExitStack()
        try:
            self.tokens[change] = stack.enter_context(self._wiring.ledger.leases.hold(f"{self._slug}/change/{change}"))
        except LeaseHeld:
            return None
        self._held[change] = stack
        return self.tokens[change]

    def give_back(self, change: str) -> None:
        """Done with one change."""
        self._held.pop(change).close()
