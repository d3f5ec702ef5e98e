"""Does the text show a reader what Python reads?

Python ignores neither bidirectional controls nor invisible characters, a reader does; and it folds
identifiers by NFKC, so two spellings may be one name and one look may be two names.
"""

import io
import tokenize
import unicodedata
from collections.abc import Iterator

from repos.gates.monitor.delta import Delta, Side

LOOKS_LATIN = frozenset("асеорхуіјѕһԁԛԝаАВЕКМНОРСТХУІЈЅԌοαγνυικρτΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıℓ")
"""Letters of other scripts that are drawn like Latin ones (Unicode's confusables, the common part)."""


def problems(found: Delta) -> Iterator[str]:
    """Hidden characters and deceiving identifiers that the patch adds."""
    for char in sorted(found.new(_hidden)):
        yield f"adds {unicodedata.name(char, f'control character {ord(char):#04x}')}"
    for name in sorted(found.new(_deceiving)):
        yield f"adds an identifier that is not what it looks like: {name!a}"


def _hidden(side: Side) -> Iterator[str]:
    return (char for char in side.text if not " " <= char <= "~" and is_hidden(char))


def is_hidden(char: str) -> bool:
    """Whether a character is drawn as nothing, or changes how others are drawn."""
    kind = unicodedata.category(char)
    invisible = "\u115f\u1160\u3164\uffa0\u034f\u2800"
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return (
        kind in {"Cf", "Zl", "Zp", "Co", "Cn"}
        or (kind == "Cc" and char not in "\t\n\r")
        or char in invisible
        or selector
    )


def _deceiving(side: Side) -> Iterator[str]:
    if side.text.isascii():
        return
    try:
        tokens = [token.string for token in tokenize.generate_tokens(io.StringIO(side.text).readline)]
    except (tokenize.TokenError, SyntaxError):
        return
    yield from (word for word in tokens if not word.isascii() and word.isidentifier() and _deceives(word))


def _deceives(word: str) -> bool:
    scripts = {_script(char) for char in word if char.isalpha()} - {""}
    foreign = [char for char in word if char.isalpha() and not char.isascii()]
    return (
        unicodedata.normalize("NFKC", word) != word
        or ("LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}))
        or all(char in LOOKS_LATIN for char in foreign)
    )


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def unreadable(found: Delta) -> Iterator[str]:
    """Python files after the patch that Python cannot read: nothing can be said about those."""
    for side in found.after:
        if side.path.endswith(".py") and not side.nodes:
            yield f"{side.path}: Python cannot read it"
