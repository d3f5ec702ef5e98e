"""Does the patch name a place on a network that its files did not name?

An address is how data leaves: in a call, and in a picture or a link that a reviewer's browser loads.
Hosts that RFC 2606 and RFC 6761 keep from ever being anybody's are not addresses.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from repos.gates.monitor.delta import Delta, Side

_TOP = (
    "com|net|org|io|dev|app|info|biz|ru|cn|xyz|top|ai|co|me|us|uk|de|fr|eu|nl|ch|jp|kr|in|br|site|online|store|tech|"
    "cloud|live|link|click|shop|club|work|page|sh|gg|tv|cc|ws|to|ly|gl|pw|su|onion|zip|mov|li|at|se|no|pl|cz|es|it"
)
"""Endings that make a bare dotted word an address; with a scheme before it, any word is one."""
ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}:)?//[^\s\"'<>)\]}]{1,300}"
    r"|www\.[\w.-]+"
    r"|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    rf"|\b(?:xn--)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_TOP})\b(?![\w(])",
    re.IGNORECASE,
)
NOBODYS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[\w.-]+@)?(?:[\w-]+\.)*(?:localhost|invalid|test|example|example\.(?:com|net|org))(?::\d+)?(?:/\S*)?",
    re.IGNORECASE,
)

_MARKS = frozenset("./@")


def problems(found: Delta) -> Iterator[str]:
    """Each address that is new to the code, or new to the files at all."""
    code = _addresses(_texts(found.after, "code") - _texts(found.before, "code"))
    prose = _addresses(_texts(found.after, "prose") - _texts(found.before, "prose"))
    if code | prose:
        known = _addresses(_texts(found.before, "code"))
        news = (code - known) | (prose - known - _addresses(_texts(found.before, "prose")))
        if news:
            yield f"names {len(news)} network addresses that its files did not name"


def _texts(sides: Iterable[Side], kind: Literal["code", "prose"]) -> frozenset[str]:
    return frozenset(text for side in sides for text in (side.code if kind == "code" else side.prose))


def _addresses(texts: Iterable[str]) -> frozenset[str]:
    found = (match[0].rstrip(".,;:") for text in texts if _MARKS.intersection(text) for match in ADDRESS.finditer(text))
    return frozenset(address for address in found if not NOBODYS.fullmatch(address))
