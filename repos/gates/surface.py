"""What a module shows the world, read from its text alone (pure)."""

import ast
from collections import Counter
from collections.abc import Iterator

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def surface(source: bytes, *, imports: bool) -> dict[str, str]:
    """Public names to what callers may rely on: kind, parameters, defaults, annotations, decorators.

    Public means that no part of the qualified name starts with an underscore, special names aside;
    `__all__` can only widen what a reader sees, so it is not asked. Of definitions that share a name
    (overloads, branches of an `if`) each keeps its own entry. `imports` also lists imported names,
    which are a package's interface in its `__init__.py`.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        _say_alike(node)
    return dict(_entries(tree, "", imports, Counter()))


def stored_attributes(source: bytes) -> frozenset[str]:
    """Names of all attributes that some code in the module assigns (`anything.name = ...`)."""
    nodes = ast.walk(ast.parse(source))
    return frozenset(n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))


def public(name: str) -> bool:
    """Whether callers may rely on this last part of a qualified name."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _entries(node: ast.AST, scope: str, imports: bool, seen: Counter[str]) -> Iterator[tuple[str, str]]:  # noqa: FBT001 - private recursion
    for child in ast.iter_child_nodes(node):
        for name, text in _names(child, imports):
            if public(name):
                full = f"{scope}{name}"
                seen[full] += 1
                yield (full if seen[full] == 1 else f"{full}#{seen[full]}"), text
        if isinstance(child, ast.ClassDef) and public(child.name):
            yield from _entries(child, f"{scope}{child.name}.", imports, seen)
        elif not isinstance(child, _Definition | ast.expr):
            yield from _entries(child, scope, imports, seen)


def _names(node: ast.AST, imports: bool) -> Iterator[tuple[str, str]]:  # noqa: FBT001 - private recursion
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
            yield node.name, f"{_decorators(node)}{kind}({ast.unparse(node.args)}){returns}"
        case ast.ClassDef():
            bases = ", ".join(ast.unparse(part) for part in (*node.bases, *node.keywords))
            yield node.name, f"{_decorators(node)}class({bases})"
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name, f"attribute: {ast.unparse(node.annotation)}"
        case ast.Assign():
            yield from ((name, "attribute") for target in node.targets for name in _bound(target))
        case ast.Import() | ast.ImportFrom() if imports:
            yield from ((alias.asname or alias.name.split(".")[0], "import") for alias in node.names)
        case _:
            pass


def _say_alike(node: ast.AST) -> None:
    """Rewrite what the language reads as the same, so that saying it otherwise is no change."""
    match node:
        case ast.Constant():
            node.kind = None  # u"x" is "x"
        case ast.Name(id="IOError" | "EnvironmentError"):
            node.id = "OSError"  # aliases since Python 3.3
        case ast.ClassDef(bases=[ast.Name(id="object")]):
            node.bases = []  # every class is an object
        case _:
            pass


def _bound(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _decorators(node: _Definition) -> str:
    return "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
