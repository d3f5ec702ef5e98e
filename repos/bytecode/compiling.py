"""A text compiled in silence: what the compiler warns of is nothing to a judge."""

import warnings
from threading import Lock
from types import CodeType

_silence = Lock()
"""Silencing warnings is the whole process's business, and gates judge several changes side by side."""


def compiled(text: bytes, *, optimize: int = 0) -> CodeType:
    """The module's code. Raises SyntaxError, ValueError, RecursionError or MemoryError where there is none."""
    with _silence, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, "module", "exec", dont_inherit=True, optimize=optimize)
