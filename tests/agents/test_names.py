"""A decent name comes from the moved text itself, or there is none."""

import ast

import pytest

from agents.names import Moved, names_for, words_of


def best(code: str, comment: str = "", *, under: str = "", inputs: str = "", outputs: str = "") -> str:
    condition = ast.parse(under, mode="eval").body if under else None
    moved = Moved(tuple(ast.parse(code).body), comment, condition, tuple(inputs.split()), tuple(outputs.split()))
    names = names_for(moved, frozenset({"_taken_name", "write_header"}))
    return names[0].name if names else ""


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("Parse the header", "_parse_header"),
        ("Check for duplicate keys, then go on", "_check_duplicate_keys"),
        ("Filter out unused rules (slow).", "_filter_out_unused_rules"),
        ("Reject `BadToken` here", "_reject_bad_token_here"),
        ("Map of names to values", ""),
        ("Look for errors", ""),
        ("Set is empty", ""),
        ("If the key is dotted, merge", ""),
        ("Parse part 2", ""),
        ("Write header", ""),
        ("Parse a very long story about nothing", ""),
        ("Merge and sort tables", ""),
        ("Parse naïve words", ""),
        ("Read it's text", ""),
    ],
)
def test_an_imperative_comment_names_its_paragraph(comment: str, name: str) -> None:
    assert best("a = 1\nb = 2", comment) == name


@pytest.mark.parametrize(
    ("code", "inputs", "output", "name"),
    [
        ("tokens = []\nfor a in b:\n    tokens.append(a)", "b", "tokens", "_collect_tokens"),
        ("for a in b:\n    table[a] = 1", "b table", "table", "_collect_table"),
        ("if a:\n    indent = indent + 1", "a indent", "indent", "_update_indent"),
        ("for a in b:\n    if a:\n        match = a\n        break", "b", "match", "_find_match"),
        ("for a in b:\n    if a:\n        header = a\n        break", "b", "header", "_find_header"),
        ("widget = Widget(a)", "a", "widget", "_build_widget"),
        ("options = {}\nif a:\n    options = [1]", "a", "options", "_build_options"),
        ("width = a + 1", "a", "width", "_compute_width"),
        ("parse_tree = a + 1", "a", "parse_tree", "_parse_tree"),
        ("x = a + 1", "a", "x", ""),
        ("result = a + 1", "a", "result", ""),
        ("width2 = a + 1", "a", "width2", ""),
        ("width = a\nb.append(1)\nc.d = 2", "a b c", "width", ""),
    ],
)
def test_the_one_output_is_the_noun(code: str, inputs: str, output: str, name: str) -> None:
    assert best(code, inputs=inputs, outputs=output) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("if header in a:\n    raise E\nif not header:\n    raise E", "_check_header"),
        ("if a.limit > 3:\n    raise E(a)", ""),
        ("if limit > 3 and f(limit):\n    raise E", "_check_limit"),
        ("if key:\n    raise E\nif other:\n    raise E", ""),
        ("if key:\n    raise E\nlog(key)", ""),
    ],
)
def test_a_block_that_only_objects_checks(code: str, name: str) -> None:
    assert best(code) == name


@pytest.mark.parametrize(
    ("code", "under", "name"),
    [
        ("a.b(1)\nc = 2", "kind == 'table'", "_handle_table"),
        ("a.b(1)\nc = 2", "kind is Kind.OPEN_TABLE", "_handle_open_table"),
        ("a.b(1)\nc = 2", "isinstance(a, HTMLNode) and b", "_handle_html_node"),
        ("a.b(1)\nc = 2", "isinstance(a, (B, C))", ""),
        ("a.b(1)\nc = 2", "kind == 'two words'", ""),
        ("a.b(1)\nc = 2", "a.is_dotted()", "_handle_dotted"),
        ("a.b(1)\nc = 2", "self.verbose", "_handle_verbose"),
        ("a.b(1)\nc = 2", "not a", ""),
        ("if kind == 'table':\n    a.b(1)\n    c = 2", "", "_handle_table"),
    ],
)
def test_a_branch_is_called_by_its_constant(code: str, under: str, name: str) -> None:
    assert best(code, under=under) == name


def test_a_case_is_called_by_its_pattern() -> None:
    for pattern, name in (("'table'", "_handle_table"), ("Widget(x=1)", "_handle_widget"), ("[1, 2]", "")):
        (match,) = ast.parse(f"match a:\n    case {pattern}:\n        b.c()\n        d = 1").body
        assert isinstance(match, ast.Match)
        case = match.cases[0]
        names = names_for(Moved(tuple(case.body), "", case.pattern, (), ()), ())
        assert [n.name for n in names][:1] == ([name] if name else [])


def test_the_one_attribute_it_stores_is_set() -> None:
    assert best("if a:\n    b.comma = 1\nelse:\n    b.comma = 2") == "_set_comma"
    assert best("b.comma = 1\nb.colon = 2") == ""
    assert best("b.comma = 1\nb[0] = 2") == ""


def test_a_dominating_call_gives_verb_and_noun() -> None:
    assert best("write_rows(a)\nwrite_rows(b)\nc = 1") == "_write_rows"
    assert best("write_header(a)") == ""
    assert best("errors.append(1)\nerrors.append(2)") == "_append_errors"
    assert best("return load_table(a)") == "_load_table"
    assert best("f(1)(2)") == ""


def test_words_are_cut_at_case_and_underscore() -> None:
    assert words_of("parseHTMLNode_two3") == ("parse", "html", "node", "two", "3")
