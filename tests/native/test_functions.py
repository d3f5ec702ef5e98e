"""Every function of a file is listed exactly once, under the name that Python gives it."""

import ast
from textwrap import dedent

import pyagent_native
from hypothesis import given
from hypothesis import strategies as st

_NAMES = st.sampled_from(("a", "b", "c"))
_HEADS = st.sampled_from(("def {}(x=lambda: 0):", "async def {}():", "class {}:", "if {}:", "with {}:", "for x in {}:"))


@st.composite
def modules(draw: st.DrawFn, depth: int = 0) -> str:
    """Nested definitions and blocks, decorated now and then."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        head = draw(_HEADS).format(draw(_NAMES))
        if draw(st.booleans()) and head.startswith(("def", "async", "class")):
            lines.append("@decorate(lambda: 1,\n    2)")
        nests = depth < 3 and draw(st.booleans())
        body = draw(modules(depth=depth + 1)) if nests else "pass"
        lines.append(head + "\n" + "\n".join("    " + line for line in body.splitlines()))
    return "\n".join(lines)


def qualified_names(node: ast.AST, prefix: str = "") -> list[tuple[str, int, int | None, int, bool]]:
    """Name, `def` line, last line, first line and asynchrony of every function, in source order."""
    found: list[tuple[str, int, int | None, int, bool]] = []
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, ast.ClassDef):
            inner = f"{prefix}{child.name}."
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{prefix}{child.name}.<locals>."
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            is_async = isinstance(child, ast.AsyncFunctionDef)
            found.append((prefix + child.name, child.lineno, child.end_lineno, first, is_async))
        found.extend(qualified_names(child, inner))
    return found


@given(modules())
def test_every_function_is_listed_once_where_python_sees_it(source: str) -> None:
    measured = pyagent_native.measure(source.encode()).functions
    rows = [(row.name, row.line, row.end_line, row.first_line, row.is_async) for row in measured]
    assert rows == qualified_names(ast.parse(source))


@given(modules())
def test_statements_are_those_of_the_syntax_tree(source: str) -> None:
    measured = pyagent_native.measure(source.encode()).functions
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    by_line = {row.line: row.statements for row in measured}
    assert all(by_line[node.lineno] == own_statements(node) for node in functions)


def own_statements(node: ast.AST) -> int:
    """Statements below `node`, without the insides of nested definitions."""
    total = 0
    for child in ast.iter_child_nodes(node):
        is_definition = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        total += isinstance(child, ast.stmt) + (0 if is_definition else own_statements(child))
    return total


def test_a_name_agrees_with_the_qualname_at_run_time() -> None:
    source = dedent("""
        class Outer:
            def method(self):
                class Local:
                    def deep(self): pass
                return Local.deep.__qualname__
    """)
    namespace: dict[str, type] = {}
    exec(source, namespace)  # noqa: S102 - the interpreter itself is the oracle here
    names = [row.name for row in pyagent_native.measure(source.encode()).functions]
    assert names == ["Outer.method", namespace["Outer"]().method()]  # type: ignore[attr-defined]
