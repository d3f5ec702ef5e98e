"""Random functions full of ways out, and the trace that a call of one leaves."""

from collections.abc import Callable

from hypothesis import strategies as st

from agents.transforms.registry import LOCAL
from agents.transforms.rewrite import ProjectFacts, Refusal, apply_edits
from agents.transforms.source import Source, parse_text

TESTS = st.recursive(
    st.integers(0, 5).map(lambda n: f"ask({n})"),
    lambda inner: st.one_of(
        inner.map(lambda test: f"not ({test})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["==", "!=", "is", "is not", "<"])).map(lambda t: f"{t[0]} {t[1]} True"),
        inner.map(lambda test: f"(got := {test})"),
    ),
    max_leaves=3,
)
LEAVES = [
    "return 'out'",
    "return",
    "raise KeyError",
    "continue",
    "break",
    "pass",
    "do(1)",
    "do(2)  # two",
    "do('''\n  x''')",
]


def indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["leaf", "leaf", "if", "if", "for", "comment"] if depth < 3 else ["leaf"]))
        if kind == "leaf":
            lines.append(draw(st.sampled_from(LEAVES)))
        elif kind == "comment":
            lines += ["# said", "do(3)"]
        elif kind == "for":
            lines += [f"for _ in range({draw(st.integers(0, 2))}):", *indented(draw(blocks(depth + 1)))]
        else:
            lines += draw(branches(depth))
    return lines


@st.composite
def branches(draw: st.DrawFn, depth: int) -> list[str]:
    body = draw(blocks(depth + 1))
    lines = [f"if {draw(TESTS)}:", *indented(body)]
    for _ in range(draw(st.integers(0, 2))):
        other = body if draw(st.booleans()) else draw(blocks(depth + 1))
        lines += [f"elif {draw(TESTS)}:", *indented(other)]
    if draw(st.booleans()):
        lines += ["else:", *indented(draw(blocks(depth + 1)))]
    return lines


@st.composite
def functions(draw: st.DrawFn) -> str:
    body = ["for _ in range(2):", *indented(draw(blocks(1))), "if ask(9):", *indented(draw(without_loop_words(1)))]
    return "\n".join(["def f(ask, do):", *indented(body)]) + "\n"


def without_loop_words(depth: int) -> st.SearchStrategy[list[str]]:
    """Blocks that may stand outside a loop."""
    return blocks(depth).map(
        lambda lines: [line.replace("continue", "do(7)").replace("break", "do(8)") for line in lines]
    )


def trace(text: str, answers: list[int]) -> list[object]:
    said: list[object] = []
    waiting = list(answers)

    def ask(number: int) -> bool:
        said.append(number)
        return bool(waiting.pop(0)) if waiting else False

    space: dict[str, Callable[..., object]] = {}
    exec(compile(text, "<example>", "exec"), space)  # noqa: S102 - our own generated text
    try:
        said.append(space["f"](ask, said.append))
    except KeyError as error:
        said.append(repr(error))
    return said


def rewritten(text: str) -> str:
    for transform in LOCAL:
        source = parse_text("f.py", text)
        assert isinstance(source, Source)
        outcome = transform.rewrite(source, "f", ProjectFacts())
        if not isinstance(outcome, Refusal):
            text = apply_edits(text, outcome.edits)
            again = parse_text("f.py", text)
            assert isinstance(again, Source)
            assert transform.sites(again) == (), transform.NAME
        else:
            assert outcome.word not in {"unsettled", "layout", "not-proven"}, outcome
    return text
