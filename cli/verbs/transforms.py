"""`pyagent transforms`: the deterministic codemods and their examples."""

import click

from agents.transforms.registry import TRANSFORMS
from cli.answers import answer, rows
from cli.frame import options
from pyagent.errors import UsageError


@click.command("transforms")
@click.argument("name", required=False)
@options
def verb(name: str | None) -> None:
    """List the codemods, or show one with its examples and refusals."""
    known = {transform.NAME: transform for transform in TRANSFORMS}
    if name is None:
        listed = [{"name": t.NAME, "class": t.CHANGE_CLASS.value, "does": _first_line(t.__doc__)} for t in TRANSFORMS]
        rows(listed, ("name", "class", "does"), empty="none")
        return
    if name not in known:
        raise UsageError(f"There is no transform named {name}.", f"Known: {', '.join(known)}.")
    transform = known[name]
    document = {
        "name": transform.NAME,
        "class": transform.CHANGE_CLASS.value,
        "changes": [list(pair) for pair in transform.CHANGES],
        "refuses": [{"source": source, "function": where, "reason": word} for source, where, word in transform.REFUSES],
    }
    shown = [(transform.__doc__ or "").strip()]
    for before, after in transform.CHANGES:
        shown += ["", "before:", _indented(before), "after:", _indented(after)]
    answer(document, "\n".join(shown))


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").splitlines())
