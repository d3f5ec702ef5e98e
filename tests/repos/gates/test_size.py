from pathlib import Path

from pyagent.model import Answer, ChangeClass
from repos.gates.size import judge
from tests.repos.gates.workshop import trial


def lines(count: int, word: str = "x") -> bytes:
    return "".join(f"{word}{n} = {n}\n" for n in range(count)).encode()


def test_a_small_edit_passes_with_its_counts(tmp_path: Path) -> None:
    verdict = judge(trial(tmp_path, {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": b"a = 2\n"}))
    assert verdict.answer is Answer.PASSED
    assert ("edited lines", "1 of at most 100") in verdict.facts


def test_a_hundred_and_one_edited_lines_are_too_many(tmp_path: Path) -> None:
    assert judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": lines(100)})).answer is Answer.PASSED
    verdict = judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": lines(101)}))
    assert (verdict.answer, verdict.reason) == (Answer.FAILED, "101 edited lines, more than 100")


def test_moved_lines_are_free_up_to_three_hundred(tmp_path: Path) -> None:
    moved = b"".join(b"    " + line for line in lines(250).splitlines(keepends=True))
    verdict = judge(trial(tmp_path, {"pkg/mod.py": lines(250)}, {"pkg/mod.py": b"if True:\n" + moved}))
    assert verdict.answer is Answer.PASSED
    assert ("moved lines", "250 of at most 300") in verdict.facts


def test_class_a_may_touch_three_files_and_class_h_twenty(tmp_path: Path) -> None:
    before = {f"pkg/m{n:02}.py": b"a = 1\n" for n in range(21)}
    four = dict.fromkeys(list(before)[:4], b"a = 2\n")
    assert judge(trial(tmp_path, before, four)).answer is Answer.FAILED
    assert judge(trial(tmp_path, before, four, change_class=ChangeClass.H)).answer is Answer.PASSED
    every = dict.fromkeys(before, b"a = 2\n")
    assert judge(trial(tmp_path, before, every, change_class=ChangeClass.H)).answer is Answer.FAILED
