"""Names of a whole project that single-file transforms must know: frame readers, patched and private ones.

Rule for frames. `warnings.warn(..., stacklevel=k)` blames the k-th frame, `sys._getframe(n)` reads
the n-th caller. A new frame between the reader and the frame it reads changes the answer; a new
frame beyond it does not. So each function *needs* a number of frames left alone, its own first:
k - 1 (a helper of the same file may be blamed for its caller) or n + 1 (a frame read is a frame
known) where the number is a literal, infinitely many where it is not or where `f_back` and the
like walk the stack. A caller needs one less than what it calls. Calls are followed by bare name, so a
name defined twice counts as its neediest definition.
"""

import ast
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from agents.transforms.source import FunctionNode, Source

_WALKERS = frozenset(
    {
        "_current_frames",
        "extract_stack",
        "f_back",
        "findCaller",
        "format_stack",
        "getouterframes",
        "print_stack",
        "skip_file_prefixes",
        "stack_info",
        "walk_stack",
    }
)
"""Names that read an unknown number of frames upward."""

_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__call__", "__enter__", "__init_subclass__"})
"""Methods that calling a class, or its instance, runs."""


def frame_sensitive(sources: Iterable[Source]) -> frozenset[str]:
    """Names of project functions whose direct callers must not gain a frame."""
    needs: dict[str, float] = defaultdict(float)
    callers: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for names, node in _definitions(source.tree, None):
            for name in names:
                needs[name] = max(needs[name], frames_needed(node))
                for called in _called(node):
                    callers[called].add(name)
    pending = [name for name, need in needs.items() if need > 1]
    while pending:
        name = pending.pop()
        for caller in callers[name]:
            if needs[caller] < needs[name] - 1:
                needs[caller] = needs[name] - 1
                pending.append(caller)
    return frozenset(name for name, need in needs.items() if need > 1)


def frames_needed(node: ast.AST) -> float:
    """How many frames, its own first, a piece of code needs left alone; infinity when no literal says."""
    return max((_reads(child) for child in ast.walk(node)), default=0.0)


def _reads(node: ast.AST) -> float:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)) if (
            name in _WALKERS
        ):
            return math.inf
        case ast.arg(arg="stacklevel"):
            return math.inf
        case ast.keyword(arg="stacklevel", value=value):
            return _literal(value) - 1
        case ast.Call(func=function, args=args):
            return _call_reads(function, args)
        case ast.ImportFrom(module="inspect", names=names) if any(n.name == "stack" for n in names):
            return math.inf
        case _:
            return 0.0


def _call_reads(function: ast.expr, args: list[ast.expr]) -> float:
    match function:
        case ast.Attribute(attr="warn", value=ast.Name(id="warnings")) if len(args) > 2:  # noqa: PLR2004 - third is stacklevel
            return _literal(args[2]) - 1
        case ast.Attribute(attr="_getframe" | "_getframemodulename") | ast.Name(id="_getframe" | "_getframemodulename"):
            return _literal(args[0]) + 1 if args else 1.0
        case ast.Attribute(attr="currentframe") | ast.Name(id="currentframe"):
            return 1.0
        case ast.Attribute(attr="stack", value=ast.Name(id="inspect")):
            return math.inf
        case _:
            return 0.0


def _literal(value: ast.expr) -> float:
    if isinstance(value, ast.Constant) and isinstance(value.value, int):
        return float(value.value)
    return math.inf


def _definitions(node: ast.AST, owner: str | None) -> Iterator[tuple[tuple[str, ...], FunctionNode]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            runs_owner = owner is not None and child.name in _CONSTRUCTORS
            yield (child.name, owner) if runs_owner and owner else (child.name,), child
            yield from _definitions(child, None)
        else:
            yield from _definitions(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _called(node: FunctionNode) -> Iterator[str]:
    # Decorators run around every call of the function; properties run at a mere attribute load.
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
