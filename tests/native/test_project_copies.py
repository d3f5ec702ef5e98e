"""Copied code and near duplicates, and functions found by words."""

import re
import tempfile
from pathlib import Path

import pyagent_native
from hypothesis import given, settings
from hypothesis import strategies as st
from pyagent_native import Project

BODY = """
    total = 0
    for item in items:
        if item.price > limit and not item.sold:
            total += item.price * item.count
        elif item.broken:
            report(item, "broken", 3)
    with lock:
        save(total, [item.name for item in items])
    return total, {"limit": limit}
"""


def project(root: Path, *sources: str) -> Project:
    """Files f0.py, f1.py, ... in that order."""
    for number, source in enumerate(sources):
        (root / f"f{number}.py").write_text(source, encoding="utf-8")
    return pyagent_native.project(str(root), [f"f{number}.py" for number in range(len(sources))], threads=1)


def function(name: str, body: str = BODY) -> str:
    return f"def {name}(items, limit):{body}"


def test_an_exact_copy_is_found_whatever_its_layout(tmp_path: Path) -> None:
    reflowed = BODY.replace("items]", "items  # all\n    ]").replace("total = 0", "total = 0\n\n    # why")
    rows = project(tmp_path, "import a\n" + function("f"), "x = 1\n\n\n" + function("g", reflowed)).clones()
    renamed, exact = rows  # the names of the functions differ
    assert (renamed.kind, exact.kind) == ("renamed", "exact")
    assert renamed.tokens > exact.tokens
    assert (exact.first.path, exact.second.path) == ("f0.py", "f1.py")
    assert exact.first.line == 2
    assert exact.first.end_line == 11
    assert exact.tokens > 60


def test_a_renamed_copy_is_type_two(tmp_path: Path) -> None:
    renamed = BODY.replace("total", "amount").replace("item", "row").replace("3", "4").replace('"limit"', '"cap"')
    (row,) = project(tmp_path, function("f"), function("g", renamed)).clones()
    assert row.kind == "renamed"
    assert (row.first.line, row.second.line) == (1, 1)


def test_changed_structure_is_no_copy(tmp_path: Path) -> None:
    other = re.sub(r"for item in items:", "while items:", BODY).replace("elif", "if").replace(" and ", " or ")
    other = other.replace("+=", "-=").replace("with lock:", "if lock:")
    assert project(tmp_path, function("f"), function("g", other)).clones() == []


def test_tables_of_data_are_no_renamed_copies(tmp_path: Path) -> None:
    tables = [f"x = [{', '.join(str(n * step) for n in range(200))}]\n" for step in (2, 3)]
    assert project(tmp_path, *tables).clones() == []


def test_a_copy_inside_one_file_does_not_overlap_itself(tmp_path: Path) -> None:
    rows = project(tmp_path, function("f") + function("f") + function("f")).clones()
    assert len(rows) == 2
    for row in rows:
        assert row.first.end_line <= row.second.line


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(50, 90))
def test_any_run_of_enough_tokens_is_found_wherever_it_stands(before: int, after: int, length: int) -> None:
    shared = " + ".join(f"name_{n}" for n in range(length // 2 + 1))

    def source(seed: int) -> str:
        noise = lambda count, tag: "".join(f"{tag}{seed}_{n} = {n}\n" for n in range(count))  # noqa: E731
        return noise(before * (seed + 1), "a") + f"x = {shared}\n" + noise(after, "b")

    first, second = source(0), source(1)
    copies = measured(first, second)
    assert any(row.kind == "exact" and row.tokens >= length // 2 * 2 + 1 for row in copies)


def measured(*sources: str) -> list[pyagent_native.Clone]:
    """Clones of sources that no test keeps."""
    with tempfile.TemporaryDirectory() as folder:
        return project(Path(folder), *sources).clones()


def test_functions_that_were_copied_and_edited_are_near_duplicates(tmp_path: Path) -> None:
    edited = BODY.replace("total = 0", "total = 0\n    count = len(items)").replace("3)", "count)")
    unlike = BODY.replace("item", "row").replace("total", "other").replace("limit", "bound")
    found = project(tmp_path, function("f"), function("g", edited), function("h", unlike))
    (group,) = found.near_duplicates(0.7)
    assert [(span.path, span.name) for span in group.functions] == [("f0.py", "f"), ("f1.py", "g")]
    assert 0.7 <= group.similarity < 1
    assert found.near_duplicates(0.99) == []


def test_a_closure_is_no_duplicate_of_the_function_around_it(tmp_path: Path) -> None:
    inner = "".join("    " + line + "\n" for line in function("inner").splitlines())
    assert project(tmp_path, "def outer():\n" + inner).near_duplicates(0.1) == []


def test_a_query_finds_functions_by_their_words(tmp_path: Path) -> None:
    source = """
def parse_http_headers(raw): return raw.split()
class HTTPHeader:
    def toBytes(self): return bytes(self)
def gradient(x):
    '''Descend along the steepest slope.'''
    return x
def unrelated(a, b): return a + b
"""
    found = project(tmp_path, source)
    assert found.search("parsing? parse HTTP header", 2)[0].function.name == "parse_http_headers"
    assert [hit.function.name for hit in found.search("steepest descend")] == ["gradient"]
    assert [hit.function.name for hit in found.search("to bytes", 1)] == ["HTTPHeader.toBytes"]
    assert found.search("zebra") == []
    assert found.search("") == []
    scores = [hit.score for hit in found.search("parse header bytes")]
    assert scores == sorted(scores, reverse=True)
