"""What a setup.py says in literals; the script itself never runs outside the sandbox (pure)."""

import ast
import contextlib
from collections.abc import Mapping
from typing import Any, cast

from packaging.utils import canonicalize_name

from repos.environments.manifests import Manifest, lines, pairs, strings, text

_WANTED = frozenset(
    {"name", "version", "python_requires", "install_requires", "extras_require", "tests_require", "entry_points"}
)


def setup_script(body: str) -> Manifest | None:
    """The literal arguments of the `setup(...)` call, names bound to literals included; None without such a call."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return None
    call = next((node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "setup"), None)
    if call is None:
        return None
    bound = _bindings(tree)
    given = {k.arg: _value(k.value, bound) for k in call.keywords if k.arg in _WANTED}
    runtime = given.get("install_requires")
    tests = _rows(given.get("tests_require"))
    extras = given.get("extras_require")
    groups = {canonicalize_name(str(k)): _rows(v) for k, v in _table(extras).items()}
    return Manifest(
        source="setup.py",
        name=text(given.get("name")),
        version=text(given.get("version")),
        requires_python=text(given.get("python_requires")),
        runtime=None if runtime is None else _rows(runtime),
        groups={**groups, **({"tests-require": tests} if tests else {})},
        entry_points=_entry_points(given.get("entry_points")),
    )


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _bindings(tree: ast.Module) -> dict[str, ast.expr]:
    """Module-level names assigned exactly once, by what they are assigned."""
    found: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _value(node: ast.expr, bound: Mapping[str, ast.expr]) -> object:
    """The literal a node stands for; parts that are not literal are left out, a whole one is None."""
    if isinstance(node, ast.Name) and node.id in bound:
        return _value(bound[node.id], {name: value for name, value in bound.items() if name != node.id})
    if isinstance(node, ast.List | ast.Tuple):
        return [value for value in (_value(item, bound) for item in node.elts) if value is not None]
    if isinstance(node, ast.Dict):
        keys = [None if key is None else _value(key, bound) for key in node.keys]
        values = [_value(value, bound) for value in node.values]
        return {key: value for key, value in zip(keys, values, strict=True) if isinstance(key, str)}
    with contextlib.suppress(ValueError, TypeError, SyntaxError, RecursionError):
        return ast.literal_eval(node)
    return None


def _rows(value: object) -> tuple[str, ...]:
    return lines(value) if isinstance(value, str) else strings(value)


def _table(value: object) -> Mapping[object, Any]:
    return cast("Mapping[object, Any]", value) if isinstance(value, dict) else {}


def _entry_points(value: object) -> dict[str, dict[str, str]]:
    return {str(group): pairs(_rows(rows)) for group, rows in _table(value).items()}
