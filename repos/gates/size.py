"""Is the change small enough to read, and only where its author may write?

Cost: about a millisecond; the counts come from the diff, never from the claims.
Cannot see: whether a small change is a dangerous one.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyagent.model import ChangeClass, FileChange, Verdict
from repos.gates.linediff import extent, hunks
from repos.gates.trial import Trial, changes, counted, failed, listing, passed
from repos.stores.paths import why_unchangeable
from repos.suites.outcomes import SuiteCommand

GATE = "size"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most one change of a class may touch."""

    edited: int
    moved: int
    files: int


CEILINGS = {
    ChangeClass.H: Ceiling(edited=100, moved=100, files=20),
    ChangeClass.A: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.B: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.C: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.T: Ceiling(edited=150, moved=0, files=3),
}
"""Per class, from the table of classes in docs/architecture.md."""

FORBIDDEN_NAMES = frozenset(
    {"conftest.py", "setup.py", "noxfile.py", "toxfile.py", "sitecustomize.py", "usercustomize.py", "pavement.py"}
)
"""Python files that build, configure or start something: the judge's ground, or code run by starting Python."""


def judge(trial: Trial) -> Verdict:
    """Passed when every path is product source and the diff stays under the ceiling of its class."""
    found = changes(trial)
    ceiling = CEILINGS[trial.proposal.change_class]
    size = extent(hunk for change in found for hunk in hunks(_lines(change.before), _lines(change.after)))
    facts = (
        ("edited lines", f"{size.edited} of at most {ceiling.edited}"),
        ("moved lines", f"{size.moved} of at most {ceiling.moved}"),
        ("files", f"{len(found)} of at most {ceiling.files}"),
    )
    problems = tuple(_path_problems(trial, found)) + tuple(
        f"{value} {what}, more than {most}"
        for what, value, most in (
            ("edited lines", size.edited, ceiling.edited),
            ("moved lines", size.moved, ceiling.moved),
            ("files", len(found), ceiling.files),
        )
        if value > most
    )
    if problems:
        return failed(GATE, listing(problems), facts)
    return passed(GATE, f"{size.edited} edited and {size.moved} moved lines in {counted(len(found), 'file')}", facts)


def _lines(side: bytes | None) -> list[str]:
    # Bytes break lines where Python does; text would also break at form feeds and U+2028.
    return [line.decode("utf-8", "surrogateescape") for line in (side or b"").splitlines()]


def _path_problems(trial: Trial, found: tuple[FileChange, ...]) -> Iterator[str]:
    for change in found:
        problem = (
            path_problem(change.path, change_class=trial.proposal.change_class, command=trial.command)
            or _side_problem(change, trial.proposal.change_class)
            or _link_problem(trial, change.path)
        )
        if problem:
            yield f"{change.path}: {problem}"
        yield from (f"{change.path}: adds {name}" for name in hidden_characters_added(change))


def path_problem(path: str, *, change_class: ChangeClass, command: SuiteCommand) -> str | None:
    """Why a change of this class may not touch `path`; None when it may."""
    unsafe = why_unchangeable(path)
    if unsafe or not path.isprintable():
        return unsafe or "it holds unprintable characters"
    folded = [unicodedata.normalize("NFKC", part).casefold() for part in PurePosixPath(path).parts]
    if any(part.startswith(".") for part in folded):
        return "hidden files and folders are never touched"
    if not folded[-1].endswith(".py") or folded[-1] in FORBIDDEN_NAMES:
        return "only product source is touched, not build, test or tool files"
    in_tests = _under(path, command.test_paths) or _named_as_test(folded)
    if change_class is ChangeClass.T:
        return None if in_tests else "a tests change stays under the test folders"
    if in_tests:
        return "tests and code never change together"
    return None if _under(path, command.source_paths) else "outside the product source"


def hidden_characters_added(change: FileChange) -> tuple[str, ...]:
    """Names of control, bidirectional and invisible characters that the change adds."""
    before, after = (
        Counter((side or b"").decode("utf-8", "surrogateescape")) for side in (change.before, change.after)
    )
    grown = (char for char, count in after.items() if count > before[char] and _hidden(char))
    return tuple(sorted(unicodedata.name(char, f"control character {ord(char):#04x}") for char in grown))


def _hidden(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind in {"Cf", "Zl", "Zp", "Co", "Cn"} or (kind == "Cc" and char not in "\t\n\r")


def _named_as_test(parts: list[str]) -> bool:
    """Names that test runners collect wherever they lie."""
    stem = parts[-1].removesuffix(".py")
    return stem.startswith("test_") or stem.endswith("_test") or "tests" in parts[:-1]


def _under(path: str, places: tuple[str, ...]) -> bool:
    return any(place in {".", path} or path.startswith(place.rstrip("/") + "/") for place in places)


def _side_problem(change: FileChange, change_class: ChangeClass) -> str | None:
    if change.after is None:
        return "files are not deleted"
    if change_class is ChangeClass.T:
        return None if change.before is None else "a tests change only adds files"
    return "files are not created" if change.before is None else None


def _link_problem(trial: Trial, path: str) -> str | None:
    place = trial.base.root / path
    links = (step for step in (place, *place.parents) if step.is_relative_to(trial.base.root) and step.is_symlink())
    return "lies behind a symbolic link" if next(links, None) else None
