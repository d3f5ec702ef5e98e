"""One text for expressions that Python reads as one, so that a sink written in another way is no new sink.

Each rule is the language's (reference: "Comparisons", "Formatted string literals"; library: "Format String
Syntax", `str.encode`): `not a in b` is `a not in b`; a text of constants is that text; a formatted literal is the
call of `format` that makes the same text from the same values in the same order; a conversion `!s` is `str` of the
value; a builtin type called with a value of its own is that value.
"""

import ast
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.In: ast.NotIn, ast.Is: ast.IsNot}
_CONVERTING = {"str": "s", "repr": "r", "ascii": "a"}
_UTF8 = frozenset({"utf-8", "utf8"})
_UNCONVERTED = -1


def alike(node: ast.expr, rebound: Iterable[str]) -> str:
    """The text of `node`, which is changed; `rebound` names builtins that mean something else in its file."""
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
        return _formatting(*self._template(node))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
                parts = _parts(text, node)
                return node if parts is None else _formatting(*self._written(parts))
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="encode"), keywords=[]):
                return ast.Constant(text.encode()) if text.isascii() and _as_utf8(node.args) else node
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=value) as own], keywords=[]):
                return own if type(value).__name__ == name and name not in self._rebound else node
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
                and name not in self._rebound
                and not isinstance(value, ast.Starred)
            ):
                return _Field(value, _CONVERTING[name], field.specification, field.inner)
            case _:
                return field


def _formatting(template: str, values: Sequence[ast.expr]) -> ast.expr:
    if not values:
        return ast.Constant(template.replace("{{", "{").replace("}}", "}"))
    return ast.Call(ast.Attribute(ast.Constant(template), "format", ast.Load()), list(values), [])


def _parts(text: str, call: ast.Call) -> list[str | _Field] | None:
    """What a call of `format` writes; None where a literal could not say the same with each value in its turn."""
    given: dict[str, ast.expr] = {str(number): value for number, value in enumerate(call.args)}
    given |= {word.arg: word.value for word in call.keywords if word.arg is not None}
    plain = len(given) == len(call.args) + len(call.keywords)
    if not plain or any(isinstance(value, ast.Starred) for value in call.args):
        return None
    used: list[str] = []
    parts: list[str | _Field] = []
    try:
        for literal, name, specification, conversion in string.Formatter().parse(text):
            parts.append(literal)
            if name is None:
                continue
            used.append(name or str(len(used)))
            if used[-1] not in given or "{" in (specification or ""):
                return None
            parts.append(_Field(given[used[-1]], conversion or "", specification or ""))
    except ValueError:
        return None
    still = all(isinstance(value, ast.Name | ast.Constant) for value in given.values())
    return parts if used == list(given) or (still and set(used) == set(given)) else None


def _as_utf8(arguments: Sequence[ast.expr]) -> bool:
    match arguments:
        case []:
            return True
        case [ast.Constant(value=str() as name)]:
            return name.lower() in _UTF8
        case _:
            return False
