"""One small function for each rule that keeps code where it is, and the word the rule says."""
# ruff: noqa: E501 - a small program reads best as one string

import textwrap

import pytest

from agents.transforms import extract_function
from agents.transforms.rewrite import ProjectFacts, Refusal
from tests.agents.extract_function.cutting import every_cut, parsed, reasons

WARNS = ProjectFacts(frame_sensitive=frozenset({"warn_user"}))

CASES = {
    "reads-namespace": "def f(a):\n    b = a\n    return locals()\n",
    "reads-namespace-exec": "def f(a):\n    b = a\n    exec('b = 2')\n    return b\n",
    "reads-namespace-vars": "def f(a):\n    b = a\n    return vars()\n",
    "compiled": "@njit\ndef f(a):\n    b = a\n    return b\n",
    "yield": "def f(a):\n    b = a\n    yield b\n    return a\n",
    "local-class": "def f(a):\n    class B:\n        x = a\n    return B\n",
    "global-write": "def f(a):\n    global g\n    g = a\n    return a\n",
    "bare-raise": "def f(a):\n    try:\n        a()\n    except OSError:\n        if a:\n            raise\n    return a\n",
    "super": "class C:\n    def f(self):\n        b = super().f()\n        return b\n",
    "super-cell": "class C:\n    def f(self):\n        b = __class__\n        return b\n",
    "bare-annotation": "def f(a):\n    b: int\n    c = a\n    b = 1\n    return b + c\n",
    "frame-sensitive": "import warnings\ndef f(a):\n    warnings.warn('x', stacklevel=2)\n    return a\n",
    "frame-sensitive-frame": "import sys\ndef f(a):\n    b = sys._getframe()\n    return b\n",
    "break": "def f(a):\n    for b in a:\n        if b:\n            break\n        a()\n    return a\n",
    "continue": "def f(a):\n    for b in a:\n        if b:\n            continue\n        a()\n    return a\n",
    "return-and-continue": (
        "def f(a):\n    for b in a:\n        if b:\n            continue\n        return b\n    return a\n"
    ),
    "return-and-fall-through": "def f(a):\n    if a:\n        return 1\n    a()\n    return a\n",
    "captured-write": "def f(a):\n    b = a\n    g = lambda: b\n    b = 2\n    return g()\n",
    "captured-write-nonlocal": (
        "def f(a):\n    b = a\n    def g():\n        nonlocal b\n        b = 2\n    g()\n    return b\n"
    ),
    "captured-rebound": "def f(a):\n    for b in a:\n        a.append(lambda: b)\n        a()\n    return a\n",
    "read-by-handler": (
        "def f(a):\n    b = 0\n    try:\n        b = 1\n        a()\n    except OSError:\n        return b\n    return a\n"
    ),
    "input-possibly-unbound": "def f(a):\n    if a:\n        b = 1\n    a()\n    a(b)\n    return a\n",
    "output-possibly-unbound": "def f(a):\n    b = 1\n    if a:\n        del b\n    return b\n",
    "unreachable": "def f(a):\n    return a\n    a()\n    return 1\n",
    "only-binding": "def f(a):\n    if a:\n        return b\n    b = 1\n    a(b)\n    return a\n",
    "left-unused": "def f(a):\n    b = a()\n    if a:\n        b = 1\n        a(b)\n    return a\n",
    "left-unused-in-the-helper": "def f(a):\n    if a:\n        b = 1\n    a()\n    if a:\n        b = 2\n        return b\n    return a\n",
    "too-many-outputs": (
        "def f(a):\n    if a:\n        b = c = d = e = 1\n    else:\n        b = c = d = e = 2\n    return b + c + d + e\n"
    ),
    "too-wide": ("def f(a, b, c, d, e, g, h, i):\n    if a:\n        a(b, c, d, e, g, h, i)\n    return a\n"),
    "decorated-method": "class C:\n    @hybrid\n    def f(self):\n        b = 1\n        return b\n",
    "class-magic": "class C(metaclass=M):\n    def f(self):\n        b = 1\n        return b\n",
    "class-magic-protocol": "class C(Protocol):\n    def f(self):\n        b = 1\n        return b\n",
    "class-magic-base": "class C(make()):\n    def f(self):\n        b = 1\n        return b\n",
    "class-magic-decorator": "@register_all\nclass C:\n    def f(self):\n        b = 1\n        return b\n",
    "class-magic-getattribute": (
        "class C:\n    def __getattribute__(self, n):\n        return 1\n    def f(self):\n        b = 1\n        return b\n"
    ),
    "no-receiver": "class C:\n    def f(*args):\n        b = args\n        return b\n",
    "receiver-rebound": "class C:\n    def f(self):\n        self = self.g()\n        return self\n",
    "receiver-rebound-inside": (
        "class C:\n    def f(self):\n        def g():\n            nonlocal self\n            self = 1\n        return g\n"
    ),
    "borrowed-method": "class C:\n    def f(self):\n        b = 1\n        return b\nclass D:\n    g = C.f\n",
    "nested-static": (
        "class B:\n    class C:\n        @staticmethod\n        def f(a):\n            b = a\n            return b\n"
    ),
    "enclosing-name": "def g(x):\n    def f(a):\n        b = a + x\n        return b\n    return f\n",
    "enclosing-name-of-a-closure": "def g(x):\n    def f(a):\n        return [lambda: x, a]\n    return f\n",
    "mangled-name": "class C:\n    @staticmethod\n    def f(a):\n        b = a.__x\n        return b\n",
}
"""Rule, with a suffix where a rule has several cases -> a function it refuses."""


