"""Python's own syntax tree: every function once, our `core` complexity, docstrings and hints."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pyagent_native import FileMetrics

from bench.oracles.outcome import Compared, Difference, unanswered

Function = ast.FunctionDef | ast.AsyncFunctionDef


def compare(path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """The list of functions, `core` of each and of the module, and what is documented and hinted."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as refusal:
        return unanswered(path, refusal)
    compared = Compared()
    functions = {(node.lineno, name): node for name, node in named_functions(tree)}
    ours = [(row.line, row.name) for row in measured.functions]
    compared.expect(Difference(path, 0, "functions listed", sorted(ours), sorted(functions)))
    for row in measured.functions:
        node = functions.get((row.line, row.name))
        theirs = node and 1 + sum(map(decisions, own(node.body)))
        compared.expect(Difference(path, row.line, f"{row.name} core", row.cyclomatic_core, theirs))
    compared.expect(Difference(path, 0, "core", measured.cyclomatic_core, 1 + sum(map(decisions, own(tree.body)))))
    documented = (measured.documented, measured.functions_documented, measured.classes, measured.classes_documented)
    compared.expect(Difference(path, 0, "docstrings", documented, docstrings(tree)))
    compared.expect(Difference(path, 0, "hints", (measured.hinted, measured.hintable), hints(tree)))
    return compared


def named_functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every function below the node with its qualified name."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield prefix + name, child
                yield from named_functions(child, f"{prefix}{name}.<locals>.")
            case ast.ClassDef(name=name):
                yield from named_functions(child, f"{prefix}{name}.")
            case _:
                yield from named_functions(child, prefix)


def own(nodes: list[ast.AST] | list[ast.stmt]) -> Iterator[ast.AST]:
    """Everything that runs with the statements: of functions nested in them only the headers."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, Function):
            children = [child for child in children if child not in node.body]
        waiting += children


def decisions(node: ast.AST) -> int:
    """In how many ways more than one the node can go on."""
    match node:
        case ast.If() | ast.IfExp() | ast.For() | ast.AsyncFor() | ast.While() | ast.ExceptHandler() | ast.Assert():
            return 1
        case ast.BoolOp(values=values):
            return len(values) - 1
        case ast.comprehension(ifs=ifs):
            return 1 + len(ifs)
        case ast.match_case(pattern=pattern, guard=guard):
            return (not always_fits(pattern)) + (guard is not None)
        case _:
            return 0


def always_fits(pattern: ast.pattern) -> bool:
    """Whether the pattern takes any value."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return always_fits(inner)
        case ast.MatchOr(patterns=patterns):
            return any(always_fits(inner) for inner in patterns)
        case _:
            return False


def docstrings(tree: ast.Module) -> tuple[bool, int, int, int]:
    """Whether the module is documented, how many functions are, how many classes there are, and are."""
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, Function)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    of_functions = sum(ast.get_docstring(node, clean=False) is not None for node in functions)
    of_classes = sum(ast.get_docstring(node, clean=False) is not None for node in classes)
    return ast.get_docstring(tree, clean=False) is not None, of_functions, len(classes), of_classes


def hints(tree: ast.Module) -> tuple[int, int]:
    """How many parameters, a method's first left out, and returns have a type hint, and how many there are."""
    methods = {id(child) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for child in _scope(node)}
    places = chain.from_iterable(
        _hintable(node, is_method=id(node) in methods) for node in ast.walk(tree) if isinstance(node, Function)
    )
    hinted = [place is not None for place in places]
    return sum(hinted), len(hinted)


def _scope(definition: ast.ClassDef) -> Iterator[ast.AST]:
    """Nodes whose direct scope is the class."""
    waiting: list[ast.AST] = list(definition.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _hintable(node: Function, *, is_method: bool) -> Iterator[ast.expr | None]:
    """The hint, or none, of each place that counts."""
    spec = node.args
    positional = [*spec.posonlyargs, *spec.args]
    is_static = any(isinstance(name, ast.Name) and name.id == "staticmethod" for name in node.decorator_list)
    if is_method and not is_static:
        positional = positional[1:]
    variadic = [argument for argument in (spec.vararg, spec.kwarg) if argument]
    yield from (argument.annotation for argument in (*positional, *spec.kwonlyargs, *variadic))
    yield node.returns
