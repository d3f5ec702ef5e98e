"""Names of a whole project that single-file transforms must know: frame readers, patched and private ones.

Rule for frames. `warnings.warn(..., stacklevel=k)` blames the k-th frame, `sys._getframe(n)` reads
the n-th caller. A new frame between the reader and the frame it reads changes the answer; a new
frame beyond it does not. So each function *needs* a number of frames left alone, its own first:
k - 1 (a helper of the same file may be blamed for its caller) or n + 1 (a frame read is a frame
known) where the number is a literal or a parameter's literal default, one a step where `f_back`
walks, infinitely many where nothing says. Code that reads the whole stack shows it or searches it:
it needs its caller and as many more as its literal indices, and what it shows is a traceback's
shape. A caller needs one less than what it calls. Calls are followed by bare name, so a
name defined twice counts as its neediest definition.
"""

import ast
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from agents.transforms.source import FunctionNode, Source

_WALKERS = frozenset(
    {"_current_frames", "extract_stack", "format_stack", "getouterframes", "print_stack", "walk_stack"}
)
"""Names that read the stack as a whole."""

_SLACK = 2.0
"""What a function may add to a level passed to it before it uses it."""

_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})
"""Methods that calling their class runs: they go by its name, also where `super()` or a base calls them."""


def frame_sensitive(sources: Iterable[Source]) -> frozenset[str]:
    """Names of project functions and classes whose direct callers must not gain a frame."""
    needs: dict[str, float] = defaultdict(float)
    callers: _Callers = defaultdict(set)
    for source in sources:
        for name, node in _definitions(source.tree, None):
            needs[name] = max(needs[name], frames_needed(node))
            for called in _mentioned(node):
                callers[called].add((name, 1.0))
        for subclass, base in _subclasses(source.tree):
            callers[base].add((subclass, 0.0))
    _spread(needs, callers)
    return frozenset(name for name, need in needs.items() if need > 1)


_Callers = defaultdict[str, set[tuple[str, float]]]
"""A name -> who reaches it, and how many frames less they need: callers one, subclasses (constructed by it) none."""


def _spread(needs: dict[str, float], callers: _Callers) -> None:
    pending = [name for name, need in needs.items() if need > 1]
    while pending:
        name = pending.pop()
        for caller, less in callers[name]:
            if needs[caller] < needs[name] - less:
                needs[caller] = needs[name] - less
                pending.append(caller)


def _subclasses(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from ((node.name, _last(base)) for base in node.bases)


def frames_needed(node: ast.AST) -> float:
    """How many frames, its own first, a piece of code needs left alone; infinity when nothing says."""
    every = tuple(ast.walk(node))
    walk = _walk_needs(every)
    defaults = {name: level for child in every if isinstance(child, ast.arguments) for name, level in _defaults(child)}
    return max(walk, *(_reads(child, defaults, walks=walk > 0) for child in every))


def _walk_needs(every: tuple[ast.AST, ...]) -> float:
    backs = sum(isinstance(n, ast.Attribute) and n.attr == "f_back" for n in every)
    if not any(_is_walk(n) for n in every):
        return 1.0 + backs if backs else 0.0
    indices = (n.slice for n in every if isinstance(n, ast.Subscript))
    return 2.0 + backs + max((_largest(index) for index in indices), default=0.0)


def _largest(index: ast.expr) -> float:
    numbers = (n.value for n in ast.walk(index) if isinstance(n, ast.Constant))
    return max((float(abs(n)) for n in numbers if isinstance(n, int)), default=0.0)


def _is_walk(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="stack", value=ast.Name(id="inspect")):
            return True
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
            return name in _WALKERS
        case _:
            return False


def _defaults(args: ast.arguments) -> Iterator[tuple[str, float]]:
    positional = [*args.posonlyargs, *args.args]
    pairs = [
        *zip(reversed(positional), reversed(args.defaults), strict=False),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ]
    for parameter, default in pairs:
        if default is not None and (level := _literal(default)) < math.inf:
            yield parameter.arg, level


def _reads(node: ast.AST, defaults: Mapping[str, float], *, walks: bool) -> float:
    match node:
        case ast.Call(func=function, args=args, keywords=keywords):
            given = [k.value for k in keywords if k.arg == "stacklevel"]
            if any(k.arg == "skip_file_prefixes" for k in keywords):
                return math.inf
            return max(
                _call_reads(function, args, defaults), *(_level(v, function, defaults, walks=walks) for v in given), 0.0
            )
        case ast.Attribute(attr="_getframe" | "currentframe" | "_getframemodulename"):
            return 1.0
        case _:
            return 0.0


def _level(value: ast.expr, function: ast.expr, defaults: Mapping[str, float], *, walks: bool) -> float:
    # A function that hands its own parameter on is judged by the default here and by the number
    # each caller passes there; callers count two more, for what the function may add to it.
    slack = 0.0 if _last(function) in {"warn", "warn_explicit"} else _SLACK
    match value:
        case ast.Name(id=name) if name in defaults:
            return defaults[name] - 1 + slack
        case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=added) if (
            name in defaults and _literal(added) <= _SLACK
        ):
            return defaults[name] + _literal(added) - 1 + slack
        case _:
            found = _literal(value)
            # A level computed where the stack itself is walked was searched for, not counted.
            return 2.0 if found == math.inf and walks else found - 1 + slack


def _call_reads(function: ast.expr, args: list[ast.expr], defaults: Mapping[str, float]) -> float:
    match function:
        case ast.Attribute(attr="warn", value=ast.Name(id="warnings")) if len(args) > 2:  # noqa: PLR2004 - third is stacklevel
            return _level(args[2], function, defaults, walks=False)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in {"_getframe", "_getframemodulename"}:
            return _literal(args[0]) + 1 if args else 1.0
        case ast.Name(id="currentframe"):
            return 1.0
        case _:
            return 0.0


def _literal(value: ast.expr) -> float:
    if isinstance(value, ast.Constant) and isinstance(value.value, int):
        return float(value.value)
    return math.inf


def _definitions(node: ast.AST, owner: str | None) -> Iterator[tuple[str, FunctionNode]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield owner if owner and child.name in _CONSTRUCTORS else child.name, child
            yield from _definitions(child, None)
        else:
            yield from _definitions(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _mentioned(node: FunctionNode) -> Iterator[str]:
    # A mere mention counts: a property runs at a load, a decorator around every call.
    for child in ast.walk(node):
        match child:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case _:
                pass


def patched_names(tree: ast.Module) -> Iterator[str]:
    """What `setattr`, `patch` and `patch.object` name by a string: dotted, and its last part."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node.func) in {"setattr", "patch", "object", "delattr"}:
            for arg in node.args[:2]:
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                    yield arg.value
                    yield arg.value.rpartition(".")[2]


def _last(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def private_names(tree: ast.Module) -> Iterator[str]:
    """Every identifier with a leading underscore, in code or as a whole string."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(attr=name)
                | ast.Name(id=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
            ) if name.startswith("_"):
                yield name
            case ast.Constant(value=str(text)) if text.startswith("_") and text.isidentifier():
                yield text
            case _:
                pass
