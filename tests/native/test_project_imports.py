"""Imports lead to the files that Python would run; circles and the reach of a change follow from them."""

from pathlib import Path
from textwrap import dedent

import pyagent_native
import pytest
from pyagent_native import Project


def project(root: Path, files: dict[str, str]) -> Project:
    """A project of `files`, in that order."""
    for path, source in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(source), encoding="utf-8")
    return pyagent_native.project(str(root), list(files), threads=1)


def targets(found: Project, path: str) -> list[str | None]:
    return [row.target for row in found.imports() if row.path == path]


@pytest.mark.parametrize("root", ["", "src/", "lib/python/"])
def test_a_package_is_found_wherever_its_folder_lies(tmp_path: Path, root: str) -> None:
    body = """
        import pkg
        import pkg.sub.deep
        from pkg import sub
        from pkg import name
        from pkg.sub import deep, other
        from pkg.sub.deep import *
        import json
    """
    found = project(
        tmp_path,
        {
            f"{root}pkg/__init__.py": "",
            f"{root}pkg/sub/__init__.py": "",
            f"{root}pkg/sub/deep.py": "",
            "tests/t.py": body,
        },
    )
    pkg, sub, deep = (f"{root}pkg/{name}" for name in ("__init__.py", "sub/__init__.py", "sub/deep.py"))
    assert targets(found, "tests/t.py") == [pkg, deep, sub, pkg, deep, sub, deep, None]


def test_relative_imports_start_at_their_own_package(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "from . import x\nfrom .b import y",
        "a/x.py": "from .b.y import z\nfrom . import b",
        "a/b/__init__.py": "from .. import x",
        "a/b/y.py": "from ..x import q\nfrom ...a import x\nfrom . import nothing",
    }
    found = project(tmp_path, files)
    assert targets(found, "a/__init__.py") == ["a/x.py", "a/b/y.py"]
    assert targets(found, "a/x.py") == ["a/b/y.py", "a/b/__init__.py"]
    assert targets(found, "a/b/__init__.py") == ["a/x.py"]
    assert targets(found, "a/b/y.py") == ["a/x.py", "a/x.py", "a/b/__init__.py"]


def test_namespace_packages_have_no_file_but_lead_to_theirs(tmp_path: Path) -> None:
    files = {
        "src/space/one/__init__.py": "",
        "src/space/two/__init__.py": "import space.one\nfrom space import one\nimport space",
    }
    found = project(tmp_path, files)
    assert targets(found, "src/space/two/__init__.py") == ["src/space/one/__init__.py"] * 2 + [None]


def test_a_script_among_tests_does_not_shadow_the_standard_library(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": "import json", "tests/data/json.py": "", "tests/data/run.py": "import json"}
    found = project(tmp_path, files)
    assert targets(found, "pkg/__init__.py") == [None]
    assert targets(found, "tests/data/run.py") == ["tests/data/json.py"]


def test_a_distribution_beside_another_is_found(tmp_path: Path) -> None:
    files = {"modules/core/core/__init__.py": "", "modules/plug/plug/__init__.py": "import core"}
    assert targets(project(tmp_path, files), "modules/plug/plug/__init__.py") == ["modules/core/core/__init__.py"]


def test_rows_say_when_an_import_runs(tmp_path: Path) -> None:
    source = """
        from __future__ import annotations
        import typing
        if typing.TYPE_CHECKING:
            import a
        else:
            import b
        def f():
            from .c import d as e
    """
    rows = project(tmp_path, {"m.py": source}).imports()
    assert [(row.module, row.name, row.line, row.type_checking, row.deferred) for row in rows] == [
        ("typing", "", 3, False, False),
        ("a", "", 5, True, False),
        ("b", "", 7, False, False),
        (".c", "d", 9, False, True),
    ]


def test_circles_are_those_of_import_time(tmp_path: Path) -> None:
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p import b",
        "p/b.py": "import p.c",
        "p/c.py": "from .a import thing",
        "p/d.py": "def f():\n    from p import e",
        "p/e.py": "from p import d",
        "p/f.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p import g",
        "p/g.py": "from p import f, g",
    }
    assert project(tmp_path, files).cycles() == [["p/a.py", "p/b.py", "p/c.py"]]


def test_a_change_reaches_its_importers_in_the_order_given(tmp_path: Path) -> None:
    files = {
        "p/top.py": "from p import mid",
        "p/__init__.py": "",
        "p/mid.py": "def f():\n    from p import low",
        "p/low.py": "",
        "tests/test_top.py": "import p.top",
    }
    found = project(tmp_path, files)
    assert found.dependents("p/low.py") == ["p/top.py", "p/mid.py", "tests/test_top.py"]
    assert found.dependents("p/low.py", depth=1) == ["p/mid.py"]
    assert found.dependents("p/__init__.py") == ["p/top.py", "p/mid.py", "p/low.py", "tests/test_top.py"]
    assert found.dependents("tests/test_top.py") == []
    assert found.dependents("nowhere.py") == []
