"""Classes of change on the command line: `H`, `A` or `H,A`."""

import click

from pyagent.model import ChangeClass


class ChangeClasses(click.ParamType[frozenset[ChangeClass]]):
    """A comma-separated list of classes."""

    name = "CLASSES"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[ChangeClass]:
        """The classes named, in any case."""
        words = frozenset(word.strip().upper() for word in str(value).split(","))
        unknown = words - frozenset(ChangeClass)
        if unknown:
            named = ", ".join(sorted(unknown)).strip(", ") or "nothing"
            self.fail(f"{named} is no class of change; there are {', '.join(ChangeClass)}", param, ctx)
        return frozenset(ChangeClass(word) for word in words)
