"""Where work hurts: files that are changed often, are complex, and are little tested (pure).

After Tornhill, *Your Code as a Crime Scene* (2015): complexity alone costs nothing until somebody
has to change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hotspot:
    """One file: commits that changed it, its cyclomatic complexity, its covered share if known, its score."""

    path: str
    commits: int
    complexity: int
    covered: float | None
    score: float


def score(commits: int, complexity: int, covered: float | None) -> float:
    """`commits x complexity x (2 - covered)`; `covered` from 0 to 1, taken for 1 where nobody measured it.

    A file without a test hurts twice as much as the same file fully covered.
    """
    return commits * complexity * (2.0 - (1.0 if covered is None else covered))


def hotspots(
    commits: Mapping[str, int], complexity: Mapping[str, int], covered: Mapping[str, float]
) -> tuple[Hotspot, ...]:
    """The files of `complexity` that were changed at all, highest score first, then by path."""
    found = (
        Hotspot(path, changed, complex_, share, score(changed, complex_, share))
        for path, complex_ in complexity.items()
        if (changed := commits.get(path, 0))
        for share in (covered.get(path),)
    )
    return tuple(sorted(found, key=lambda spot: (-spot.score, spot.path)))
