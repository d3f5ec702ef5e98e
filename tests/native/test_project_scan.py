"""A project's metrics are those of a plain scan, and nothing a file holds keeps the others from answering."""

import random
import sysconfig
from pathlib import Path

import pyagent_native

HOSTILE = {
    "deep_names.py": b"x = a" + b".b" * 4_900,
    "deep_sum.py": b"x = " + b"+".join([b"y"] * 4_000),
    "deep_calls.py": b"f(" * 900 + b")" * 900,
    "too_deep.py": b"x = " + b"-" * 50_000 + b"1",
    "broken.py": b"def f(:\n    import\nfrom . import\n__all__ = [\nclass\ndef g(self, x=): getattr(\n",
    "not_text.py": b"\xff\xfe\x00\x00",
    "empty.py": b"",
    "only_imports.py": b"from ..................... import x\nimport a.b.c.d as e, \nfrom . import (y\n",
    "unclosed.py": b"'''\nimport os\n",
    "crlf.py": b"import os\r\nx = 1\r\rdef f():\r\n\treturn 1\r",
    "wide.py": "# coding: latin-1\nimport \xe9t\xe9\n\xe9 = 1  # noqa\n".encode("latin-1"),
    "marks.py": b"\xef\xbb\xbfimport os  # type: x\n",
}


def answered(project: pyagent_native.Project) -> list[int]:
    """How many rows each question gives."""
    questions = (project.imports, project.cycles, project.unused, project.clones, project.near_duplicates)
    return [len(question()) for question in questions] + [
        len(project.search("x y")),
        len(project.dependents("empty.py")),
    ]


def test_hostile_files_beside_good_ones_change_nothing_for_the_good(tmp_path: Path) -> None:
    for name, body in HOSTILE.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "good.py").write_text("import empty\ndef lonely(): ...\n", encoding="utf-8")
    names = [*HOSTILE, "missing.py", "good.py"]
    project = pyagent_native.project(tmp_path, names)
    assert len(project.scan) == len(names)
    assert project.dependents("empty.py") == ["good.py"]
    assert [row.name for row in project.unused() if row.path == "good.py"] == ["empty", "lonely"]
    assert len(answered(project)) == 7


def test_metrics_are_those_of_a_scan_and_facts_do_not_depend_on_threads() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    seed = random.SystemRandom().randrange(10**6)
    files = sorted(
        str(path.relative_to(library)) for path in library.glob("*/*.py") if "site-packages" not in path.parts
    )
    paths = random.Random(seed).sample(files, 60)  # noqa: S311 - a sample, not a secret
    one, two = (pyagent_native.project(library, paths, threads=threads) for threads in (1, 2))
    plain = pyagent_native.scan(library, paths)
    for with_facts, without in zip(one.scan, plain, strict=True):
        assert (with_facts.path, with_facts.mi, with_facts.status) == (without.path, without.mi, without.status), seed
        assert [row.name for row in with_facts.functions] == [row.name for row in without.functions], seed
    assert one.imports() == two.imports(), seed
    assert one.unused(0) == two.unused(0), seed
    assert one.clones() == two.clones(), seed
    assert answered(one) == answered(two), seed
