"""The diff people read is the patch: applying it to the bytes before gives the bytes after."""

import os
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyagent.model import FileChange, Patch
from repos.diffs import unified_diff

line = st.sampled_from(
    [b"a", b"b", b"", b" ", b"\tx", b"z\r", b"\x0cform", b"\\ No newline at end of file", b"\xff\xfe", b"-- x"]
)
text = st.builds(lambda lines, end: b"\n".join(lines) + end, st.lists(line, max_size=14), st.sampled_from([b"", b"\n"]))
side = st.none() | text
path = st.sampled_from(["a.py", "with space.py", "ü.py", 'quo"te.py', "deep/er/x.py", "tab\there.py", "b/b.py"])


def applied(folder: Path, diff: str) -> None:
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"],
        cwd=folder, input=diff.encode("utf-8", "surrogateescape"), env=clean, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(path, st.tuples(side, side), min_size=1, max_size=3))
def test_apply_after_diff_is_identity(
    tmp_path_factory: object, files: dict[str, tuple[bytes | None, bytes | None]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("apply")  # type: ignore[attr-defined]
    for name, (before, _) in files.items():
        if before is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(before)
    diff = unified_diff(Patch(tuple(FileChange(name, *sides) for name, sides in sorted(files.items()))))
    if diff:
        applied(folder, diff)
    found = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in files}
    assert found == {name: after for name, (_, after) in files.items()}


def test_a_diff_reads_as_git_writes_it() -> None:
    diff = unified_diff(Patch((FileChange("m.py", b"a\nb\n", b"a\nc"),)))
    assert diff == (
        "diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_nothing_changed_is_an_empty_diff() -> None:
    assert unified_diff(Patch((FileChange("m.py", b"a\n", b"a\n"),))) == ""
