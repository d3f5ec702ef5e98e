"""Which functions differ, and which of those inside them."""

from repos.replay.functions import changed, constants, rewritten

BEFORE = b'''
class C:
    def outer(self, a):
        def inner(b):
            if b:
                b = 1
            return b

        return inner(a) + 2


def other(a):
    """Told."""
    return a
'''
OUTER = ("C.outer", 0)


def within(after: bytes) -> tuple[str, ...]:
    assert changed("m.py", BEFORE, after) == (OUTER,)
    return rewritten("m.py", OUTER, BEFORE, after)


def test_a_function_is_not_rewritten_where_only_one_inside_it_is() -> None:
    assert within(BEFORE.replace(b"b = 1", b"b = 3")) == ("inner",)
    assert within(BEFORE.replace(b"a) + 2", b"a) + 3")) == ("",)
    assert within(BEFORE.replace(b"b = 1", b"b = 3").replace(b"+ 2", b"+ 3")) == ("", "inner")


def test_where_a_statement_stands_makes_a_difference() -> None:
    assert within(BEFORE.replace(b"            return b", b"                return b")) == ("inner",)


def test_what_only_one_side_has_is_not_named() -> None:
    helper = b"        def helper(b):\n            return b\n\n        def inner"
    assert within(BEFORE.replace(b"        def inner", helper)) == ("",)


def test_comments_change_nothing_and_numbers_of_both_sides_are_known() -> None:
    assert changed("m.py", BEFORE, BEFORE.replace(b"return a\n", b"return a  # why\n")) == ()
    assert constants("m.py", (OUTER,), BEFORE, BEFORE.replace(b"+ 2", b"+ 3")) == ("2", "1", "3")
