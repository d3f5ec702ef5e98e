"""Packing in the parent, unpacking in the jail."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.errors import EnvironmentFault
from pyagent.ports import Job, Limits
from pyagent.sandbox.execution import Start, execute
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.plan import Plan, Walls
from pyagent.sandbox.work_copy import Listing, laid_over, listing, packed

WALLS = Walls(namespace=False, filter=False)
PLAN = Plan("/", WALLS, Limits(), (), {}, (), 0)


def copied(tree: Path | None, overlay: dict[str, bytes | None], to: Path) -> Path:
    to.mkdir()
    done = execute(Job(("true",), tree, overlay), Start((), jail_program(), str(to), WALLS, {"PATH": "/usr/bin:/bin"}))
    assert done.code == 0
    return to


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_keeps_files_links_empty_folders_and_who_may_execute(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "empty" / "er").mkdir(parents=True)
    (tree / "run").write_bytes(b"#!")
    (tree / "run").chmod(0o755)
    (tree / "absolute").symlink_to("/etc/passwd")
    os.mkfifo(tree / "pipe")
    made = copied(tree, {}, tmp_path / "copy")
    assert listing(made) == Listing(("empty", "empty/er"), {"run": True}, {"absolute": "/etc/passwd"})


names = st.sampled_from(["a", "b", "ü", "a b"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@given(
    st.dictionaries(paths, st.binary(max_size=9), max_size=5),
    st.dictionaries(paths, st.none() | st.binary(max_size=9), max_size=4),
)
def test_an_overlay_is_the_last_word_or_is_refused(files: dict[str, bytes], overlay: dict[str, bytes | None]) -> None:
    tree = Listing((), dict.fromkeys(files, False), {})
    try:
        after = laid_over(tree, overlay)
    except ValueError:
        return
    for path, body in overlay.items():
        assert (path in after.files) == (body is not None)
    untouched = {path for path in files if not any(path == over or path.startswith(f"{over}/") for over in overlay)}
    assert set(after.files) == untouched | {path for path, body in overlay.items() if body is not None}


def test_an_overlay_replaces_folders_links_and_keeps_the_executable_bit(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "folder" / "deep").mkdir(parents=True)
    (tree / "folder" / "deep" / "file").write_bytes(b"x")
    (tree / "tool").write_bytes(b"old")
    (tree / "tool").chmod(0o755)
    (tree / "link").symlink_to("/outside")
    made = copied(tree, {"folder": b"file now", "tool": b"new", "link": None, "link/now": b"in"}, tmp_path / "copy")
    assert held(made) == {"folder": b"file now", "tool": b"new", "link/now": b"in"}
    assert os.access(made / "tool", os.X_OK)


def test_nothing_is_written_through_a_link_or_below_a_file(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(tmp_path)
    (tree / "file").write_bytes(b"x")
    for path in ("link/out", "file/below"):
        with pytest.raises(EnvironmentFault, match="is no folder"):
            packed(tree, {path: b"x"}, PLAN)


def test_a_tree_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="gone cannot be copied into the sandbox: No such file"):
        packed(tmp_path / "gone", {}, PLAN)


def test_packing_leaves_no_descriptor_open(tmp_path: Path) -> None:
    before = set(Path("/proc/self/fd").iterdir())
    with pytest.raises(EnvironmentFault):
        packed(tmp_path / "gone", {}, PLAN)
    os.close(packed(tmp_path, {"a": b"x"}, PLAN))
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_large_files_arrive_whole(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    body = os.urandom(1 << 20) * 5
    (tree / "large").write_bytes(body)
    (tree / "empty").write_bytes(b"")
    assert held(copied(tree, {}, tmp_path / "copy")) == {"large": body, "empty": b""}
