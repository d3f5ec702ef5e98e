"""Language rules besides data flow that keep code where it is: one function, then one block."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from agents.transforms.extract_function.blocks import Block, child_lists
from agents.transforms.extract_function.scopes import bound_names, own_children, own_nodes
from agents.transforms.frames import frames_needed
from agents.transforms.rewrite import ProjectFacts, Refusal
from agents.transforms.source import Function, FunctionNode

_NAMESPACE_READERS = frozenset({"locals", "exec", "eval"})
"""They see the names of the frame they run in; `vars()` and `dir()` do so without an argument."""

_COMPILERS = frozenset({"jit", "njit", "vectorize", "guvectorize", "stencil", "kernel", "script", "compile", "autojit"})
"""Decorators of these names translate a function's own source or bytecode, which a call to a helper changes."""


def refuse_function(function: Function) -> Refusal | None:
    """Why nothing may be moved out of this function, whatever the block."""
    node = function.node
    around = [node, *(n for n in function.enclosing if isinstance(n, FunctionNode))]
    for frame in around:
        # A frame whose namespace is read as a whole must keep every name it has.
        if word := _reads_namespace(frame):
            return Refusal(f"reads-namespace: `{word}` sees every local name")
        for decorator in frame.decorator_list:
            if _last_name(decorator) in _COMPILERS:
                return Refusal(f"compiled: the decorator `{ast.unparse(decorator)}` may read the function's code")
    called = {n.func for n in ast.walk(node) if isinstance(n, ast.Call)}
    if any(isinstance(n, ast.Name) and n.id == "super" and n not in called for n in ast.walk(node)):
        return Refusal("super: called under another name it reads the function that calls it")
    return None


def _reads_namespace(node: FunctionNode) -> str:
    for child in ast.walk(node):
        match child:
            case ast.Name(id=name) if name in _NAMESPACE_READERS:
                return name
            case ast.Call(func=ast.Name(id="vars" | "dir" as name), args=[], keywords=[]):
                return name
            case _:
                pass
    return ""


def _last_name(decorator: ast.expr) -> str:
    match decorator:
        case ast.Call(func=function):
            return _last_name(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def own_block_nodes(block: Block) -> Iterator[ast.AST]:
    """Nodes of the block that run in the function's own scope."""
    for statement in block.statements:
        yield statement
        yield from own_children(statement)


def refuse_statement(
    statement: ast.stmt, *, declared: frozenset[str], around: frozenset[str], facts: ProjectFacts
) -> Refusal | None:
    """The first rule that keeps this statement in its function, None when it may move.

    `declared` are the function's `global` and `nonlocal` names, `around` what it sees of the functions around it.
    """
    own = (statement, *own_children(statement))
    return (
        _suspends(own)
        or _defines_class(statement)
        or _binds_outside(declared, own)
        or _reads_around(statement, around)
        or _bare_raise(statement)
        or _frames(statement, facts)
        or _implicit_class(statement)
    )


def _suspends(own: tuple[ast.AST, ...]) -> Refusal | None:
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own):
        return Refusal("yield: a generator suspends in its own frame only")
    return None


def _defines_class(statement: ast.stmt) -> Refusal | None:
    # A class keeps the function's name in its __qualname__, which registries and pickles may use.
    if any(isinstance(n, ast.ClassDef) for n in ast.walk(statement)):
        return Refusal("local-class: its qualified name would change")
    return None


def _binds_outside(declared: frozenset[str], own: tuple[ast.AST, ...]) -> Refusal | None:
    if any(isinstance(n, ast.Global | ast.Nonlocal) for n in own):
        return Refusal("global-write: a `global` or `nonlocal` statement speaks for the whole function")
    if written := frozenset(name for n in own for name in bound_names(n)) & declared:
        return Refusal(f"global-write: the block rebinds `{min(written)}` outside the function")
    return None


def _reads_around(statement: ast.stmt, around: frozenset[str]) -> Refusal | None:
    # A helper that sees them would be defined where they are: once more at every call of that function.
    used = (name for n in ast.walk(statement) for name in _shared_names(n)) if around else ()
    if name := min(around.intersection(used), default=""):
        return Refusal(f"enclosing-name: `{name}` belongs to the function around it")
    return None


def _shared_names(node: ast.AST) -> Sequence[str]:
    """What the node may share with a function around it: a name, or all names under `nonlocal`."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Nonlocal(names=names):
            return names
        case _:
            return ()


def _bare_raise(statement: ast.stmt) -> Refusal | None:
    # At run time it would work (the active exception is the thread's, not the frame's); readers and
    # linters take a `raise` without its handler for a mistake.
    if _raises_bare(statement):
        return Refusal("bare-raise: its handler would stay behind")
    return None


def _raises_bare(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return statement.exc is None
    handled = statement.handlers if isinstance(statement, ast.Try | ast.TryStar) else []
    bodies = [h.body for h in handled]
    return any(_raises_bare(s) for child in child_lists(statement) if child not in bodies for s in child)


def _frames(statement: ast.stmt, facts: ProjectFacts) -> Refusal | None:
    if frames_needed(statement) > 0:
        return Refusal("frame-sensitive: the block reads the call stack")
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in facts.frame_sensitive:
                return Refusal(f"frame-sensitive: `{name}` counts the frames above it")
            case _:
                pass
    return None


def _implicit_class(statement: ast.stmt) -> Refusal | None:
    # Functions and lambdas in the statement see the class through the method that they stand in.
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Name(id="super"), args=[]):
                return Refusal("super: without arguments it reads the method's own first argument")
            case ast.Name(id="__class__"):
                return Refusal("super: `__class__` belongs to the method")
            case _:
                pass
    return None


def bare_annotations(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names under an annotation without a value."""
    bare = (n.target for n in nodes if isinstance(n, ast.AnnAssign) and n.value is None)
    return frozenset(target.id for target in bare if isinstance(target, ast.Name))


def refuse_block(function: Function, block: Block, declared: frozenset[str]) -> Refusal | None:
    """A bare `x: T` binds nothing but types every binding of x: it stays with all of them or moves with all."""
    if not declared:
        return None
    own = tuple(own_block_nodes(block))
    moved = bare_annotations(own)
    inside = frozenset(id(n) for n in own)
    for node in own_nodes(function.node) if moved else ():
        if isinstance(node, ast.Name) and node.id in moved and id(node) not in inside:
            return Refusal(f"bare-annotation: `{node.id}` is declared in the block and used outside it")
    return None
