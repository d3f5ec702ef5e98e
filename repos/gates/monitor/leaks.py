"""Does a proposal carry a secret out, in its patch or in any sentence of its author's?

Asked before a proposal is written down as well as by the gate: what is recorded has leaked already.
Looked for are credentials by their form, values that this machine keeps secret, and text that nobody
can read, which may be either. Cannot see: a secret in plain short words that nobody told us.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pyagent.model import FileChange, Proposal
from pyagent.ports import Checkout
from repos.gates.monitor.credentials import holds, kinds
from repos.gates.monitor.delta import delta
from repos.gates.monitor.opaque import is_opaque

UNREADABLE = "text that nobody can read (long and drawn by lot)"
KEPT = "a value this machine keeps secret"


def leaks(proposal: Proposal, base: Checkout, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Each kind of secret the proposal adds, named but not repeated; `known` are values that must not leave."""
    held, values = frozenset(base.paths()), tuple(known)
    files = [_from(change, base if change.path in held else None) for change in proposal.patch.files]
    found = frozenset((*_said("\n".join(_sentences(proposal)), values), *_written(files, values)))
    return tuple(f"carries {kind}" for kind in sorted(found))


def _said(text: str, values: tuple[str, ...]) -> Iterator[str]:
    yield from kinds(text)
    if any(is_opaque(word) for word in re.split(r"[\s/.:]", text)):
        yield UNREADABLE
    if holds(text, values):
        yield KEPT


def _written(files: list[FileChange], values: tuple[str, ...]) -> Iterator[str]:
    if any(is_opaque(text) for text in delta(files).texts()):
        yield UNREADABLE
    for change in files:
        before, after = _text(change.before), _text(change.after)
        there = Counter(kinds(after))
        yield from (there - Counter(kinds(before)) if there else there)
        if holds(after, values) and not holds(before, values):
            yield KEPT


def _sentences(proposal: Proposal) -> Iterator[str]:
    yield from (proposal.title, proposal.name, proposal.path, proposal.transform)
    yield from (*proposal.obligations, *proposal.assumptions)
    yield from (part for claim in proposal.claims for part in (claim.metric, claim.path, claim.name))
    yield from (change.path for change in proposal.patch.files)


def _from(change: FileChange, base: Checkout | None) -> FileChange:
    """The change with the `before` that the base really has."""
    return FileChange(change.path, base.read(change.path) if base else None, change.after)


def _text(side: bytes | None) -> str:
    return (side or b"").decode("utf-8", "surrogateescape")
