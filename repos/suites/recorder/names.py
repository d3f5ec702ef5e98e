"""Test ids without memory addresses, so that two runs speak of the same tests by the same names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


class Names:
    """Ids as records keep them; ids that differ in an address alone are told apart by their order."""

    def __init__(self) -> None:
        """Nothing was seen."""
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def seen(self, ids: Iterable[str]) -> None:
        """Number ids in this order."""
        for name in ids:
            self.of(name)

    def of(self, name: str) -> str:
        """The kept form of an id."""
        if name not in self._known:
            plain = _ADDRESS.sub("0x*", name)
            if plain == name:
                self._known[name] = name
            else:
                self._counts[plain] = self._counts.get(plain, 0) + 1
                self._known[name] = f"{plain}#{self._counts[plain]}"
        return self._known[name]
