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
        words = [word.strip().upper() for word in str(value).split(",") if word.strip()]
        known = {each.value: each for each in ChangeClass}
        unknown = [word for word in words if word not in known]
        if unknown or not words:
            self.fail(
                f"{', '.join(unknown) or 'nothing'} is no class of change; there are {', '.join(known)}", param, ctx
            )
        return frozenset(known[word] for word in words)
