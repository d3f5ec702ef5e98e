"""Is as much of the changed files documented and hinted as before?

Cost: two native measurements of each changed file, a few milliseconds; nothing is executed.
Cannot see: whether a docstring or a hint is true. A private helper needs neither; a test is its own
documentation, so class T is not measured.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyagent_native import FileMetrics, FunctionMetrics, measure

from pyagent.model import ChangeClass, Verdict
from repos.findings import is_public
from repos.gates.trial import Trial, failed, listing, passed, python_changes

GATE = "documented"


@dataclass(frozen=True, slots=True)
class _Share:
    """So many of so many."""

    have: int
    of: int

    def fell_to(self, other: "_Share") -> bool:
        return self.have * other.of > other.have * self.of


def judge(trial: Trial) -> Verdict:
    """Passed when no function, class or module lost its docstring or hints, and their shares did not fall."""
    if trial.proposal.change_class is ChangeClass.T:
        return passed(GATE, "tests need no docstrings")
    files = [(path, measure(before, path), measure(after, path)) for path, before, after in python_changes(trial)]
    olds, news = [before for _, before, _ in files], [after for _, _, after in files]
    facts = (
        ("public functions documented", _told(_documented(olds), _documented(news))),
        ("hints of public functions", _told(_hinted(olds), _hinted(news))),
    )
    lost = [f"{path}: {problem}" for path, before, after in files for problem in _lost(before, after)]
    fell = (
        *(("fewer public functions are documented",) if _documented(olds).fell_to(_documented(news)) else ()),
        *(("fewer public parameters and returns are hinted",) if _hinted(olds).fell_to(_hinted(news)) else ()),
    )
    if lost or fell:
        return failed(GATE, listing((*lost, *fell)), facts)
    return passed(GATE, "nothing lost a docstring or a hint", facts)


def _lost(before: FileMetrics, after: FileMetrics) -> Iterator[str]:
    if before.documented and not after.documented:
        yield "the module lost its docstring"
    if after.classes >= before.classes and after.classes_documented < before.classes_documented:
        yield "a class lost its docstring"
    there = {function.name for function in after.functions}
    docs, hints = (_by_name(after, read) for read in (_has_docs, _hints))
    for name, count in _by_name(before, _has_docs).items():
        if name in there and docs[name] < count:
            yield f"{name} lost its docstring"
    for name, count in _by_name(before, _hints).items():
        if name in there and hints[name] < count:
            yield f"{name} lost a type hint"


def _by_name(file: FileMetrics, read: Callable[[FunctionMetrics], int]) -> dict[str, int]:
    """The sum over functions of one name: overloads, and definitions in branches."""
    found: dict[str, int] = {}
    for function in file.functions:
        found[function.name] = found.get(function.name, 0) + read(function)
    return found


def _has_docs(function: FunctionMetrics) -> int:
    return int(function.documented)


def _hints(function: FunctionMetrics) -> int:
    return function.hinted


def _documented(files: Iterable[FileMetrics]) -> _Share:
    found = [function.documented for function in _public(files)]
    return _Share(sum(found), len(found))


def _hinted(files: Iterable[FileMetrics]) -> _Share:
    found = [(function.hinted, function.hintable) for function in _public(files)]
    return _Share(sum(have for have, _ in found), sum(of for _, of in found))


def _public(files: Iterable[FileMetrics]) -> Iterator[FunctionMetrics]:
    return (function for file in files for function in file.functions if is_public(function.name))


def _told(before: _Share, after: _Share) -> str:
    return f"{before.have} of {before.of} before, {after.have} of {after.of} after"
