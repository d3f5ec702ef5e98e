from repos.gates.scopes import body, hides_body, read, statement_at, touched
from tests.repos.gates.workshop import text

LONG = text("""
import os

def f(a):
    if a:
        x = 1
        y = 2
        use(x, y)
    # why
    return a

def g():
    return 1
""")


def between(before: bytes, after: bytes) -> set[int]:
    reached = touched(read(before), read(after))
    assert not reached.edited & reached.beside
    return {*reached.edited, *reached.beside}


def test_an_edited_line_is_touched_alone() -> None:
    assert between(LONG, LONG.replace(b"x = 1", b"x = 3")) == {5}


def test_comments_blank_lines_and_docstrings_touch_nothing() -> None:
    before = text('def f():\n    """Old."""\n    return 1  # note\n')
    assert between(before, before.replace(b"Old", b"New").replace(b"    return", b"\n    # more\n    return")) == set()


def test_extracted_lines_are_touched_and_the_rest_of_the_function_is_not() -> None:
    after = text("""
import os

def _use_both():
        x = 1
        y = 2
        use(x, y)

def f(a):
    if a:
        _use_both()
    # why
    return a

def g():
    return 1
""")
    # 1 and 3 stand around the inserted definition; the header of f belongs to the module.
    assert between(LONG, after) == {1, 3, 5, 6, 7}


def test_a_move_at_equal_indentation_still_counts_as_moved() -> None:
    before = text("def f():\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c\n")
    after = text("def _abc():\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c\n\ndef f():\n    return _abc()\n")
    assert between(before, after) == {1, 2, 3, 4, 5}


def test_a_pure_insertion_touches_the_code_around_it() -> None:
    after = LONG.replace(b"        y = 2\n", b"        z = 0\n        y = 2\n")
    assert between(LONG, after) == {5, 6}


def test_an_added_method_touches_the_class_body_around_it() -> None:
    before = text("class A:\n    x = 1\n\n    def f(self):\n        return 1\n")
    after = before + b"\n    def __eq__(self, other):\n        return True\n"
    assert between(before, after) == {4}


def test_a_body_ends_with_what_is_defined_in_it() -> None:
    nested = read(
        text("""
def f(a):
    b = a

    def g():
        return b

def h():
    return 1
""")
    )
    assert body(nested, "f") == range(2, 6)
    assert body(nested, "f.g") == range(5, 6)
    assert body(nested, "absent") == range(0)


def test_namesakes_are_told_apart_by_order() -> None:
    before = text("if A:\n    def f():\n        return 1\nelse:\n    def f():\n        return 2\n")
    assert between(before, before.replace(b"return 2", b"return 3")) == {6}


def test_a_continued_statement_is_reported_under_its_first_line() -> None:
    source = read(text("def f(a):\n    call(\n        a,\n    )\n    return a\n"))
    assert statement_at(source, 3).first == {2}


def test_an_else_belongs_to_its_if_and_an_except_stands_for_itself() -> None:
    source = read(text("try:\n    a()\nexcept E:\n    b()\nif x:\n    c()\nelse:\n    d()\n"))
    assert statement_at(source, 3).first == {3}
    assert statement_at(source, 7).first == {5}


def test_a_decorated_definition_may_be_reported_under_either_line() -> None:
    assert statement_at(read(b"@d\ndef f():\n    pass\n"), 1).first == {1, 2}


def test_a_case_is_a_place_of_its_own() -> None:
    source = read(text("match x:\n    case 1:\n        a()\n    case _:\n        b()\n"))
    assert statement_at(source, 4).first == {4}


def test_statements_without_code_are_not_executable() -> None:
    source = read(text("def f():\n    global x\n    y: int\n    x = 1\n"))
    assert [statement_at(source, line).executable for line in (2, 3, 4)] == [False, False, True]


def test_a_body_on_its_headers_line_is_hidden() -> None:
    source = read(text("def f(): return 1\n\ndef g(\n    a,\n): return a\n\ndef h():\n    return 1\n"))
    assert [line for line in range(1, 9) if hides_body(source, line)] == [1, 5]
