"""How the complexity of functions is spread: what no change may make worse, for its author and its judge alike."""

from collections.abc import Iterable, Mapping

from pyagent_native import FileMetrics

CYCLOMATIC_STEPS = (10, 15, 25)
COGNITIVE_STEPS = (15,)


def distribution(files: Iterable[FileMetrics]) -> dict[str, int]:
    """How many functions lie over each step, and the sum of cognitive complexity."""
    functions = [function for file in files for function in file.functions]
    return {
        **{f"functions over cyclomatic {n}": sum(f.cyclomatic > n for f in functions) for n in CYCLOMATIC_STEPS},
        **{f"functions over cognitive {n}": sum(f.cognitive > n for f in functions) for n in COGNITIVE_STEPS},
        "sum of cognitive": sum(f.cognitive for f in functions),
    }


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[str, ...]:
    """The counts of `before` that are higher in `after`."""
    return tuple(name for name, count in before.items() if after[name] > count)
