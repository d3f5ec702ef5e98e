"""Does the patch bring text that nobody reviews, or text of its own where it may bring none?

A transform that only reshapes code has no text of its own: whatever it writes stood in its files before.
Text that nobody can read is `repos.gates.monitor.leaks`'s to find.
"""

import ast
from collections.abc import Iterator

from repos.gates.monitor.delta import Delta, Side

LONGEST = 1000
"""Of any new text: what nobody reads through nobody reviewed."""
TABLE = 16
"""Numbers in one display from which it is a table."""


def problems(found: Delta, *, own_text: bool) -> Iterator[str]:
    """Endless text and tables that are new; any new text where the author may bring none (`own_text` is False)."""
    news = found.texts()
    if any(len(text) > LONGEST for text in news):
        yield f"brings a text of more than {LONGEST} characters"
    if found.new(_tables):
        yield f"brings a table of {TABLE} numbers or more"
    if not own_text:
        before = "\n".join(text for side in found.before for text in (side.text, *side.code))
        mine = [text for text in news if not text.isidentifier() and _foreign(text, before)]
        if mine:
            yield f"brings {len(mine)} texts of its own, which a change of this class has not"


def _foreign(text: str, before: str) -> bool:
    """Whether some word of the text stands nowhere in the files before."""
    return any(word not in before for word in text.split())


def _tables(side: Side) -> Iterator[str]:
    for node in side.nodes:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            values = (item.value for item in node.elts if isinstance(item, ast.Constant))
            if sum(isinstance(value, int | float) for value in values) >= TABLE:
                yield ast.unparse(node)
