"""Wishes are read from any Markdown; nothing a file holds can raise or hide."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.model import Idea
from research.ideas import MOST_BYTES, MOST_IDEAS, TARGET_LENGTH, TEXT_LENGTH, TITLE_LENGTH, ideas, problems

KNOWN = ("src/pkg/parser.py", "src/pkg/__init__.py")


def read(text: str | bytes) -> tuple[Idea, ...]:
    return ideas("improvements.md", text if isinstance(text, bytes) else text.encode(), KNOWN)


def titles(text: str | bytes) -> list[str]:
    return [idea.title for idea in read(text)]


def test_every_list_item_is_an_idea_nested_and_numbered_ones_too() -> None:
    assert titles("# Wishes\n\ntext\n\n- one\n  - two\n\n1. three\n\n> * four\n") == ["one", "two", "three", "four"]


def test_ticked_boxes_are_done_with_what_is_nested_in_them() -> None:
    assert titles("- [x] done\n  - part of it\n- [ ] open\n  - [X] half\n- [link](x) stays\n") == ["open", "link stays"]


def test_code_blocks_and_html_hold_no_ideas() -> None:
    assert titles("```\n- code\n```\n\n<!--\n- hidden\n-->\n\n    - indented\n") == []


def test_title_is_the_first_sentence_and_text_is_all_of_it() -> None:
    (idea,) = read("- Make it fast. It *is*\n  slow.\n\n  Really.\n")
    assert (idea.title, idea.text) == ("Make it fast.", "Make it fast. It is slow. Really.")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("- split `pkg.parser.parse`", "pkg.parser.parse"),
        ("- `os.path` is used in `parser.py`", "parser.py"),
        ("- `os.path` and `json.loads()`", "os.path"),
        ("- tidy `src/pkg`", "src/pkg"),
        ("- tidy `pkg.run`", "pkg.run"),
        ("- say `--flag`, `word`, `a b.py`, `../up.py`, `https://x/y.py`", None),
        ("- no code at all: parser.py", None),
        (f"- `{'a' * TARGET_LENGTH}.py`", None),
    ],
)
def test_target_is_the_code_span_that_names_a_place(text: str, target: str | None) -> None:
    assert [idea.target for idea in read(text)] == [target]


def test_ids_follow_the_words_and_not_their_dress() -> None:
    one, two = read("- Make  it\n  fast\n"), read("* make it **fast**\n")
    assert one[0].id == two[0].id
    assert len(read("- same\n- same\n- Same\n")) == 1


def test_invisible_and_control_characters_are_dropped() -> None:
    (idea,) = read("- a\u202eb\u200bc\x07d\ufe0fe\u3164f\U000e0041g\n")
    assert idea.text == "abcdefg"


def test_fields_are_limited_and_say_so() -> None:
    (idea,) = read("- " + "word " * 1000)
    assert len(idea.title) <= TITLE_LENGTH
    assert len(idea.text) <= TEXT_LENGTH
    assert idea.title.endswith("…")


def test_encodings_are_data() -> None:
    assert titles("- ä\n".encode("utf-16")) == ["ä"]
    assert titles("- ä\n".encode("utf-8-sig")) == ["ä"]
    assert titles(b"- \xe4 wish\n") == ["\ufffd wish"]
    assert problems(b"- \xe4\n") == ("Some bytes are not valid text; they were replaced.",)
    assert problems(b"- fine\n") == ()


def test_a_huge_file_is_read_as_far_as_allowed_and_says_so() -> None:
    huge = b"".join(b"- wish %d\n" % number for number in range(MOST_BYTES // 8))
    assert len(read(huge)) == MOST_IDEAS
    assert [line.partition(" ")[0] for line in problems(huge)] == ["The", "The"]


@pytest.mark.parametrize(
    "text", [b"", b"- ", b"- [ ]", b"-\n-\n", b"- " * 5000, b"> " * 5000, b"[" * 50000, b"- `" * 2000]
)
def test_odd_markdown_is_no_fault(text: bytes) -> None:
    assert isinstance(read(text), tuple)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("- " + text).encode("utf-8", "replace")))
def test_no_bytes_can_raise_or_smuggle_characters(body: bytes) -> None:
    for idea in read(body):
        assert idea.title
        assert not {"Cc", "Cf", "Cs", "Co"} & {unicodedata.category(char) for char in idea.text + idea.title}
