"""Where may this author write?

An allow-list by kind of author: those that reshape edit product files that are there, the author of
tests adds new files under the test folders, and nobody deletes. What steers a machine is protected
from all of them, wherever it lies and however it is spelled. Pure, but for looking at the base's links.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import PurePosixPath

from pyagent.model import ChangeClass, FileChange
from pyagent.ports import Checkout
from repos.stores.paths import why_unchangeable
from repos.suites.outcomes import SuiteCommand


class Author(StrEnum):
    """Who wrote a patch, by the class of change that kind of author is bound to."""

    HYGIENE = "hygiene"
    DETERMINISTIC = "deterministic"
    MODEL = "model"
    TESTS = "tests"


AUTHOR_OF = {
    ChangeClass.H: Author.HYGIENE,
    ChangeClass.A: Author.DETERMINISTIC,
    ChangeClass.B: Author.DETERMINISTIC,
    ChangeClass.C: Author.MODEL,
    ChangeClass.T: Author.TESTS,
}

PROTECTED = {
    "starts or configures a machine": re.compile(
        r"(?:conftest|setup|noxfile|toxfile|sitecustomize|usercustomize|pavement|fabfile|dodo|hatch_build|wscript)\.py"
        r"|.*\.pth|(?:dockerfile|containerfile|makefile|gnumakefile|justfile|procfile|jenkinsfile|vagrantfile)(?:\..*)?"
        r"|(?:docker-)?compose.*\.ya?ml|.*\.(?:sh|bash|zsh|ps1|bat|cmd|service|mk|so|pyd|dll|dylib|pyc|pyz|whl)"
    ),
    "declares or locks what is installed": re.compile(
        r"pyproject\.toml|setup\.cfg|manifest\.in|.*\.lock|pipfile|.*requirements.*\.(?:txt|in)|constraints.*\.txt"
        r"|environment\.ya?ml|package(?:-lock)?\.json|cargo\.toml|pylock.*\.toml"
    ),
    "configures tests or tools": re.compile(
        r"pytest\.ini|tox\.(?:ini|toml)|(?:mypy|ruff|pylintrc|pyrightconfig)\.(?:ini|toml|json)|codecov\.ya?ml"
        r"|py\.typed|.*\.pyi"
    ),
    "configures CI": re.compile(r"(?:azure-pipelines|appveyor|bitbucket-pipelines|cloudbuild|buildspec).*\.ya?ml"),
    "configures pyagent": re.compile(r"pyagent\.toml|improvements\.md"),
    "instructs agents": re.compile(r"(?:agents|claude|gemini|copilot-instructions|skill)\.md"),
    "holds credentials": re.compile(
        r"id_(?:rsa|dsa|ecdsa|ed25519).*|.*\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|credentials.*|secrets?\.(?:ya?ml|json|toml)"
    ),
}
"""Names that no change touches, lower case, by what such a file does."""


def problems(found: Iterable[FileChange], *, author: Author, command: SuiteCommand, base: Checkout) -> Iterator[str]:
    """Each file that this author may not touch, and why."""
    for change in found:
        problem = (
            path_problem(change.path, author=author, command=command)
            or _side_problem(change, author)
            or _link_problem(change.path, base)
        )
        if problem:
            yield f"{change.path}: {problem}"


def path_problem(path: str, *, author: Author, command: SuiteCommand) -> str | None:
    """Why this author may not touch `path`; None when it may."""
    unsafe = why_unchangeable(path)
    if unsafe or not path.isprintable():
        return unsafe or "it holds unprintable characters"
    folded = [unicodedata.normalize("NFKC", part).casefold() for part in PurePosixPath(path).parts]
    return _kind_problem(folded) or _role_problem(path, folded, author, command)


def _kind_problem(parts: list[str]) -> str | None:
    if any(part.startswith(".") for part in parts):
        return "hidden files and folders are never touched"
    protected = next((what for what, names in PROTECTED.items() if names.fullmatch(parts[-1])), None)
    if protected:
        return f"protected: it {protected}"
    return None if parts[-1].endswith(".py") else "only Python source is touched"


def _role_problem(path: str, parts: list[str], author: Author, command: SuiteCommand) -> str | None:
    in_tests = _under(path, command.test_paths) or _named_as_test(parts)
    if author is Author.TESTS:
        return None if in_tests else "a tests change stays under the test folders"
    if in_tests:
        return "tests and code never change together"
    return None if _under(path, command.source_paths) else "outside the product source"


def _named_as_test(parts: list[str]) -> bool:
    """Names that test runners collect wherever they lie."""
    stem = parts[-1].removesuffix(".py")
    return stem.startswith("test_") or stem.endswith("_test") or "tests" in parts[:-1]


def _under(path: str, places: tuple[str, ...]) -> bool:
    return any(place in {".", path} or path.startswith(place.rstrip("/") + "/") for place in places)


def _side_problem(change: FileChange, author: Author) -> str | None:
    if change.after is None:
        return "files are not deleted"
    if author is Author.TESTS:
        return None if change.before is None else "a tests change only adds files"
    return "files are not created" if change.before is None else None


def _link_problem(path: str, base: Checkout) -> str | None:
    place = base.root / path
    links = (step for step in (place, *place.parents) if step.is_relative_to(base.root) and step.is_symlink())
    return "lies behind a symbolic link" if next(links, None) else None
