"""What Python itself says about a text: does it compile, and which Pythons can read it (nothing is executed)."""

import ast
import tomllib
import warnings

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyagent.ports import Checkout

OLDEST_MINOR = 7
"""Oldest 3.x minor whose grammar `ast.parse` still tells apart."""
NEWEST_MINOR = 11
"""The oldest Python that pyagent runs on; newer grammar cannot be told apart there."""


def compile_problem(source: bytes) -> str | None:
    """Why this source does not compile with our Python; None when it does. Executes nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<candidate>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}" if error.lineno else error.msg
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"cannot be compiled: {type(error).__name__}"
    return None


def parses(source: bytes, minor: int) -> bool:
    """Whether Python 3.`minor` has the grammar for this; a best effort of `ast`, never a false no."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source, feature_version=(3, minor))
    except SyntaxError:
        return False
    return True


def oldest_minor(checkout: Checkout) -> int:
    """The oldest Python 3 minor that the project's own `requires-python` admits; ours when it says nothing."""
    if "pyproject.toml" not in checkout.paths():
        return NEWEST_MINOR
    try:
        document = tomllib.loads(checkout.read("pyproject.toml").decode("utf-8"))
        allowed = SpecifierSet(document["project"]["requires-python"])
    except (ValueError, KeyError, TypeError, InvalidSpecifier):
        return NEWEST_MINOR
    # Patch releases matter to specifiers such as `>=3.8.1`: ask for a late one.
    admitted = (minor for minor in range(OLDEST_MINOR, NEWEST_MINOR) if allowed.contains(f"3.{minor}.99"))
    return next(admitted, NEWEST_MINOR)
