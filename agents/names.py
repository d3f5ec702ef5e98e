"""Decent names for moved code, from the code's own words; None where it has none.

A decent name uses nouns only of the moved text, its leading comment or the constant it is
dispatched on; has a verb; has at most four words, no digit and none of the words that say nothing
(`and`, `part`, `helper`...). Verbs come from the comment, from a call in the text, or from this
closed table, keyed by what the statements do to the noun:

    a loop appends to it or fills it       collect     a loop assigns it and breaks      find
    it comes in and goes out               update      it is displayed or constructed    build
    it is anything else that goes out      compute     its value decides to raise        check
    it is the one attribute stored         set         it is what the branch is for      handle
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from agents.name_words import ARTICLES, EMPTY_NOUNS, FINITE, FORBIDDEN, STOPS, VERBS, VERBS_WITH_FOR

MAX_WORDS = 4

_LOOPS = ast.For | ast.AsyncFor | ast.While
_CHECKING: frozenset[type[ast.AST]] = frozenset({ast.If, ast.For, ast.Raise, ast.Assign, ast.Pass})
"""The statements of a block that only looks at things, and may object."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a name may be made of."""

    statements: tuple[ast.stmt, ...]
    comment: str
    """The comment lines right above, as one text."""
    under: ast.expr | ast.pattern | None
    """The condition or pattern whose whole branch this is."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[ast.AST, ...] = field(init=False, repr=False)
    """Every node of the statements."""

    def __post_init__(self) -> None:
        """Walk the statements once for all rules."""
        object.__setattr__(self, "nodes", tuple(n for s in self.statements for n in ast.walk(s)))


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its rank: 0 is an author's own words, higher is further from them."""

    name: str
    rank: int


def names_for(moved: Moved, taken: Collection[str]) -> tuple[Named, ...]:
    """Decent names with a leading underscore, best first; none is `taken`, with the underscore or without."""
    makers = (
        _from_comment,
        _from_output,
        _from_check,
        _from_dispatch,
        _from_stored_attribute,
        _from_calls,
        _from_predicate,
    )
    found: dict[str, Named] = {}
    for rank, maker in enumerate(makers):
        for words in maker(moved):
            name = "_" + "_".join(words)
            if _decent(words) and name not in taken and name[1:] not in taken:
                found.setdefault(name, Named(name, rank))
    return tuple(found.values())


def words_of(identifier: str) -> tuple[str, ...]:
    """The lower-case words of a snake_case or CamelCase identifier."""
    if not identifier.isascii():
        return (identifier,)
    return tuple(w.lower() for w in _WORD.findall(identifier))


def _decent(words: Sequence[str]) -> bool:
    if not 2 <= len(words) <= MAX_WORDS or words[0] not in VERBS:  # noqa: PLR2004 - a verb and a noun
        return False
    if any(w in FORBIDDEN or not w.isalpha() or not w.isascii() for w in words):
        return False
    return any(len(w) > 2 and w not in EMPTY_NOUNS for w in words[1:])  # noqa: PLR2004 - `id`, `db` say too little


def _from_comment(moved: Moved) -> Iterator[tuple[str, ...]]:
    sentence = re.split(r"[.,;:!?()\[\]{}]|\s-+\s", moved.comment, maxsplit=1)[0]
    words = [w for w in sentence.split() if w.lower() not in ARTICLES]
    verb, second = [*(w.lower() for w in words[:2]), "", ""][:2]
    phrasal = second in STOPS and verb not in VERBS_WITH_FOR
    if FINITE.isdisjoint(words) and not phrasal:
        yield (verb, *_object(words[1:]))


def _object(words: list[str]) -> Iterator[str]:
    """The first noun phrase; a word that is no identifier stays as it is, which makes no decent name."""
    started = False
    for word in words:
        if word.lower() in STOPS:
            if started:
                return
            continue
        started = True
        plain = word.strip("`'\"")
        yield from words_of(plain) if plain.isidentifier() else (plain,)


def _from_output(moved: Moved) -> Iterator[tuple[str, ...]]:
    if len(moved.outputs) != 1:
        return
    (output,) = moved.outputs
    if _writes_elsewhere(moved, output) >= sum(_changes(n, output) for n in moved.nodes):
        return
    noun = words_of(output)
    if noun and noun[0] in VERBS and len(noun) > 1:
        yield noun
    else:
        yield (_output_verb(moved, output), *noun)


def _changes(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=found, ctx=ast.Store()):
            return found == name
        case _:
            return _fills(node, name)


