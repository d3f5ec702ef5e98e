"""One question to the native core in a process of its own: `python bench/native/question.py clones ROOT`.

`scan` measures, `project` also collects the facts; the others ask a project one thing and print
how many rows came back.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pyagent_native

Answer = Callable[[str, list[str]], Sequence[object]]


def asked(question: Callable[[pyagent_native.Project], Sequence[object]]) -> Answer:
    """The question put to a freshly scanned project, on one thread."""
    return lambda root, paths: question(pyagent_native.project(root, paths, threads=1))


QUESTIONS: dict[str, Answer] = {
    "scan": lambda root, paths: pyagent_native.scan(root, paths, threads=1),
    "project": asked(lambda project: project.scan),
    "imports and cycles": asked(lambda project: [*project.imports(), *project.cycles()]),
    "unused": asked(lambda project: project.unused()),
    "clones": asked(lambda project: project.clones()),
    "near duplicates": asked(lambda project: project.near_duplicates()),
    "search": asked(lambda project: project.search("parse the headers of a message", 100)),
}


def main() -> None:
    """Ask and print."""
    question, root = sys.argv[1:]
    paths = sorted(str(path.relative_to(root)) for path in Path(root).rglob("*.py") if path.is_file())
    print(len(paths), "files,", len(QUESTIONS[question](root, paths)), "rows")


if __name__ == "__main__":
    main()
