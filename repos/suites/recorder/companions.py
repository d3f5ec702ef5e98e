"""Plugins of ours that stand beside the recording, for the session that is recorded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

Maker = Callable[[], Any]
"""Makes a plugin once pytest can be imported."""
_waiting: list[Maker] = []


def join_next_session(makers: Iterable[Maker]) -> None:
    """Have the plugins join the session that the recording waits for, before it: it is then called first."""
    _waiting.extend(makers)
    os.environ["PYTEST_PLUGINS"] = ",".join(filter(None, (os.environ.get("PYTEST_PLUGINS"), __name__)))


def pytest_configure(config: Any) -> None:
    """Join the first session; sessions that tests start inside it are not ours."""
    while _waiting:
        config.pluginmanager.register(_waiting.pop(0)())
