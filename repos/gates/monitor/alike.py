"""One text for expressions that Python reads as one, so that a sink written in another way is no new sink.

Each rule is the language's (reference: "Comparisons", "Formatted string literals"; library: "Format String
Syntax", `str.encode`): `not a in b` is `a not in b`; a text of constants is that text; a formatted literal is the
call of `format` that makes the same text from the same values in the same order; a conversion `!s` is `str` of the
value. A literal formats each value before it reads the next, a call of `format` after all are read: they are one where
every value but the first is only read, by name or attribute, which is taken to change none that came before.
"""

import ast
import string
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.In: ast.NotIn, ast.Is: ast.IsNot}
_CONVERTING = {"str": "s", "repr": "r", "ascii": "a"}
_UTF8 = frozenset({"utf-8", "utf8"})
_UNCONVERTED = -1


def alike(node: ast.expr, rebound: Iterable[str]) -> str:
    """The text of `node`, which is changed; `rebound` names builtins that may mean something else.

    A star among them stands for all: `from x import *`.
    """
    return ast.unparse(_Alike(frozenset(rebound)).visit(node))


@dataclass(frozen=True, slots=True)
class _Field:
    """One value that a text is made with."""

    value: ast.expr
    conversion: str = ""
    specification: str = ""
    inner: tuple[ast.expr, ...] = ()
    """Values that the specification is made with."""


class _Alike(ast.NodeTransformer):
    def __init__(self, rebound: frozenset[str]) -> None:
        self._rebound = rebound

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(node.value)  # without its `u`

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[operator], comparators=[right])):
                negated = _NEGATED.get(type(operator))
                return ast.Compare(left, [negated()], [right]) if negated else node
            case _:
                return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        specifications = (part.format_spec for part in node.values if isinstance(part, ast.FormattedValue))
        if any(_braced(found) for found in specifications if found is not None):
            return node  # no call of `format` has such a specification
        # Of a literal that stays one nothing may change: not every text can stand inside of its braces.
        return _formatting(*self._template(deepcopy(node))) or node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
                parts = _parts(text, node)
                return (_formatting(*self._written(parts)) if parts is not None else None) or node
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="encode"), keywords=[]):
                return ast.Constant(text.encode()) if text.isascii() and _as_utf8(node.args) else node
            case _:
                return node

    def _template(self, node: ast.JoinedStr) -> tuple[str, tuple[ast.expr, ...]]:
        return self._written(self._pieces(node))

    def _pieces(self, node: ast.JoinedStr) -> Iterator[str | _Field]:
        for part in node.values:
            match part:
                case ast.FormattedValue(value=value, conversion=conversion, format_spec=found):
                    specification, inner = self._template(found) if isinstance(found, ast.JoinedStr) else ("", ())
                    letter = "" if conversion == _UNCONVERTED else chr(conversion)
                    yield _Field(self.visit(value), letter, specification, inner)
                case ast.Constant(value=text):
                    yield str(text)
                case _:
                    pass

    def _written(self, parts: Iterable[str | _Field]) -> tuple[str, tuple[ast.expr, ...]]:
        """The template whose fields are numbered by themselves, and the values in their order."""
        text, values = "", list[ast.expr]()
        for part in parts:
            if isinstance(part, str):
                text += part.replace("{", "{{").replace("}", "}}")
                continue
            found = self._converted(part)
            text += "{" + (f"!{found.conversion}" if found.conversion else "")
            text += (f":{found.specification}" if found.specification else "") + "}"
            values += (found.value, *found.inner)
        return text, tuple(values)

    def _converted(self, field: _Field) -> _Field:
        match field.value:
            case ast.Call(func=ast.Name(id=name), args=[value], keywords=[]) if (
                not field.conversion
                and name in _CONVERTING
                and not {name, "*"} & self._rebound
                and not isinstance(value, ast.Starred)
            ):
                return _Field(value, _CONVERTING[name], field.specification, field.inner)
            case _:
                return field


def _braced(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Constant) and set("{}") & set(str(inner.value)) for inner in ast.walk(node))


def _formatting(template: str, values: Sequence[ast.expr]) -> ast.expr | None:
    """None where it matters when each value is read."""
    if not all(_only_read(value) for value in values[1:]):
        return None
    if not values:
        return ast.Constant(template.replace("{{", "{").replace("}}", "}"))
    return ast.Call(ast.Attribute(ast.Constant(template), "format", ast.Load()), list(values), [])


def _only_read(value: ast.expr) -> bool:
    return isinstance(value, ast.Name | ast.Constant) or (isinstance(value, ast.Attribute) and _only_read(value.value))


def _parts(text: str, call: ast.Call) -> list[str | _Field] | None:
    """What a call of `format` writes; None where a literal could not say the same with each value in its turn."""
    given: dict[str, ast.expr] = {str(number): value for number, value in enumerate(call.args)}
    given |= {word.arg: word.value for word in call.keywords if word.arg is not None}
    plain = len(given) == len(call.args) + len(call.keywords)
    if not plain or any(isinstance(value, ast.Starred) for value in call.args):
        return None
    used, kinds = list[str](), set[str]()
    parts: list[str | _Field] = []
    try:
        for literal, name, specification, conversion in string.Formatter().parse(text):
            parts.append(literal)
            if name is None:
                continue
            kinds.add("" if not name else "digits" if name.isdigit() else "name")
            used.append(name or str(len(used)))
            if used[-1] not in given or "{" in (specification or ""):
                return None
            parts.append(_Field(given[used[-1]], conversion or "", specification or ""))
    except ValueError:
        return None
    if {"", "digits"} <= kinds:
        return None  # "cannot switch from automatic field numbering to manual"
    still = all(_only_read(value) for value in given.values())
    return parts if used == list(given) or (still and set(used) == set(given)) else None


def _as_utf8(arguments: Sequence[ast.expr]) -> bool:
    match arguments:
        case []:
            return True
        case [ast.Constant(value=str() as name)]:
            return name.lower() in _UTF8
        case _:
            return False
