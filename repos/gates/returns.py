"""Functions that return a value on one path and nothing on another (pure).

PEP 8: "Either all return statements in a function should return an expression, or none of them should." A `return`
that lost its value, or an end that a `return` no longer guards, reads as such a function. Ruff's RET502 and RET503
tell each `return`, so that a function which always mixed both would have more of them after any guard clause; here
a function has it or has it not.
"""

import ast
from collections.abc import Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = _Function | ast.ClassDef | ast.Lambda
_Loop = ast.For | ast.AsyncFor | ast.While


def newly_mixed(before: bytes, after: bytes) -> tuple[str, ...]:
    """Names of functions that mix both kinds in `after` and did not before; none where a side does not parse.

    A new function may mix them where one that already stood there does: its body came from there.
    """
    try:
        old, new = _functions(ast.parse(before)), _functions(ast.parse(after))
    except (SyntaxError, ValueError):
        return ()
    was = {name for name, node in old.items() if mixed(node)}
    return tuple(name for name, node in new.items() if mixed(node) and name not in was and (name in old or not was))


def mixed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether some path returns a value other than None and another returns without naming one; generators never."""
    own = tuple(_own(function))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own):
        return False
    returns = [node.value for node in own if isinstance(node, ast.Return)]
    valued = any(value is not None and not _is_none(value) for value in returns)
    return valued and (None in returns or _ends(function.body))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _ends(body: list[ast.stmt]) -> bool:
    """Whether running the block may come to its end; what a call never returns from is taken to return."""
    return all(_passes(statement) for statement in body)


def _passes(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            passes = False
        case ast.If():
            passes = _ends(statement.body) or _ends(statement.orelse)
        case ast.For() | ast.AsyncFor():
            passes = _left(statement) or _ends(statement.orelse)
        case ast.While(test=test):
            passes = _left(statement) or (not _is_true(test) and _ends(statement.orelse))
        case ast.With() | ast.AsyncWith():
            passes = _ends(statement.body)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            tried = _ends(body) and _ends(orelse)
            passes = _ends(final) and (tried or any(_ends(each.body) for each in handlers))
        case ast.Match(cases=cases):
            whole = any(each.guard is None and _takes_all(each.pattern) for each in cases)
            passes = not whole or any(_ends(each.body) for each in cases)
        case ast.Assert(test=ast.Constant(value=value)):
            passes = bool(value)
        case _:
            passes = True
    return passes


def _left(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """Whether a `break` of its own leaves the loop."""
    todo: list[ast.AST] = list(loop.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, _Loop):
            todo += node.orelse
        elif not isinstance(node, _Scope):
            todo += ast.iter_child_nodes(node)
    return False


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _functions(tree: ast.Module) -> dict[str, _Function]:
    return dict(_below(tree, ""))


def _below(node: ast.AST, prefix: str) -> Iterator[tuple[str, _Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield prefix + child.name, child
        named = isinstance(child, _Function | ast.ClassDef)
        yield from _below(child, f"{prefix}{child.name}." if named else prefix)


def _own(function: _Function) -> Iterator[ast.AST]:
    """Everything in the function's body but what stands in a scope of its own."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _Scope):
            todo += ast.iter_child_nodes(node)
