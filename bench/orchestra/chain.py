"""`python -m bench.orchestra.chain N`: CPU milliseconds for each of N assets that do nothing."""

import sys
from itertools import pairwise

import dagster as dg

from bench.orchestra.costs import own


def main() -> int:
    """Materialise one chain twice on DAGSTER_HOME's tables, in process as ours are; print what the second time cost."""
    names = [f"link_{number}" for number in range(int(sys.argv[1]))]
    links = [_link(names[0], ()), *(_link(name, (before,)) for before, name in pairwise(names))]
    with dg.DagsterInstance.get() as instance:
        dg.materialize(links, instance=instance)
        begun = own()
        assert dg.materialize(links, instance=instance).success  # noqa: S101 - a failed chain costs nothing
        print(1000 * (own() - begun) / len(links))
    return 0


def _link(name: str, before: tuple[str, ...]) -> dg.AssetsDefinition:
    @dg.asset(name=name, deps=list(before))
    def link() -> None:
        pass

    return link


if __name__ == "__main__":
    sys.exit(main())
