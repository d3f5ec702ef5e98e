"""Whatever a file is, it has one structured result: the rows of the robustness table, scanned at once."""

import json
import os
import random
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pyagent_native
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NESTED_IFS = "".join(" " * depth + "if a:\n" for depth in range(2000)) + " " * 2000 + "pass"
SOURCES: dict[str, tuple[bytes, str, int]] = {
    # what it is: its bytes, the status and the number of functions it must have
    "byte order mark": (b"\xef\xbb\xbfdef f(): pass\n", "ok", 1),
    "latin-1 cookie": (b"# coding: latin-1\ndef caf\xe9(): pass\n", "ok", 1),
    "utf-16 with a mark": ("def f(): pass\n".encode("utf-16"), "ok", 1),
    "utf-16 without a mark": ("def f(): pass\n".encode("utf-16-le"), "error", 0),
    "nul byte": (b"def f(): pass\n\0", "error", 0),
    "carriage returns": (b"def f():\r    pass\r", "ok", 1),
    "form feed": (b"\x0cdef f():\n    pass\n\x0c\n", "ok", 1),
    "no final newline": (b"def f(): pass", "ok", 1),
    "nothing": (b"", "ok", 0),
    "150 parentheses": (b"(" * 150 + b")" * 150, "ok", 0),
    "5,000 parentheses": (b"(" * 5000 + b")" * 5000, "too-deep", 0),
    "2,000 nested ifs": (NESTED_IFS.encode(), "too-deep", 0),
    "50,000 additions": (b"x = " + b"+".join([b"1"] * 50_000), "too-deep", 0),
    "50,000 attributes": (b"x = a" + b".b" * 50_000, "too-deep", 0),
    "50,000 negations": (b"x = " + b"-" * 50_000 + b"1", "too-deep", 0),
    "5,000 elifs": (b"if a:\n pass\n" + b"elif b:\n pass\n" * 5000, "ok", 0),
    "broken in the middle": (b"def a(): pass\ndef b(:\n    pass\ndef c(): pass\ndef d(): pass\n", "partial", 4),
    "python 2": (b"print 'hello'\n", "error", 0),
    "type parameters": (b"def f[T: int = bool](x: T) -> T: return x\ntype A[*Ts] = tuple[*Ts]\n", "ok", 1),
    "nested quotes in an f-string": (b'def f(): return f"{d["a"]:>{n}} {f"{x}"}"\n', "ok", 1),
    "template string": (b'def f(): return t"{a}"\n', "ok", 1),
    "except without parentheses": (b"def f():\n    try: pass\n    except A, B: pass\n", "ok", 1),
    "one string of 5 MB": (b'x = "' + b"a" * 5_000_000 + b'"\n', "ok", 0),
    "100 MB": (b"def f(): pass\n" * 7_500_000, "too-large", 0),
}


def hostile_places(folder: Path) -> list[str]:
    """Things that are no readable files."""
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "device").symlink_to("/dev/zero")
    os.mkfifo(folder / "fifo")
    here = socket.socket(socket.AF_UNIX)
    os.chdir(folder)
    here.bind("socket")
    here.close()
    return ["folder", "loop", "dangling", "device", "fifo", "socket", "absent", "folder/../folder", "x" * 5000, "a\0b"]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """One scan of everything, in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (source, _, _) in SOURCES.items():
        (folder / name).write_bytes(source)
    before = Path.cwd()
    places = hostile_places(folder)
    os.chdir(before)
    program = dedent("""
        import json, sys, pyagent_native
        root, paths = json.load(sys.stdin)
        scan = pyagent_native.scan(root, paths)
        print(json.dumps([
            (f.path, {"status": f.status, "functions": len(f.functions), "loc": f.raw.loc, "problems": len(f.problems)})
            for f in scan
        ]))
    """)
    given = json.dumps([str(folder), [*SOURCES, *places]])
    ended = subprocess.run(
        [sys.executable, "-c", program], input=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    (folder / "100 MB").unlink()
    return dict(json.loads(ended.stdout))


@pytest.mark.parametrize("name", SOURCES)
def test_a_row_of_the_robustness_table_has_its_result(scanned: dict[str, dict[str, object]], name: str) -> None:
    _, status, functions = SOURCES[name]
    found = scanned[name]
    assert (found["status"], found["functions"]) == (status, functions)
    assert bool(found["problems"]) == (status != "ok")


@pytest.mark.parametrize("name", ["5,000 parentheses", "2,000 nested ifs", "50,000 additions", "100 MB"])
def test_lines_are_counted_where_nothing_is_parsed(scanned: dict[str, dict[str, object]], name: str) -> None:
    assert scanned[name]["loc"] == len(SOURCES[name][0].splitlines())


def test_what_is_no_file_says_so(scanned: dict[str, dict[str, object]]) -> None:
    places = scanned.keys() - SOURCES.keys()
    assert len(places) == 10
    assert {scanned[place]["status"] for place in places} == {"unreadable"}


AS_A_USER = """
import os, sys
import pyagent_native
if os.geteuid() == 0:  # root may read everything
    os.seteuid(65534)
print([file.status for file in pyagent_native.scan(sys.argv[1], ["shut.py", "open.py"])])
"""


def test_a_file_without_permission_is_unreadable() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        for file, mode in (("shut.py", 0), ("open.py", 0o644)):
            (Path(name) / file).write_text("x\n")
            (Path(name) / file).chmod(mode)
        done = subprocess.run([sys.executable, "-c", AS_A_USER, name], capture_output=True, text=True, check=True)
    assert done.stdout == "['unreadable', 'ok']\n"


def test_a_sparse_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(10**12)
    (result,) = pyagent_native.scan(tmp_path, ["large.py"])
    assert (result.status, result.raw.loc) == ("too-large", 0)


def test_lines_counted_without_a_parse_are_those_counted_with_one() -> None:
    """All of radon's counts but the logical lines, on files that differ in each run."""
    seed = int(os.environ.get("ORACLE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    library = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
    sample = random.Random(seed).sample(files, 200)  # noqa: S311 - a sample, not a secret
    parsed = pyagent_native.scan("/", sample)
    counted = pyagent_native.scan("/", sample, max_bytes=0)
    counts = ("loc", "sloc", "comments", "multi", "blank", "single_comments")
    different = [
        one.path
        for one, other in zip(parsed, counted, strict=True)
        if one.status == "ok" and any(getattr(one.raw, name) != getattr(other.raw, name) for name in counts)
    ]
    assert len(different) <= 1, (seed, different)


PIECES = st.sampled_from(
    (
        *(b"(", b"[", b"{", b")", b"'''", b'f"{', b"\\\n", b"\n", b"\r", b"    ", b"\t", b"#", b"x = ", b"1", b"\0"),
        *(b"def f(", b"class C:", b"lambda: ", b"match x:\n case ", b"except* ", b"async "),
        *(b"\xef\xbb\xbf", b"\xff\xfe", b"# coding: koi8-r\n"),
    )
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.one_of(PIECES, st.binary(max_size=20)), st.integers(1, 300)), max_size=12))
def test_nothing_made_of_bytes_raises(pieces: list[tuple[bytes, int]]) -> None:
    source = b"".join(piece * times for piece, times in pieces)
    one = pyagent_native.measure(source)
    (other,) = pyagent_native.measure_all([source], threads=1)
    assert "internal" not in {problem.kind for problem in one.problems}
    assert (one.status, one.raw, one.problems) == (other.status, other.raw, other.problems)
    assert (one.status == "ok") == (not one.problems)
