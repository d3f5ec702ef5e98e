"""A source knows exactly where everything stands, and writes back what it read."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.transforms.source import Source, Unparsable, find_functions, functions, parse_source, split_lines
from tests.agents.extract_function.cutting import parsed


def read(data: bytes) -> Source:
    source = parse_source("small.py", data)
    assert isinstance(source, Source), source
    return source


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\n",
        b"\xef\xbb\xbfa = 1\r\nb = 2\r\n",
        "# coding: latin-1\na = 'é'\n".encode("latin-1"),
        "a = 'é'  # 漢".encode(),
        b"a = 1\n\x0c\nb = 2\n",
    ],
)
def test_what_is_read_comes_back_byte_for_byte(data: bytes) -> None:
    assert read(data).encode(read(data).text) == data


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"a = 1\r\nb = 2\n", "mixed-line-ends"),
        (b"a = 1\rb = 2\n", "mixed-line-ends"),
        (b"def f(:\n", "syntax"),
        (b"a = 1\x00\n", "syntax"),
        (b"\xff\n", "undecodable"),
        (b"# coding: nonsense\n", "undecodable"),
        (b"a = " + b"(" * 300 + b")" * 300, "syntax"),
    ],
)
def test_what_cannot_be_worked_on_says_why(data: bytes, word: str) -> None:
    source = parse_source("small.py", data)
    assert isinstance(source, Unparsable)
    assert source.reason.startswith(f"{word}: ")


def test_deep_nesting_is_a_reason() -> None:
    source = parse_source("small.py", b"a = " + b"-" * 100_000 + b"1\n")
    assert isinstance(source, Unparsable)


@given(st.lists(st.text("aé漢𝄞", min_size=1, max_size=5), min_size=1, max_size=5))
def test_positions_count_characters(words: list[str]) -> None:
    source = parsed("x = [" + ", ".join(f"'{w}'" for w in words) + "]\n")
    strings = [n for n in ast.walk(source.tree) if isinstance(n, ast.Constant)]
    assert [source.segment(n) for n in strings] == [f"'{w}'" for w in words]


@given(st.text("ab\n\x0c\u2028"))
def test_lines_end_at_newlines_only(text: str) -> None:
    assert "".join(split_lines(text)) == text
    assert len(split_lines(text)) == text.count("\n") + (not text.endswith("\n") and bool(text))


def test_a_position_past_the_end_is_the_end() -> None:
    assert parsed("a = 1").offset(9, 0) == 5


def test_functions_have_qualified_names() -> None:
    text = "def a():\n    def b(): pass\n    class C:\n        def d(self): pass\nif 1:\n    async def e(): pass\n"
    assert [f.name for f in functions(parsed(text))] == ["a", "a.<locals>.b", "a.<locals>.C.d", "e"]


def test_functions_of_one_name_are_told_apart_by_line() -> None:
    source = parsed("def a(): pass\n@x\ndef a(): pass\n")
    assert [f.line for f in find_functions(source, "a")] == [1, 3]
    assert [f.line for f in find_functions(source, "a", 3)] == [3]


def test_doubtful_escapes_in_a_target_are_no_warning_of_ours() -> None:
    assert read(b"a = '\\d'\n").text == "a = '\\d'\n"
