"""Compiling in silence leaves the process's warnings as they are, from several threads at once too."""

import warnings
from concurrent.futures import ThreadPoolExecutor

from repos.bytecode.compiling import compiled

WARNED = b"x = 1\nassert (x, 'said')\ny = x is 1\n"


def test_warnings_are_silent_and_left_as_they_were() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(max_workers=8) as pool:
        codes = list(pool.map(lambda _: compiled(WARNED), range(200)))
    assert len(codes) == 200
    assert list(warnings.filters) == before
