"""What Python itself says about a text: does it compile, and which Pythons can read it (nothing is executed)."""

import ast
import warnings
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyagent.ports import Checkout
from repos.environments.inputs import declarations

OLDEST_MINOR = 7
"""Oldest 3.x minor whose grammar `ast.parse` still tells apart."""
NEWEST_MINOR = 11
"""The oldest Python that pyagent runs on; newer grammar cannot be told apart there."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compiling a text said: the problem that stopped it, and how often it warned."""

    problem: str | None
    warnings: int = 0


def compiled(source: bytes) -> Compiled:
    """The compiler's answer for our own Python; nothing is executed."""
    try:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            compile(source, "<candidate>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return Compiled(f"line {error.lineno}: {error.msg}" if error.lineno else error.msg)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return Compiled(f"cannot be compiled: {type(error).__name__}")
    return Compiled(None, len(seen))


def parses(source: bytes, minor: int) -> bool:
    """Whether Python 3.`minor` has the grammar for this; a best effort of `ast`, never a false no."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source, feature_version=(3, minor))
    except SyntaxError:
        return False
    return True


def declared_minor(checkout: Checkout) -> int | None:
    """The oldest Python 3 minor that the project's own metadata admits, between OLDEST and NEWEST; None when silent."""
    text = declarations(checkout).first(lambda manifest: manifest.requires_python)
    try:
        allowed = SpecifierSet(text or "")
    except InvalidSpecifier:
        return None
    # Patch releases matter to specifiers such as `>=3.8.1`: ask for a late one.
    admitted = (minor for minor in range(OLDEST_MINOR, NEWEST_MINOR) if allowed.contains(f"3.{minor}.99"))
    return next(admitted, NEWEST_MINOR) if text else None


def lint_minor(checkout: Checkout) -> int:
    """The minor to lint for: rules that ask for newer Python stay silent where a project does not say its own."""
    return declared_minor(checkout) or OLDEST_MINOR
