"""Does a text hold a run that looks drawn by lot? (long, mixed, of high entropy: base64, hex, base32, raw bytes)."""

import math
import re
from collections import Counter

LONG = 24
"""Characters from which a run can carry something: 18 bytes in base64, 12 in hex."""
BITS = 2.5
"""Shannon bits a character: ASCII in hex has 2.7 or more, digits drawn by lot 3.3; words are told by their shape."""
WORD = 3.3
"""Mean length of the words, capitals and numbers in a run, below which it is none: 1.9 in base64 on average, and 3.4
in `AVeryLongNameOfAClassWithManyWords`."""
SAYABLE = 3
"""Letters from which a word has a vowel."""
VOWELLESS = 0.25
"""Share of a run in words without a vowel that should have one, above which it says nothing."""
UNPRINTABLE = 8
"""Characters without a picture from which a text is a program or a key, not words."""

_RUN = re.compile(rf"[A-Za-z0-9+/=_-]{{{LONG},}}")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|.")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_JOINT = re.compile(r"[_-]")
_OF_BASE64 = re.compile(r"[/+=]")
_EVERY_MARK = re.compile(r"[_/+=-]")
_HEX = re.compile(r"(?=(?:.*\d){3})(?=.*[a-fA-F])[0-9a-fA-F]{24,}")
_BASE32 = re.compile(r"(?=.*\d)(?=(?:.*[A-Z]){8})[A-Z2-7]{24,}")


def is_opaque(text: str) -> bool:
    """Whether some run of the text looks drawn by lot, or its characters show nothing."""
    if sum(not char.isprintable() and char not in "\n\t\r" for char in text) >= UNPRINTABLE:
        return True
    return any(_by_lot(run) for run in _RUN.findall(text))


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())


def _by_lot(run: str) -> bool:
    """Words joined by marks are names; what stays long between marks, and mixes its letters, is not."""
    if any(_HEX.fullmatch(piece) or _BASE32.fullmatch(piece) for piece in _EVERY_MARK.split(run)):
        return True
    # What base64 has besides letters cuts nothing; what joins words does.
    longest = max(_JOINT.split(_OF_BASE64.sub("", run)), key=len)
    return len(longest) >= LONG * 2 // 3 and entropy(run) >= BITS and not _worded(longest)


def _worded(piece: str) -> bool:
    """Whether words were run together: long ones, each begun by a capital, and with vowels."""
    words = _WORDS.findall(piece)
    dumb = sum(len(word) for word in words if len(word) >= SAYABLE and word.isalpha() and not _VOWEL.search(word))
    return len(piece) >= WORD * len(words) and dumb <= VOWELLESS * len(piece)
