"""Does the patch apply exactly, and is every changed file still Python in the same clothes?

Cost: one compile of each changed file on both sides, milliseconds; nothing is executed.
Cannot see: behaviour; grammar newer than the Python that runs pyagent (then it is skipped).
"""

import io
import re
import tokenize
from collections.abc import Iterator

from pyagent_native import measure

from pyagent.ids import proposal_id
from pyagent.model import FileChange, Verdict
from repos.gates.grammar import NEWEST_MINOR, Compiled, compiled, declared_minor, parses
from repos.gates.trial import Trial, changes, failed, listing, passed, python_changes, skipped

GATE = "parse"
BOM = b"\xef\xbb\xbf"


def judge(trial: Trial) -> Verdict:
    """Passed when the patch fits its base byte for byte and each file compiles as before."""
    found = [(path, before, after, compiled(before)) for path, before, after in python_changes(trial)]
    unreadable = tuple(path for path, _, _, base in found if base.problem)
    if unreadable:
        return skipped(GATE, f"the base itself does not compile here: {listing(unreadable)}")
    minor = declared_minor(trial.base) or NEWEST_MINOR
    texts = ((path, text_problem(before, after, path, base=base, minor=minor)) for path, before, after, base in found)
    problems = (
        *_fit_problems(trial, changes(trial)),
        *(f"{path}: {problem}" for path, problem in texts if problem),
    )
    facts = (("oldest Python the grammar is held to", f"3.{minor}"),)
    if problems:
        return failed(GATE, listing(problems), facts)
    return passed(GATE, "the patch fits its base byte for byte and every changed file compiles", facts)


def _fit_problems(trial: Trial, found: tuple[FileChange, ...]) -> Iterator[str]:
    proposal = trial.proposal
    if proposal.base != trial.base.commit:
        yield f"written against commit {proposal.base[:12]}, judged on {trial.base.commit[:12]}"
    if proposal.id != proposal_id(proposal.change, proposal.patch):
        yield "the proposal's id does not name this patch"
    paths = [change.path for change in found]
    if not paths or paths != sorted(set(paths)):
        yield "the patch must list its files once each, in order"
    for claimed, real in zip(proposal.patch.files, found, strict=True):
        if claimed.before != real.before:
            yield f"{real.path}: the patch was not written against the file in the base"
        elif real.before == real.after:
            yield f"{real.path}: listed, but not changed"


def text_problem(before: bytes, after: bytes, path: str, *, base: Compiled, minor: int) -> str | None:
    """Why `after` is no fit successor of `before`, which compiled as `base`; None when it is."""
    now = compiled(after)
    if now.problem or now.warnings > base.warnings:
        return now.problem or "the compiler warns more than before"
    return _native_problem(after, path) or _clothes(before, after) or _new_grammar(before, after, minor)


def _native_problem(after: bytes, path: str) -> str | None:
    # A second parser, written by other people: what only one of them accepts is not offered.
    found = measure(after, path)
    return None if found.status == "ok" else f"the metrics parser says {found.status}"


def _clothes(before: bytes, after: bytes) -> str | None:
    """Encoding, byte order mark and newline style, unchanged."""
    if before.startswith(BOM) != after.startswith(BOM):
        return "the byte order mark changed"
    if not before:
        return None
    if _encoding(before) != _encoding(after):
        return "the encoding changed"
    if _newlines(after) - _newlines(before):
        return "the newline style changed"
    return None


def _encoding(source: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(source).readline)[0]


def _newlines(source: bytes) -> frozenset[bytes]:
    return frozenset(re.findall(rb"\r\n|\n|\r", source))


def _new_grammar(before: bytes, after: bytes, minor: int) -> str | None:
    """Only a file that kept to the old grammar is held to it: `ast` checks old grammars at its best effort."""
    if parses(before, minor) and not parses(after, minor):
        return f"uses syntax that Python 3.{minor} does not have"
    return None
