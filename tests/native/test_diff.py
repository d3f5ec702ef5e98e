"""A diff turns one text into the other, and git agrees with how it is written."""

import difflib
import subprocess
import tempfile
from pathlib import Path

import pyagent_native
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

LINES = st.lists(st.sampled_from((b"a\n", b"b\n", b"  c\r\n", b"\n", b"\x0c\n", b"\xff\n")), max_size=30)
TEXTS = st.builds(lambda lines, tail: b"".join(lines) + tail, LINES, st.sampled_from((b"", b"a", b"  c\r", b"\xff")))


def lines(text: bytes) -> list[bytes]:
    """As git splits."""
    parts = text.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


@given(TEXTS, TEXTS)
@example(b"", b"a")
@example(b"a", b"")
def test_edits_turn_one_text_into_the_other(before: bytes, after: bytes) -> None:
    old, new = lines(before), lines(after)
    result, at, behind = list[bytes](), 0, 0
    for edit in pyagent_native.diff(before, after):
        assert edit.before_start < edit.before_end or edit.after_start < edit.after_end
        assert edit.before_start - at == edit.after_start - behind
        assert at == 0 or edit.before_start > at, "neighbouring edits are one"
        result += old[at : edit.before_start] + new[edit.after_start : edit.after_end]
        at, behind = edit.before_end, edit.after_end
    assert b"".join(result + old[at:]) == after


@given(TEXTS, TEXTS)
def test_equal_texts_and_only_those_have_no_diff(before: bytes, after: bytes) -> None:
    assert (pyagent_native.diff(before, after) == []) == (before == after)
    assert (pyagent_native.unified_diff(before, after) == b"") == (before == after)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 4))
def test_git_applies_the_unified_form(before: bytes, after: bytes, context: int) -> None:
    # Git loses the last newline of such a patch when it is git's own, too.
    assume(context or before.endswith(b"\n"))
    hunks = pyagent_native.unified_diff(before, after, context=context)
    if not hunks:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "f"
        file.write_bytes(before)
        patch = b"--- a/f\n+++ b/f\n" + hunks
        quiet = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"]
        subprocess.run(quiet, input=patch, cwd=folder, check=True, capture_output=True)
        assert file.read_bytes() == after


def test_one_edit_looks_as_difflib_writes_it() -> None:
    before = b"".join(b"line %d\n" % n for n in range(40))
    after = before.replace(b"line 7\n", b"LINE 7\n").replace(b"line 30\n", b"").replace(b"line 39\n", b"line 39")
    theirs = list(difflib.diff_bytes(difflib.unified_diff, lines(before), lines(after)))[2:]
    marked = [line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in theirs]
    assert pyagent_native.unified_diff(before, after) == b"".join(marked)


def test_an_added_block_keeps_its_own_head() -> None:
    before = b"def a():\n    return 1\n\n\ndef c():\n    return 1\n"
    after = b"def a():\n    return 1\n\n\ndef b():\n    return 1\n\n\ndef c():\n    return 1\n"
    (edit,) = pyagent_native.diff(before, after)
    assert (edit.before_start, edit.before_end, edit.after_start, edit.after_end) == (4, 4, 4, 8)
