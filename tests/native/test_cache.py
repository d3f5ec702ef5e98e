"""A cached scan says what a fresh one says, and reads only what may have changed."""

import os
import random
import sysconfig
import time
from pathlib import Path

import pyagent_native
import pyarrow as pa
import pytest

OLD = time.time_ns() - 10**12
"""A time of change that is old enough to be trusted."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sixty files of the standard library, another sample in each run."""
    seed = int(os.environ.get("ORACLE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"ORACLE_SEED={seed}")  # noqa: T201 - pytest shows it beside a failure
    library = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
    folder = tmp_path / "tree"
    folder.mkdir()
    for number, path in enumerate(random.Random(seed).sample(files, 60)):  # noqa: S311 - a sample, not a secret
        write(folder / f"{number}.py", path.read_bytes(), OLD)
    return folder


def write(path: Path, source: bytes, changed: int) -> None:
    path.write_bytes(source)
    os.utime(path, ns=(changed, changed))


def scan(tree: Path, cache: Path | None) -> list[list[dict[str, object]]]:
    scanned = pyagent_native.scan(tree, sorted(path.name for path in tree.iterdir()), cache=cache)
    return [pa.table(table).to_pylist() for table in (scanned.functions, scanned.files, scanned.problems)]


def test_a_cached_scan_equals_a_fresh_one(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    fresh = scan(tree, None)
    assert scan(tree, cache) == scan(tree, cache) == fresh
    write(tree / "7.py", b"def changed(): return 1\n", OLD + 1)
    (tree / "8.py").unlink()
    assert scan(tree, cache) == scan(tree, None) != fresh


def test_an_unchanged_file_is_not_read(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = scan(tree, cache)
    source = (tree / "3.py").read_bytes()
    write(tree / "3.py", b"#" * len(source), OLD)  # what only reading could tell
    assert scan(tree, cache) == before


def test_a_file_changed_a_moment_ago_is_read_again(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    now = time.time_ns()
    write(tree / "new.py", b"def a(): pass\n", now)
    scan(tree, cache)
    write(tree / "new.py", b"def b(): pass\n", now)
    assert "b" in {row["name"] for row in scan(tree, cache)[0]}


def test_a_fresh_checkout_is_known_by_its_contents(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = scan(tree, cache)
    written = cache.read_bytes()
    for path in tree.iterdir():
        os.utime(path)
    assert scan(tree, cache) == before
    assert cache.read_bytes() == written  # a time too young to be trusted is no news


def test_a_cache_of_something_else_is_no_error(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for content in (b"", b"\0" * 100, b"not a cache" * 10_000):
        cache.write_bytes(content)
        assert scan(tree, cache) == scan(tree, None)
    assert scan(tree, tmp_path / "absent" / "cache") == scan(tree, None)
    assert [path.name for path in tmp_path.iterdir() if ".new" in path.name] == []


def test_a_function_takes_at_most_sixty_bytes(tmp_path: Path) -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
    cache = tmp_path / "cache"
    scanned = pyagent_native.scan("/", files, cache=cache)
    assert cache.stat().st_size <= 60 * len(scanned.functions)


def test_a_larger_limit_is_asked_for_anew(tmp_path: Path) -> None:
    write(tmp_path / "a.py", b"def f(): pass\n" * 10, OLD)
    cache = tmp_path / "cache"
    statuses = [
        pyagent_native.scan(tmp_path, ["a.py"], cache=cache, max_bytes=limit)[0].status for limit in (100, 1000, 100)
    ]
    assert statuses == ["too-large", "ok", "too-large"]


def test_sources_in_memory_share_the_cache_with_files(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    scan(tree, cache)
    written = cache.read_bytes()
    sources = [path.read_bytes() for path in sorted(tree.iterdir())]
    scanned = pyagent_native.measure_all(sources, cache=cache)
    assert cache.read_bytes() == written
    assert [row["name"] for row in pa.table(scanned.functions).to_pylist()] == [
        row["name"] for row in scan(tree, None)[0]
    ]
