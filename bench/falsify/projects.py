"""Which projects the exam is held on: the open beds, and reserves drawn by a printed seed."""

import random
from collections.abc import Sequence

from bench.beds import BEDS

RESERVES = (
    "aiosmtpd==1.4.6",
    "anyio==4.16.0",
    "astor==0.8.1",
    "attrs==24.2.0",
    "beautifulsoup4==4.15.0",
    "cachetools==5.5.0",
    "cssselect==1.2.0",
    "docutils==0.23",
    "glom==25.12.0",
    "h11==0.16.0",
    "httpie==3.2.4",
    "humanize==4.11.0",
    "idna==3.10",
    "inflection==0.5.1",
    "isodate==0.7.2",
    "jmespath==1.0.1",
    "markdown==3.7",
    "mistune==3.4.0",
    "more-itertools==11.2.1",
    "packaging==24.2",
    "parse==1.20.2",
    "pathspec==0.12.1",
    "pdfminer.six==20260107",
    "pyasn1==0.6.1",
    "pycodestyle==2.15.0",
    "pycparser==3.12",
    "pyelftools==0.33",
    "pyflakes==4.1.0",
    "schema==0.7.7",
    "soupsieve==2.6",
    "sqlglot==30.30.0",
    "sqlparse==0.6.1",
    "tinycss2==1.4.0",
    "toolz==1.0.0",
    "voluptuous==0.15.2",
    "werkzeug==3.1.9",
)
"""Well-known source releases, nearly all pure Python, that nothing here was ever tuned on. One whose suite
does not judge anything on this machine is told and left out."""


def drawn(seed: int, reserves: int) -> tuple[str, ...]:
    """The order in which projects are examined: beds and drawn reserves, shuffled together."""
    rng = random.Random(seed)  # noqa: S311 - to be repeatable
    chosen: Sequence[str] = [*BEDS, *rng.sample(RESERVES, min(reserves, len(RESERVES)))]
    return tuple(rng.sample(chosen, len(chosen)))


def is_bed(pin: str) -> bool:
    """Whether it is one of the open beds, else a reserve."""
    return pin in BEDS
