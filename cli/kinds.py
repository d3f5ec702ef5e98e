"""What each kind of finding means, in words for a person: rules of SARIF, and docs/findings.md (pure)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyagent.model import Finding


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding."""

    title: str
    means: str
    """What `value` is over `limit`, and when it is found."""
    advice: str
    """What a person may do about it."""
    says: str = "{name}: {detail}"
    """One finding of the kind in one line, with the names of its fields."""


KINDS: dict[str, Kind] = {
    "cyclomatic": Kind(
        "Function over the complexity limit",
        "The value is the function's cyclomatic complexity, the limit is `cyclomatic` of the policy in force.",
        "A run extracts helpers from it where that can be proven; else split it by hand.",
        "{name}: cyclomatic {value:g} over {limit:g}",
    ),
    "shape": Kind(
        "Place for a local rewrite",
        "The value counts the places of the function where the named transform applies.",
        "A run rewrites them; `pyagent transforms NAME` shows examples.",
        "{name}: shape {value:g} over {limit:g}",
    ),
    "lint": Kind(
        "Safe lint fix",
        "The value counts the findings of one ruff rule in the file that have a safe fix.",
        "A run applies them, a rule at a time; `ruff rule NAME` explains the rule.",
        "{name}: lint {value:g} over {limit:g}",
    ),
    "hotspot": Kind(
        "Complex, often changed, little tested",
        "The value is commits on the file x cyclomatic complexity x (2 - share of its lines that tests run); the share "
        "is taken for 1 until a run has measured it. Only functions over complexity 10 in files of 2 commits and more; "
        "the 20 worst. None where there is no history, as with an imported release.",
        "Test it first, then simplify it; its tickets come first in a run.",
    ),
    "unused": Kind(
        "Definition that nothing uses",
        "The value is how sure that is in percent: arguments 100, imports 90, others 60, by vulture's rule of one "
        "space of names. Tests count as users.",
        "Remove it, or keep it where others import it: users outside the project are not seen.",
        "{name} ({detail}) looks unused, {value:g} % sure",
    ),
    "tests-only": Kind(
        "Definition that only tests use",
        "As `unused`, but some test file uses the name. Of a library, that is much of what it offers to others.",
        "Remove it with its tests where nobody outside needs it.",
        "{name} ({detail}) looks used by tests only, {value:g} % sure",
    ),
    "clone": Kind(
        "Copied code",
        "The value is the length of both copies in tokens, from 50: token by token (exact), or with other "
        "identifiers and literals (renamed).",
        "Let one function say it, where both must always change together.",
        "{value:g} tokens stand twice ({detail})",
    ),
    "near-duplicate": Kind(
        "Functions that say nearly the same",
        "The value is the least Jaccard similarity of their 3-token shingles, from 0.8, in functions of 50 tokens "
        "and more. Groups that are told as copies already are left out.",
        "Let one function take the difference as an argument, where that reads well.",
        "{detail} say nearly the same, similarity {value:g}",
    ),
    "cycle": Kind(
        "Modules that import each other in a circle",
        "The value counts the files of the circle. Imports inside functions and under `TYPE_CHECKING` close none.",
        "Move what both sides need into a module below them.",
        "{value:g} files import each other: {detail}",
    ),
    "docs": Kind(
        "Public functions without a docstring",
        "The value counts them in one file. Private, dunder and local names are not public.",
        "Say in one line what a caller gets.",
        "{detail} have no docstring",
    ),
    "hints": Kind(
        "Public functions without type hints",
        "The value counts those of a file where some parameter or the return has no hint.",
        "Annotate them; the file is then checked by every caller's type checker.",
        "{detail} lack type hints",
    ),
}


def rule(finding: Finding) -> str:
    """The rule's stable id: the kind, and below it the transform, the lint rule, or what is unused or copied."""
    match finding.kind:
        case "shape" | "clone" | "unused" | "tests-only":
            return f"{finding.kind}/{finding.detail}"
        case "lint":
            return f"lint/{finding.name}"
        case kind:
            return kind


def sentence(finding: Finding) -> str:
    """What was found there, in one line."""
    says = KINDS[finding.kind].says
    return says.format(name=finding.name, value=finding.value, limit=finding.limit, detail=finding.detail)


TOLD = {
    "cycle": ("import cycle", "import cycles"),
    "unused": ("unused definition", "unused definitions"),
    "tests-only": ("definition used by tests only", "definitions used by tests only"),
    "clone": ("copy", "copies"),
    "near-duplicate": ("group of near-duplicates", "groups of near-duplicates"),
}
"""Kinds that are counted for a person in one line: the words for one of them and for many."""


def told(findings: Iterable[Finding]) -> str:
    """How many there are of what concerns the project as a whole: `1 import cycle, 2 copies`."""
    counts = Counter(finding.kind for finding in findings)
    parts = [
        f"{counts[kind]} {one if counts[kind] == 1 else many}" for kind, (one, many) in TOLD.items() if counts[kind]
    ]
    return ", ".join(parts) or "no cycle, nothing unused, no copies"