def _writes_elsewhere(moved: Moved, output: str) -> int:
    """Statements that change something a caller may see, other than the output and the block's own names."""
    own = {n.id for n in moved.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - set(moved.inputs)
    return sum(_root(n) not in {"", output, *own} for n in map(_written_place, moved.nodes) if n is not None)


def _written_place(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Expr(value=ast.Call(func=function)):
            return function
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return node
        case _:
            return None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _output_verb(moved: Moved, output: str) -> str:
    looped = [n for loop in moved.nodes if isinstance(loop, _LOOPS) for n in ast.walk(loop)]
    if any(_fills(n, output) for n in looped):
        return "collect"
    if output in moved.inputs:
        return "update"
    if any(isinstance(n, ast.Break) for n in looped):
        return "find"
    return "build" if _built(moved, output) else "compute"


def _built(moved: Moved, output: str) -> bool:
    values = [n.value for n in moved.nodes if isinstance(n, ast.Assign) and _assigns(n, output)]
    return bool(values) and all(_is_display(v) for v in values)


def _fills(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=found), attr="append" | "add" | "extend" | "insert" | "update")
        ):
            return found == name
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=found))]):
            return found == name
        case _:
            return False


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(t, ast.Name) and t.id == name for t in node.targets)


def _is_display(value: ast.expr) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.Tuple() | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name[:1].isupper()
        case _:
            return False


def _from_check(moved: Moved) -> Iterator[tuple[str, ...]]:
    kinds = {type(n) for n in moved.nodes if isinstance(n, ast.stmt)}
    if moved.outputs or ast.Raise not in kinds or not kinds <= _CHECKING:
        return
    tests = [n.test for n in moved.nodes if isinstance(n, ast.If)]
    if noun := _most_looked_at(tests):
        yield ("check", *words_of(noun))


def _most_looked_at(tests: list[ast.expr]) -> str:
    """The one name that more than half of the tests read, and more of them than any other; else empty."""
    nouns = Counter(noun for test in tests for noun in set(_value_names(test)))
    (noun, most), (_, second) = [*nouns.most_common(2), ("", 0), ("", 0)][:2]
    return noun if most * 2 > len(tests) and most > second else ""


def _value_names(test: ast.expr) -> Iterator[str]:
    functions = {id(n.func) for n in ast.walk(test) if isinstance(n, ast.Call)}
    for node in ast.walk(test):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) if id(node) not in functions and not name[:1].isupper():
                yield name
            case _:
                pass


def _from_stored_attribute(moved: Moved) -> Iterator[tuple[str, ...]]:
    if moved.outputs or any(isinstance(n, ast.Expr | ast.Return) for n in moved.nodes):
        return
    places = [place for place in map(_written_place, moved.nodes) if place is not None]
    stored = {place.attr if isinstance(place, ast.Attribute) else "" for place in places}
    if len(stored) == 1:
        yield ("set", *words_of(stored.pop()))


def _from_calls(moved: Moved) -> Iterator[tuple[str, ...]]:
    acts = [
        n
        for n in moved.nodes
        if isinstance(n, ast.Expr | ast.Return | ast.Assign | ast.AugAssign | ast.Raise | ast.Delete)
    ]
    calls = [n.value for n in acts if isinstance(n, ast.Expr | ast.Return) and isinstance(n.value, ast.Call)]
    phrases = Counter(phrase for call in calls if (phrase := _call_phrase(call)) is not None)
    for phrase, count in phrases.most_common(1):
        if count * 3 >= len(acts) * 2:
            yield phrase


def _call_phrase(call: ast.Call) -> tuple[str, ...] | None:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if len(words_of(name)) > 1:
            return words_of(name)
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=verb) if owner not in {
            "self",
            "cls",
        }:
            return (*words_of(verb), *words_of(owner))
        case _:
            return None


def _condition(moved: Moved) -> ast.AST | None:
    """What the whole block depends on."""
    match moved.statements:
        case (ast.If(test=test, orelse=[]),):
            return test
        case _:
            return moved.under


def _from_dispatch(moved: Moved) -> Iterator[tuple[str, ...]]:
    match _first(_condition(moved)):
        case ast.Compare(ops=[ast.Eq() | ast.Is()], comparators=[constant]) | ast.MatchValue(value=constant):
            yield from _handled(constant)
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]) | ast.MatchClass(cls=kind):
            yield from _handled(kind)
        case _:
            return


def _first(condition: ast.AST | None) -> ast.AST | None:
    """A condition's leading one: what `a and b` is about is a."""
    match condition:
        case ast.BoolOp(op=ast.And(), values=[first, *_]):
            return _first(first)
        case _:
            return condition


def _from_predicate(moved: Moved) -> Iterator[tuple[str, ...]]:
    match _first(_condition(moved)):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name.startswith(("is_", "has_")):
            yield ("handle", *words_of(name)[1:])
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield ("handle", *words_of(name.removeprefix("is_").removeprefix("has_")))
        case _:
            return


def _handled(constant: ast.expr) -> Iterator[tuple[str, ...]]:
    match constant:
        case ast.Constant(value=str(text)) if text.isidentifier():
            yield ("handle", *words_of(text))
        case ast.Attribute(attr=name) | ast.Name(id=name):
            yield ("handle", *words_of(name))
        case _:
            return
