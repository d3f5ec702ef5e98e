"""Wishes a person wrote down: every list item of a Markdown file is an idea (pure; the text is untrusted)."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pyagent.ids import digest
from pyagent.model import Idea

MOST_BYTES = 64 << 10
"""Parsing costs at most about a CPU-second up to here, whatever the text; real wish lists are far shorter."""
MOST_IDEAS = 1000
TITLE_LENGTH = 120
TEXT_LENGTH = 2000
TARGET_LENGTH = 200

_BOX = re.compile(r"\[(?P<mark>[ xX])\](?:\s+|$)")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+(?:\(\))?")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s")
_HANGUL_FILLERS = "\u115f\u1160\u3164\uffa0"
_INVISIBLE = frozenset(
    _HANGUL_FILLERS + "\u034f\u2800" + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that show nothing: fillers, the grapheme joiner, the blank braille, variation selectors."""
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(slots=True)
class _Item:
    """A list item while it is read."""

    within: "_Item | None"
    texts: list[str] = field(default_factory=list[str])
    codes: list[str] = field(default_factory=list[str])
    done: bool = False


def ideas(source: str, markdown: bytes, modules: Iterable[str]) -> tuple[Idea, ...]:
    """The open wishes of a Markdown file, in its order, each once.

    Every list item counts, nested ones too; a ticked box (`[x]`) takes its item and what is nested in
    it out. The first code span that names one of `modules` (known paths) is the target, else the
    first that looks like a path or `module.function`. Nothing is raised: `problems` says what could
    not be read.
    """
    known = _places(modules)
    found: dict[str, Idea] = {}
    for item in islice(_items(_tokens(markdown)), MOST_IDEAS):
        idea = _idea(source, item, known)
        if idea is not None:
            found.setdefault(idea.id, idea)
    return tuple(found.values())


def problems(markdown: bytes) -> tuple[str, ...]:
    """What of a file `ideas` could not take as it is, one sentence each."""
    said: list[str] = []
    if len(markdown) > MOST_BYTES:
        said.append(f"The file has {len(markdown)} bytes; only the first {MOST_BYTES} were read.")
    if "\ufffd" in _decoded(markdown):
        said.append("Some bytes are not valid text; they were replaced.")
    if len(tuple(_items(_tokens(markdown)))) > MOST_IDEAS:
        said.append(f"The file has more than {MOST_IDEAS} list items; the rest was left out.")
    return tuple(said)


def _decoded(markdown: bytes) -> str:
    body = markdown[:MOST_BYTES]
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if wide else "utf-8-sig", "replace")


def _tokens(markdown: bytes) -> list[Token]:
    return MarkdownIt("commonmark").parse(_decoded(markdown))


def _items(tokens: Iterable[Token]) -> Iterator[_Item]:
    """Items in the order they open; the text of a nested one is not its parent's."""
    opened: list[_Item] = []
    current: _Item | None = None
    for token in tokens:
        if token.type == "list_item_open":
            current = _Item(current)
            opened.append(current)
        elif token.type == "list_item_close" and current is not None:
            current = current.within
        elif token.type == "inline" and current is not None:
            _read_inline(current, token.children or [])
    yield from (item for item in opened if not _is_done(item))


def _is_done(item: _Item | None) -> bool:
    return item is not None and (item.done or _is_done(item.within))


def _read_inline(item: _Item, children: Iterable[Token]) -> None:
    words: list[str] = []
    for child in children:
        if child.type == "code_inline":
            item.codes.append(child.content)
            words.append(f"`{child.content}`")
        elif child.type == "text":
            words.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            words.append(" ")
    text = "".join(words)
    box = None if item.texts else _BOX.match(text)
    if box:
        item.done = box["mark"] != " "
        text = text[box.end() :]
    item.texts.append(text)


def _idea(source: str, item: _Item, known: frozenset[str]) -> Idea | None:
    text = plain(" ".join(item.texts))
    if not text:
        return None
    name = unicodedata.normalize("NFKC", text).casefold()
    title = _SENTENCE_END.split(text, maxsplit=1)[0]
    return Idea(
        id=digest("idea", " ".join(name.split())),
        source=plain(source)[:TITLE_LENGTH],
        title=_cut(title, TITLE_LENGTH),
        text=_cut(text, TEXT_LENGTH),
        target=_target(item.codes, known),
    )


def plain(text: str) -> str:
    """One line without control, format, private or invisible characters, white space collapsed."""
    visible = (" " if char.isspace() else char for char in text if char not in _INVISIBLE)
    kept = (char for char in visible if unicodedata.category(char) not in _DROPPED)
    return " ".join("".join(kept).split())


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _target(codes: Iterable[str], known: frozenset[str]) -> str | None:
    words = [word for code in codes if (word := plain(code)) and len(word) <= TARGET_LENGTH]
    likely = [word for word in words if _looks_like_place(word)]
    return next((word for word in likely if _names_known(word, known)), likely[0] if likely else None)


def _looks_like_place(word: str) -> bool:
    path = " " not in word and not word.startswith("-") and (word.endswith(".py") or "/" in word.strip("/"))
    return (path and ".." not in word and "://" not in word) or bool(_DOTTED.fullmatch(word))


def _places(paths: Iterable[str]) -> frozenset[str]:
    """Every way to write a part of a known path: its folders and its file, without some that lead or follow."""
    cut = (path.split("/") for path in frozenset(paths))
    return frozenset(
        "/".join(parts[start:end])
        for parts in cut
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    )


def _names_known(word: str, known: frozenset[str]) -> bool:
    """Whether the word is a part of a known path, or leads with the module that one is."""
    if "/" in word or word.endswith(".py"):
        return word.removeprefix("./").strip("/") in known
    parts = word.removesuffix("()").split(".")
    heads = ("/".join(parts[:cut]) for cut in range(1, len(parts) + 1))
    return any(f"{head}.py" in known or f"{head}/__init__.py" in known for head in heads)
