"""The stub that type checkers read says what the module has, no more and no less."""

import ast
from pathlib import Path

import pyagent_native

STUB = Path(__file__).parents[2] / "native" / "py" / "pyagent_native.pyi"


def stubbed() -> dict[str, set[str]]:
    """Members of each class in the stub; functions and constants as empty sets."""
    members: dict[str, set[str]] = {}
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            members[node.name] = {name for name in names if not name.startswith("_")}
        elif isinstance(node, ast.FunctionDef):
            members[node.name] = set()
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            members[node.target.id] = set()
    return members


def test_the_stub_lists_exactly_what_the_module_has() -> None:
    at_run_time = {name for name in vars(pyagent_native) if not name.startswith("_")} - {"pyagent_native"}
    assert set(stubbed()) == at_run_time


def test_the_stub_lists_exactly_the_members_of_each_class() -> None:
    for name, members in stubbed().items():
        thing = getattr(pyagent_native, name)
        if isinstance(thing, type):
            assert {member for member in vars(thing) if not member.startswith("_")} == members, name