def word_of(case: str) -> str:
    known = sorted({*WORDS}, key=len, reverse=True)
    return next(word for word in known if case.startswith(word))


WORDS = {
    "reads-namespace", "compiled", "yield", "local-class", "global-write", "bare-raise", "super", "bare-annotation",
    "frame-sensitive", "break", "continue", "return-and-continue", "return-and-fall-through", "captured-write",
    "captured-rebound", "read-by-handler", "input-possibly-unbound", "output-possibly-unbound", "unreachable",
    "only-binding", "left-unused", "too-many-outputs", "too-wide", "decorated-method", "class-magic", "no-receiver",
    "receiver-rebound", "borrowed-method", "nested-static", "mangled-name", "enclosing-name",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_rule_refuses(case: str) -> None:
    assert word_of(case) in reasons(CASES[case])


def test_every_word_has_a_case() -> None:
    assert {word_of(case) for case in CASES} == WORDS


def test_a_block_that_calls_what_warns_with_a_level_stays() -> None:
    text = "def f(a):\n    if a:\n        warn_user('x')\n    return a\n"
    assert "frame-sensitive" in reasons(text, facts=WARNS)
    assert not any("warn_user" in after.partition("def _moved_lines")[2] for _, after in every_cut(text, facts=WARNS))


def test_a_run_of_statements_owns_its_lines() -> None:
    assert every_cut("def f(a): b = a; return b\n") == []
    assert every_cut("def f(a):\n\tb = a\n\treturn b\n") == []
    both = every_cut("def f(a):\n    b = a; c = b\n    return c\n")
    assert {len(found.block.statements) for found, _ in both if found.block.code == 2} == {2, 3}
    joined = every_cut("def f(a):\n    if a: \\\n        b = 1\n    return a\n")
    assert all(found.block.code == 2 for found, _ in joined if found.block.first < 4)


def test_a_method_under_another_name_of_its_own_class_may_be_cut() -> None:
    text = "class C:\n    def f(self):\n        b = 1\n        return b\nC.g = C.f\n"
    assert every_cut(text)


def test_unknown_and_simple_functions_are_refused() -> None:
    source = parsed("def f(a):\n    return a\n")
    for name, word in (("g", "unknown-function"), ("f", "simple-enough")):
        refusal = extract_function.rewrite(source, name, ProjectFacts())
        assert isinstance(refusal, Refusal)
        assert refusal.word == word


def test_a_function_without_movable_statements_says_what_holds_it_back() -> None:
    body = "".join(f"    if a == {n}:\n        yield {n}\n" for n in range(30))
    refusal = extract_function.rewrite(parsed("def f(a):\n" + body), "f", ProjectFacts())
    assert isinstance(refusal, Refusal)
    assert refusal.word == "yield"
    assert "decisions" in refusal.reason


def test_one_long_expression_has_no_cuts() -> None:
    text = textwrap.dedent(f"def f(a):\n    return {' or '.join(f'a == {n}' for n in range(30))}\n")
    refusal = extract_function.rewrite(parsed(text), "f", ProjectFacts())
    assert isinstance(refusal, Refusal)
    assert refusal.word == "no-cuts"
