"""Does the patch bring text that a reader cannot read, or text of its own where it may bring none?

Opaque is a run without a space that looks drawn by lot: long, mixed, and of high entropy (base64, hex,
base32), bytes that no letter shows, or a table of many numbers. A transform that only reshapes code
has no text of its own: whatever it writes stood in its files before.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

from repos.gates.monitor.delta import Delta, Side

LONG = 24
"""Characters from which a run can carry something: 18 bytes in base64, 12 in hex."""
BITS = 2.5
"""Shannon bits a character: ASCII in hex has 2.7 or more, digits drawn by lot 3.3; words are told by their shape."""
LONGEST = 1000
"""Of any new text: what nobody reads through nobody reviewed."""
TABLE = 16
"""Numbers in one display from which it is a table."""
UNPRINTABLE = 8
_RUN = re.compile(rf"[A-Za-z0-9+/=_-]{{{LONG},}}")
_PIECES = re.compile(r"[_\-/.=+]")


def problems(found: Delta, *, own_text: bool) -> Iterator[str]:
    """Opaque or endless text that is new; any new text where the author may bring none (`own_text` is False)."""
    known = {text for side in found.before for text in (*side.code, *side.prose)}
    before = "\n".join((*(side.text for side in found.before), *known))
    news = {text for side in found.after for text in (*side.code, *side.prose) if text not in known}
    news = {text for text in news if text not in before}
    if any(is_opaque(text) for text in news):
        yield "brings text that nobody can read (long and drawn by lot)"
    if any(len(text) > LONGEST for text in news):
        yield f"brings a text of more than {LONGEST} characters"
    if found.new(_tables):
        yield f"brings a table of {TABLE} numbers or more"
    if not own_text and (mine := sorted(text for text in news if not text.isidentifier() and _foreign(text, before))):
        yield f"brings {len(mine)} texts of its own, which a change of this class has not"


def is_opaque(text: str) -> bool:
    """Whether some run of the text looks drawn by lot, or its bytes show no letters."""
    if sum(not char.isprintable() and char not in "\n\t\r" for char in text) >= UNPRINTABLE:
        return True
    return any(_by_lot(run) for run in _RUN.findall(text))


def _by_lot(run: str) -> bool:
    """Words joined by marks are names; what stays long between marks, and mixes its letters, is not."""
    longest = max(_PIECES.split(run), key=len)
    mixed = sum(bool(re.search(kind, run)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    dense = len(longest) >= LONG * 2 // 3 and mixed > 1
    return dense and entropy(run) >= BITS and not _camel(longest)


def _camel(piece: str) -> bool:
    """Words run together, each with a capital: no digit inside, and capitals are rare."""
    capitals = sum(char.isupper() for char in piece)
    return piece.isalpha() and capitals * 3 <= len(piece)


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _foreign(text: str, before: str) -> bool:
    """Whether some word of the text stands nowhere in the files before."""
    return any(word not in before for word in text.split())


def _tables(side: Side) -> Iterator[str]:
    for node in side.nodes:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            numbers = [
                item for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, int | float)
            ]
            if len(numbers) >= TABLE:
                yield ast.unparse(node)
