"""A helper stands where it is defined whenever it can be called, and is called so that it is found."""
# ruff: noqa: E501 - a small program reads best as one string

import textwrap

import pytest

from tests.agents.extract_function.cutting import cut_at, every_cut


def run(text: str, expression: str) -> object:
    world: dict[str, object] = {}
    exec(compile(text, "small", "exec"), world)  # noqa: S102 - our own small program
    return eval(expression, world)  # noqa: S307 - the same


METHOD = """\
class C:
    def f(self, a):
        b = a + self.g
        b += 1
        return b

    # about g
    g = 2
"""


def test_a_method_helper_follows_its_method() -> None:
    after = cut_at(METHOD, "b = a")
    assert after == METHOD.replace("        b = a + self.g\n        b += 1\n        return b\n", (
        "        return self._moved_lines(a)\n\n    def _moved_lines(self, a):\n"
        "        b = a + self.g\n        b += 1\n        return b\n"
    ))  # fmt: skip


def test_a_method_helper_that_needs_no_receiver_is_static() -> None:
    after = cut_at(METHOD, "b += 1")
    assert "        return self._moved_lines(b)\n\n    @staticmethod\n    def _moved_lines(b):\n" in after
    assert run(after, "C().f(1)") == 4


@pytest.mark.parametrize(
    ("decorator", "receiver", "call"), [("@classmethod", "cls", "C.f(1)"), ("@staticmethod", "b", "C.f(1)")]
)
def test_class_and_static_methods_keep_their_kind(decorator: str, receiver: str, call: str) -> None:
    first = "cls, a" if receiver == "cls" else "a"
    text = f"class C:\n    x = 1\n    {decorator}\n    def f({first}):\n        b = a + C.x\n        if {receiver}:\n            b += 1\n        return b\n"
    for _, after in every_cut(text):
        assert run(after, call) == 3


def test_a_static_methods_helper_stands_before_the_class_and_its_comments() -> None:
    text = "# about C\n@dataclass\nclass C:\n    @staticmethod\n    def f(a):\n        b = a\n        return b\n"
    assert cut_at(text, "b = a").startswith(
        "def _moved_lines(a):\n    b = a\n    return b\n\n\n# about C\n@dataclass\nclass C:"
    )


def test_a_decorated_functions_helper_comes_first() -> None:
    text = "def now(g):\n    g.x = g(1)\n    return g\n\n\n# about f\n@now\ndef f(a):\n    b = a + 1\n    return b\n"
    after = cut_at(text, "b = a")
    assert run(after, "f.x") == 2
    assert after.index("def _moved_lines") < after.index("# about f")


def test_a_propertys_helper_does_not_part_it_from_its_setter() -> None:
    text = (
        "class C:\n    @property\n    def f(self):\n        b = 1\n        return b\n\n"
        "    @f.setter\n    def f(self, a):\n        pass\n"
    )
    after = cut_at(text, "b = 1")
    assert after.index("def _moved_lines") < after.index("@property")
    assert run(after, "C().f") == 1


@pytest.mark.parametrize("around", ["def outer(x):", "@wraps\ndef outer(x):", "class C:\n  def outer(self, x):"])
def test_a_nested_functions_helper_is_made_once_and_not_at_every_call_of_the_outer_one(around: str) -> None:
    depth = "  " * (around.count("class") + 1)
    body = "def f(a):\n  b = a + 1\n  c = b + x\n  return c\nx += 1\nreturn f(1)\n"
    text = f"import functools\nwraps = functools.cache\n{around}\n{textwrap.indent(body, depth)}"
    cuts = every_cut(text)
    assert cuts
    for found, after in cuts:
        assert "\ndef _moved_lines" in after
        assert "x" not in found.interface.inputs
        assert run(after, "C().outer(1)" if "class" in around else "outer(1)") == 4


def test_a_method_of_a_class_in_a_function_has_its_helper_in_the_class_and_sees_what_it_saw() -> None:
    text = "def g(x):\n    class C:\n        def f(self, a):\n            b = a + x\n            return b\n    return C().f(1)\n"
    after = cut_at(text, "b = a + x")
    assert "        def _moved_lines(" in after
    assert run(after, "g(2)") == 3


def test_an_annotation_that_only_the_outer_function_knows_is_not_copied_out_of_it() -> None:
    future = "from __future__ import annotations\n"
    text = f"{future}def outer(K):\n    def f(a: K, d: int):\n        b = a + d\n        return b\n    return f(1, 2)\n"
    after = cut_at(text, "b = a + d")
    assert "def _moved_lines(a, d: int):" in after
    assert run(after, "outer(1)") == 3


def test_trailing_comments_stay_with_their_function() -> None:
    text = "def f(a):\n    b = a\n    return b\n    # the end\n\n# about g\ng = 1\n"
    assert cut_at(text, "b = a").startswith(
        "def f(a):\n    return _moved_lines(a)\n    # the end\n\n\ndef _moved_lines"
    )


def test_mangled_names_mean_the_same_in_a_method_helper() -> None:
    text = "class C:\n    def f(self, a):\n        self.__x = a\n        __y = a\n        return self.__x + __y\n"
    for _, after in every_cut(text):
        assert run(after, "C().f(2)") == 4
