"""What a scan says about a project, on real files: dead code, copies, cycles, gaps; tests only count as users."""

from pathlib import Path

import pytest
from pyagent_native import Project, project

from pyagent.model import Finding, Spot
from repos.findings import gap_findings, is_public, project_findings
from repos.survey import measured

LONG = """def {name}({values}, limit):
    found = []
    for {each} in {values}:
        if {each} > limit and {each} not in found:
            found.append({each} * 2)
        elif {each} < 0:
            found.append(-{each} // 3)
        else:
            {extra}
    return sorted(found)
"""


def scanned(root: Path, **files: str) -> tuple[Project, list[str]]:
    """The files, `test_` ones last, and which are product."""
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    product = sorted(f"{name}.py" for name in files if not name.startswith("test_"))
    tests = sorted(f"{name}.py" for name in files if name.startswith("test_"))
    return project(str(root), [*product, *tests]), product


def found(root: Path, **files: str) -> tuple[Finding, ...]:
    return project_findings(*scanned(root, **files))


def test_unused_definitions_tell_whether_tests_use_them(tmp_path: Path) -> None:
    product = (
        "def used():\n    return 1\n\n\ndef tested():\n    return used()\n\n\ndef dead(unread):\n    return used()\n"
    )
    tests = "from a import tested\n\n\ndef test_it():\n    assert tested()\n\n\ndef helper_nobody_calls():\n    pass\n"
    assert [(f.kind, f.path, f.name, f.line, f.value, f.detail) for f in found(tmp_path, a=product, test_a=tests)] == [
        ("tests-only", "a.py", "tested", 5, 60, "function"),
        ("unused", "a.py", "dead", 9, 60, "function"),
        ("unused", "a.py", "unread", 9, 100, "argument"),
    ]


def test_copies_of_the_product_are_told_once_with_both_places(tmp_path: Path) -> None:
    one, two, third = (LONG.format(name=n, values=v, each=e, extra=f"found.append({e})") for n, v, e in
                       (("f", "rows", "row"), ("g", "cells", "cell"), ("test_h", "xs", "x")))  # fmt: skip
    copies = [f for f in found(tmp_path, a=one, b=two, test_c=third) if f.kind in {"clone", "near-duplicate"}]
    [clone] = copies
    assert (clone.kind, clone.detail, clone.path, clone.line) == ("clone", "renamed", "a.py", 1)
    assert [(spot.path, spot.line, spot.end_line) for spot in clone.places] == [("a.py", 1, 10), ("b.py", 1, 10)]


def test_functions_that_say_nearly_the_same_are_told_with_their_names(tmp_path: Path) -> None:
    lines = [f"    value_{n} = compute(value_{n - 1}, {n})\n" for n in range(1, 40)]
    one = f"def f(value_0):\n{''.join(lines)}    return value_39\n"
    other = one.replace("def f", "def g").replace("value_20 = compute(", "value_20 = other(1, ")
    [near] = [f for f in found(tmp_path, a=one, b=other) if f.kind == "near-duplicate"]
    assert (near.detail, near.name, 0.8 <= near.value < 1) == ("2 functions", "f", True)
    assert [(spot.path, spot.name) for spot in near.places] == [("a.py", "f"), ("b.py", "g")]


def test_a_cycle_tells_the_line_that_keeps_it_closed(tmp_path: Path) -> None:
    files = {
        "a": "import os\nimport b\n\n\ndef late():\n    return os, b\n",
        "b": "def early():\n    import a\n\n    return a\n\n\nimport c\n\nprint(c)\n",
        "c": "import a\n\nprint(a)\n",
    }
    [cycle] = [f for f in found(tmp_path, **files) if f.kind == "cycle"]
    assert cycle.places == (Spot("a.py", 2, 2), Spot("b.py", 7, 7), Spot("c.py", 1, 1))
    assert (cycle.value, cycle.detail) == (3, "a.py <-> b.py <-> c.py")


def test_gaps_are_told_a_file_at_a_time_for_what_is_public(tmp_path: Path) -> None:
    text = (
        'def plain(a):\n    return a\n\n\ndef told(a: int) -> int:\n    """Told."""\n    return a\n\n\n'
        "def _own(a):\n    def inner(b):\n        return b\n\n    return inner\n"
    )
    full = 'def told() -> int:\n    """Told."""\n    return 1\n'
    gaps = gap_findings(measured(*scanned(tmp_path, a=text, b=full)))
    assert gaps == (
        Finding("docs", "a.py", "", 1, 1, 0.0, "1 of 2 public functions"),
        Finding("hints", "a.py", "", 1, 1, 0.0, "1 of 2 public functions"),
    )


@pytest.mark.parametrize(
    ("name", "public"),
    [("f", True), ("C.m", True), ("_f", False), ("C.__init__", False), ("_C.m", False), ("f.<locals>.g", False)],
)
def test_what_is_public(name: str, public: bool) -> None:  # noqa: FBT001 - a table
    assert is_public(name) is public
