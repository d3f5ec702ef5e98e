"""Text moves as it stands: comments, strings, continuation lines, encodings."""
# ruff: noqa: E501 - a small program reads best as one string

import tokenize
from io import StringIO

import pytest

from agents.transforms import extract_function
from agents.transforms.rewrite import ProjectFacts, Rewrite, apply_edits
from agents.transforms.source import Source, parse_source
from tests.agents.extract_function.cutting import cut_at, every_cut

STRINGS = '''\
def f(a):
    if a:
        # why
        text = """
    left alone
  too"""  # beside
        a.write(text,
    "hanging")
        return text
    return a
'''


def test_lines_inside_strings_stay_and_others_shift() -> None:
    after = cut_at(STRINGS, "text =")
    assert '    # why\n    text = """\n    left alone\n  too"""  # beside\n    a.write(text,\n    "hanging")\n' in after
    compile(after, "after", "exec")


def test_a_cut_changes_no_word_of_the_moved_lines() -> None:
    def words(text: str) -> list[str]:
        skip = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        tokens = tokenize.generate_tokens(StringIO(text).readline)
        return sorted(t.string for t in tokens if t.type not in skip)

    for _, after in every_cut(STRINGS):
        left = words(after)
        for word in words(STRINGS):
            left.remove(word)
        assert all(
            word in {"def", "(", ")", ":", ",", "=", "return", "None", "a", "text", "_moved_lines"}
            for word in left
            if word
        )


def test_a_comment_left_of_its_block_and_a_missing_last_newline_are_fine() -> None:
    text = "def f(a):\n    if a:\n        b = a\n  # left\n        c = b\n        return c"
    assert cut_at(text, "b = a").endswith("    b = a\n    # left\n    c = b\n    return c\n")


def test_the_rest_of_an_elif_chain_goes_under_else() -> None:
    text = "def f(a):\n    if a == 1:\n        a()\n    # two\n    elif a == 2:  # beside\n        a(2)\n    else:\n        a(3)\n    return a\n"
    assert cut_at(text, "elif") == (
        "def f(a):\n    if a == 1:\n        a()\n    else:\n        _moved_lines(a)\n    return a\n"
        "\n\ndef _moved_lines(a):\n    # two\n    if a == 2:  # beside\n        a(2)\n    else:\n        a(3)\n"
    )


def test_continue_becomes_return_with_what_goes_out() -> None:
    text = "def f(a):\n    b = 0\n    for c in a:\n        c()\n        if c:\n            continue\n        b += 1\n    return b\n"
    assert "        b = _moved_lines(b, c)\n" in cut_at(text, "if c")
    assert "    if c:\n        return b\n    b += 1\n    return b\n" in cut_at(text, "if c")


def test_a_helper_that_ends_the_function_is_returned_or_followed_by_return() -> None:
    valued = cut_at("def f(a):\n    if a:\n        a()\n        return 1\n    return a\n", "a()")
    assert "        return _moved_lines(a)\n" in valued
    bare = cut_at("def f(a):\n    if a:\n        a()\n        return\n    a(2)\n", "a()")
    assert "        _moved_lines(a)\n        return\n" in bare


def test_a_single_assignment_becomes_the_helpers_return() -> None:
    def helper(statement: str) -> set[str]:
        afters = (after for _, after in every_cut(f"def f(a):\n    {statement}\n    a(b)\n    return b\n"))
        return {after.partition("def _moved_lines(a):\n")[2] for after in afters}

    assert "    return a if a else 0\n" in helper("b = a if a else 0")
    assert "    return [\n        a,\n    ]\n" in helper("b = [\n        a,\n    ]")
    assert "    b = max(a,\n            0)\n    return b\n" in helper("b = max(a,\n            0)")


@pytest.mark.parametrize("value", ["lambda: a", "[a, lambda: (a for _ in ())][1]", "(a for _ in range(1))"])
def test_an_assignment_whose_value_reads_the_new_name_later_stays_one(value: str) -> None:
    after = cut_at(f"def f(a):\n    a = {value}\n    return a\n", "a = ")
    assert f"    a = {value}\n    return a\n" in after.partition("def _moved_lines")[2]


def test_awaiting_lines_become_an_async_helper() -> None:
    text = "async def f(a):\n    b = await a()\n    c = b + 1\n    return c\n"
    assert "c = await _moved_lines(a)" in "".join(
        after for found, after in every_cut(text) if found.interface.outputs == ("c",)
    )
    assert "async def _moved_lines(a):" in cut_at(text, "b = await")
    assert "async" not in cut_at(text, "c = b").partition("def _moved_lines")[2]


def test_annotations_come_along_while_they_stay_true() -> None:
    text = "def f(a: int, b: str, *, c: list = None) -> bool:\n    b = b or 'x'\n    a(b)\n    print(a, b, c)\n    return True\n"
    after = cut_at(text, "print")
    assert "def _moved_lines(a: int, b, c: list) -> bool:" in after
    plain = [after for found, after in every_cut(text) if found.block.code == found.block.last == 3]
    assert "def _moved_lines(a: int, b) -> None:" in plain[0]


def test_an_annotation_that_names_the_method_itself_is_left_out() -> None:
    text = "class C:\n    def f(self, a: f, b: int):\n        c = a + b\n        return c\n"
    assert "def _moved_lines(a, b: int):" in cut_at(text, "c =")


def test_long_interfaces_are_wrapped() -> None:
    names = [f"a_rather_long_parameter_{letter}" for letter in "abcd"]
    text = f"def f({', '.join(names[:2])},\n      {', '.join(names[2:])}):\n    b = {' + '.join(names[:3])}\n    return b\n"
    text = text.replace(" + ", "\\\n        + ")
    after = cut_at(text, "b =")
    assert max(map(len, after.splitlines())) <= 79
    compile(after, "after", "exec")


def test_encoding_mark_and_line_ends_come_back() -> None:
    body = "".join(f"    if a == {n}:\n        b.add('é{n}')\n" for n in range(30))
    data = b"\xef\xbb\xbf" + f"def f(a, b):\n{body}    return b".replace("\n", "\r\n").encode()
    source = parse_source("small.py", data)
    assert isinstance(source, Source)
    done = extract_function.rewrite(source, "f", ProjectFacts())
    assert isinstance(done, Rewrite)
    after = source.encode(apply_edits(source.text, done.edits))
    assert after.startswith(b"\xef\xbb\xbfdef f")
    assert after.count(b"\n") == after.count(b"\r\n")
    compile(after, "after", "exec")
