"""Where a helper is defined and how the function calls it, so that it is always there at the call.

Language rules: a `def` right after an undecorated `def` runs before anything can call either; a
decorator may call its function at once, so there the helper comes first. A method of the same class
is found through the receiver unless the class, its metaclass or its decorators change what a class
attribute is; every method of a Protocol is one more member that implementations must have. Names
with two leading underscores are spelled differently outside their class. A `def` in a function runs
at every call of it: helpers of a nested function stand outside of all functions.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from agents.transforms.extract_function.blocks import first_line
from agents.transforms.extract_function.scopes import bound_names, own_nodes, scope_of
from agents.transforms.rewrite import Refusal
from agents.transforms.source import Function, FunctionNode, Source


class Kind(Enum):
    """What the helper is."""

    FUNCTION = "function"
    METHOD = "method"
    CLASS_METHOD = "classmethod"


@dataclass(frozen=True, slots=True)
class Placement:
    """A place for helpers of one function."""

    kind: Kind
    receiver: str | None
    """The parameter a method is called through."""
    line: int
    """The helper's lines come before this line (one past the last for the end of the file)."""
    indent: str
    after: bool
    """The helper follows its function; else it comes before."""
    owner: ast.ClassDef | None


_CLASS_DECORATORS = frozenset(
    {"dataclass", "total_ordering", "final", "unique", "define", "frozen", "attrs", "s", "deprecated"}
)
_METHOD_DECORATORS = frozenset(
    [
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "cached_property",
        "contextmanager",
        "deleter",
        "deprecated",
        "final",
        "getter",
        "lru_cache",
        "override",
        "overload",
        "property",
        "setter",
        "staticmethod",
        "classmethod",
    ]
)
"""Decorators known to pass the receiver through unchanged."""
_METACLASSES = frozenset({"ABCMeta", "EnumMeta", "EnumType", "type"})
_FIRST = re.compile(r"#!|[ \t\f]*#.*?coding[:=][ \t]*[-_.a-zA-Z0-9]+")
"""A line for the kernel, and the one that names the encoding (PEP 263), in the first two lines of a file."""
_IMPLICIT_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def placement_of(source: Source, function: Function) -> Placement | Refusal:
    """Where helpers of `function` go, or why no place is exact."""
    owner = function.enclosing[-1]
    if not isinstance(owner, ast.ClassDef):
        nested = isinstance(owner, FunctionNode)
        return _outside(source, function) if nested else _beside(source, function, Kind.FUNCTION, None)
    names = {_last(d) for d in function.node.decorator_list}
    if "staticmethod" in names:
        return _outside(source, function)
    if strange := names - _METHOD_DECORATORS:
        return Refusal(f"decorated-method: `{min(strange)}` may change what the first parameter is")
    if reason := _strange_class(owner):
        return Refusal(f"class-magic: {reason}")
    receiver = _receiver(source, function, owner)
    if isinstance(receiver, Refusal):
        return receiver
    of_class = "classmethod" in names or function.node.name in _IMPLICIT_CLASS_METHODS
    return _beside(source, function, Kind.CLASS_METHOD if of_class else Kind.METHOD, owner, receiver)


def _receiver(source: Source, function: Function, owner: ast.ClassDef) -> str | Refusal:
    """The parameter that is the instance (or class) wherever the method is called."""
    parameters = [*function.node.args.posonlyargs, *function.node.args.args]
    if not parameters:
        return Refusal("no-receiver: the method has no first parameter")
    receiver = parameters[0].arg
    rebound = {n for node in own_nodes(function.node) for n in bound_names(node)}
    if receiver in rebound | scope_of(function.node).rebound_inside:
        return Refusal(f"receiver-rebound: `{receiver}` is assigned in the method")
    if _borrowed(source, function, owner):
        return Refusal(f"borrowed-method: `{owner.name}.{function.node.name}` is used without being called")
    return receiver


def _beside(
    source: Source, function: Function, kind: Kind, owner: ast.ClassDef | None, receiver: str | None = None
) -> Placement:
    node = function.node
    start = first_line(node)
    line = source.lines[start - 1]
    indent = line[: len(line) - len(line.lstrip())]
    after = not node.decorator_list or (owner is not None and not _redefined(node, owner))
    if not after:
        return Placement(kind, receiver, _above_comments(source, start, indent), indent, after=False, owner=owner)
    return Placement(kind, receiver, _past_comments(source, node, indent), indent, after=True, owner=owner)


