"""Definitions that nothing uses; vulture is asked live in test_project_oracle.py."""

from pathlib import Path
from textwrap import dedent

import pyagent_native
import pytest


def unused(root: Path, *, least: int = 60, **files: str) -> list[tuple[str, str, int, int]]:
    """Kind, name, line and confidence of everything unused; file `a__b` lies at `a/b.py`."""
    paths: list[str] = []
    for name, source in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source), encoding="utf-8")
        paths.append(str(path.relative_to(root)))
    rows = pyagent_native.project(str(root), paths, threads=1).unused(least)
    return [(row.kind, row.name, row.line, row.confidence) for row in rows]


def test_each_kind_of_definition_is_listed_with_its_confidence(tmp_path: Path) -> None:
    source = """
        import os.path as path, sys
        from a import b as c
        class K:
            field = 1
            def method(self, given): self.attribute = 1
            @property
            def prop(self): ...
            @classmethod
            def made(cls): ...
        def function(): local = 1
    """
    assert unused(tmp_path, m=source) == [
        ("import", "path", 2, 90),
        ("import", "sys", 2, 90),
        ("import", "c", 3, 90),
        ("class", "K", 4, 60),
        ("variable", "field", 5, 60),
        ("method", "method", 6, 60),
        ("argument", "given", 6, 100),
        ("attribute", "attribute", 6, 60),
        ("property", "prop", 7, 60),
        ("method", "made", 9, 60),
        ("argument", "cls", 10, 100),
        ("function", "function", 11, 60),
        ("variable", "local", 11, 60),
    ]


@pytest.mark.parametrize(
    "use",
    [
        "thing",
        "x.thing",
        "del thing",
        "getattr(x, 'thing')",
        "__all__ = ['thing']",
        "__all__ += ['thing']",
        "__all__.extend(['thing'])",
        "'%(thing)s' % locals()",
        "'{thing}'.format(**locals())",
        "f'{thing}'",
        "y: 'list[thing]' = []",
        "y = []  # type: list[thing]",
        "match x:\n    case C(thing=1): ...",
    ],
)
def test_a_name_is_used_anywhere(tmp_path: Path, use: str) -> None:
    assert not [row for row in unused(tmp_path, m="def thing(): ...", n=use) if row[1] == "thing"]


@pytest.mark.parametrize(
    "use",
    [
        "getattr(x, f'visit_{name}')",
        "getattr(x, 'visit_' + name)",
        "hasattr(x, 'visit_%s' % name)",
        "method = 'visit_' + name\ngetattr(x, method, None)",
    ],
)
def test_a_name_is_used_by_its_beginning_where_the_rest_is_computed(tmp_path: Path, use: str) -> None:
    assert not [row for row in unused(tmp_path, m="def visit_thing(): ...", n=use) if row[0] == "function"]
    without = use.replace("getattr", "show").replace("hasattr", "show")
    assert [row[1] for row in unused(tmp_path, m="def visit_thing(): ...", n=without) if row[0] == "function"]


@pytest.mark.parametrize("mention", ["x = 'thing'", "x.thing = 1", "# thing", "def f(thing): ...", "f(thing=1)"])
def test_a_mention_is_no_use(tmp_path: Path, mention: str) -> None:
    assert ("function", "thing", 1, 60) in unused(tmp_path, m="def thing(): ...", n=mention)


def test_names_that_others_use_by_convention_are_left_out(tmp_path: Path) -> None:
    source = """
        import unittest
        __version__ = "1"
        _unused = 1
        def __getattr__(_name): ...
        class TestThing(unittest.TestCase):
            def setUp(self): ...
            def test_it(self): ...
        import os  # noqa: F401
        def keep(): ...  # noqa
    """
    assert unused(tmp_path, tests__test_m=source) == []


def test_what_a_foreign_decorator_may_register_is_unsure(tmp_path: Path) -> None:
    source = "import app\n@app.route('/')\ndef page(): ...\n@app.cache\ndef helper(): ...\n"
    assert unused(tmp_path, m=source) == [("function", "helper", 4, 60)]
    assert unused(tmp_path, least=40, m=source)[0] == ("function", "page", 2, 40)


def test_what_only_tests_use_is_told_apart(tmp_path: Path) -> None:
    files = {"m.py": "def a(): ...\ndef b(): ...\n", "tests/test_m.py": "import m\nm.a()\n", "tests/test_n.py": ""}
    for path, source in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(source, encoding="utf-8")
    rows = pyagent_native.project(str(tmp_path), list(files)).unused()
    assert [(row.name, row.only_tests) for row in rows] == [("a", True), ("b", False)]
