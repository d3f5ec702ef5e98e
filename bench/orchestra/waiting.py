"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import Any


def within(look: Callable[[], Any], seconds: float) -> Any:
    """What `look` sees as soon as it sees something, or its last answer when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(1.0)


def eventually(look: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `look` sees; the bench ends, saying what never happened, when it sees nothing in time."""
    found = within(look, seconds)
    if not found:
        raise SystemExit(f"never within {seconds:.0f} s: {what}")
    return found