def _redefined(node: FunctionNode, owner: ast.ClassDef) -> bool:
    """A property and its setter, overloads: a helper between them would part what belongs together."""
    return sum(isinstance(s, FunctionNode) and s.name == node.name for s in owner.body) > 1


def _outside(source: Source, function: Function) -> Placement | Refusal:
    """Before the class or function of the module that holds the function."""
    outermost, *inner = (n for n in function.enclosing if isinstance(n, ast.ClassDef | FunctionNode))
    if inner and isinstance(inner[-1], ast.ClassDef):
        return Refusal("nested-static: a static method of a nested class has no module level beside it")
    in_class = any(isinstance(n, ast.ClassDef) for n in function.enclosing)
    if in_class and any(_mangled(n) for n in ast.walk(function.node)):
        return Refusal("mangled-name: a name with two underscores means another one outside the class")
    start = first_line(outermost)
    line = source.lines[start - 1]
    indent = line[: len(line) - len(line.lstrip())]
    return Placement(Kind.FUNCTION, None, _above_comments(source, start, indent), indent, after=False, owner=None)


def _mangled(node: ast.AST) -> bool:
    """Whether the node spells a name of any kind: a variable, an attribute, what is imported, declared or defined."""
    if isinstance(node, ast.Constant):
        return False
    told: Iterator[Any] = (value for _, value in ast.iter_fields(node))
    words = (word for value in told for word in cast("list[object]", value if isinstance(value, list) else [value]))
    return any(isinstance(word, str) and word.startswith("__") and not word.endswith("__") for word in words)


def _above_comments(source: Source, start: int, indent: str) -> int:
    """The first line of the comment above `start`: no line of a string, and none that must be the file's first."""
    ends = (getattr(node, "end_lineno", None) or 0 for node in ast.walk(source.tree))
    floor = max((end for end in ends if end < start), default=0)
    floor = max([floor, *(at for at, text in enumerate(source.lines[:2], 1) if _FIRST.match(text))])
    while start > floor + 1 and source.lines[start - 2].startswith(indent + "#"):
        start -= 1
    return start


def _past_comments(source: Source, node: FunctionNode, indent: str) -> int:
    """The line after the function, comments indented as its body counted in."""
    end = node.end_lineno or node.lineno
    line = end
    while line < len(source.lines):
        text = source.lines[line]
        if text.strip() and not (text.lstrip().startswith("#") and text.startswith(indent + " ")):
            break
        line += 1
        end = line if text.strip() else end
    return end + 1


def _last(decorator: ast.expr) -> str:
    match decorator:
        case ast.Call(func=function):
            return _last(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ast.unparse(decorator)


def _plain_keyword(keyword: ast.keyword) -> bool:
    return keyword.arg is not None and (keyword.arg != "metaclass" or _last(keyword.value) in _METACLASSES)


def _strange_base(base: ast.expr) -> str:
    name = _last(base.value if isinstance(base, ast.Subscript) else base)
    if name == "Protocol":
        return "every method of a protocol is a member that implementations must have"
    if isinstance(base, ast.Call) and name not in {"namedtuple", "NamedTuple"}:
        return f"the base `{ast.unparse(base)}` is computed"
    return ""


def _strange_class(owner: ast.ClassDef) -> str:
    """Why a new method could change or miss the class, empty when it cannot."""
    if not all(_plain_keyword(keyword) for keyword in owner.keywords):
        return "its metaclass sees every attribute"
    for base in owner.bases:
        if reason := _strange_base(base):
            return reason
    if strange := {_last(d) for d in owner.decorator_list} - _CLASS_DECORATORS:
        return f"the decorator `{min(strange)}` sees every attribute"
    if any(isinstance(s, FunctionNode) and s.name == "__getattribute__" for s in owner.body):
        return "`__getattribute__` decides what an attribute is"
    return ""


def _borrowed(source: Source, function: Function, owner: ast.ClassDef) -> bool:
    """`Class.method` handed on as a value: another class may call it with a receiver of its own.

    Called at once, or under another name of the same class, it keeps its receivers.
    """
    kept: set[ast.AST] = set()
    handed: list[ast.Attribute] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            kept.add(node.func)
        elif isinstance(node, ast.Assign) and all(_is_of(target, owner) for target in node.targets):
            kept.add(node.value)
        elif isinstance(node, ast.Attribute) and node.attr == function.node.name and _is_of(node, owner):
            handed.append(node)
    return any(node not in kept for node in handed)


def _is_of(node: ast.expr, owner: ast.ClassDef) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner.name
