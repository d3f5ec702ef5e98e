import pytest

from repos.mutants.choice import mutants, program
from repos.mutants.operators import KINDS

EXAMPLES = [
    ("arguments swapped", "f(a, b)", "f(b, a)"),
    ("arguments swapped", "f(x, (1), *c)", "f(1, (x), *c)"),
    ("argument dropped", "f(a, key=b)", "f(a)"),
    ("argument dropped", "f((a), key=b)", "f((a))"),
    ("argument dropped", "f(key=b)", "f()"),
    ("output dropped", "x, y = f()", "_dropped, y = f()"),
    ("return dropped", "return x", "_dropped = x"),
    ("call dropped", "f(a)", "pass"),
    ("call dropped", "await f(a)", "pass"),
    ("statement dropped", "x += 1", "pass"),
    ("statement dropped", "raise ValueError(x)", "pass"),
    ("early return", "x = f(a)", "return f(a)"),
    ("condition negated", "x = 1 if a == b else 2", "x = 1 if (not (a == b)) else 2"),
    ("condition negated", "x = [y for y in a if y]", "x = [y for y in a if (not (y))]"),
    ("boundary moved", "x = a < b", "x = a <= b"),
    ("boundary moved", "x = a not in b", "x = a in b"),
    ("boundary moved", "x = (a) is not (b)", "x = (a) is (b)"),
    ("and for or", "x = (a) and b and c", "x = (a) or b and c"),
    ("other arithmetic", "x = a + b", "x = a - b"),
    ("other arithmetic", "x -= b", "x += b"),
    ("other constant", "x = 1", "x = 2"),
    ("other constant", "x = True", "x = False"),
    ("other constant", "x = a == 'ä'", "x = a == '\\xe4_'"),
    ("other constant", "x = b'a'", "x = b'a_'"),
    ("exception uncaught", "try:\n        f(a)\n    except (KeyError, OSError):\n        pass", "except ():"),
    ("loop skipped", "for y in a:\n        x += y", "for y in ():"),
    ("loop left", "for y in a:\n        continue", "break"),
]
LEFT_ALONE = [
    '"""Words."""',
    "logger.warning('%s of %s', a, b)",
    "self.log.info('x')",
    "x: int",
    "import os",
    "if TYPE_CHECKING:\n        x = 1",
    "del x",
    "unread = a",
]


def written(body: str) -> str:
    return f"async def g(a, b, c, x=None, y=None):\n    {body}\n    return x\n"


def made(body: str) -> dict[str, list[str]]:
    source = written(body).encode()
    lines = range(2, 2 + len(body.splitlines()))
    found: dict[str, list[str]] = {}
    for mutant in mutants("m.py", source, lines):
        text = mutant.applied(source)
        assert program(text) is not None, (mutant, text)
        found.setdefault(mutant.kind, []).append(text.decode())
    return found


@pytest.mark.parametrize(("kind", "before", "after"), EXAMPLES)
def test_each_kind_writes_what_it_says(kind: str, before: str, after: str) -> None:
    assert any(f"    {after}\n" in text for text in made(before)[kind])


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in EXAMPLES} == KINDS.keys()


@pytest.mark.parametrize("body", LEFT_ALONE)
def test_what_no_behaviour_hangs_on_is_left_alone(body: str) -> None:
    assert made(body) == {}


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("raise ValueError('at', x + 1)", {"statement dropped"}),
        ("assert x, 'a' + 'b'", {"condition negated"}),
        (
            "warnings.warn('old', stacklevel=2)",
            {"call dropped", "early return", "arguments swapped", "argument dropped"},
        ),
        ("x = min(a, b)", {"statement dropped", "early return"}),
        ("x = f'{a + 1}'", {"statement dropped"}),
        ("return None", set[str]()),
    ],
)
def test_messages_and_known_equals_are_spared(body: str, kinds: set[str]) -> None:
    assert made(body).keys() <= kinds


def test_a_bare_return_at_an_end_is_spared() -> None:
    tail = b"def f(a):\n    if a:\n        g(a)\n        return\n    else:\n        return\n"
    assert "return dropped" not in {m.kind for m in mutants("m.py", tail, range(1, 9))}
    middle = b"def f(a):\n    if a:\n        return\n    g(a)\n"
    assert "return dropped" in {m.kind for m in mutants("m.py", middle, range(1, 9))}


def test_tests_of_the_header_alone_hear_an_edit_of_it() -> None:
    source = b"def f(a):\n    if (a and\n            a > 1):\n        return 1\n    return 2\n"
    found = {(m.kind, m.line): m.heard for m in mutants("m.py", source, range(1, 9))}
    assert found["boundary moved", 3] == (2, 3)
    assert found["return dropped", 4] == (4,)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfx = f(1, 2)\ny = f(3, 4)\n",
        "ä = f('ä', 2)\r\ny = f('ö', 4)\r\n".encode(),
        b"x = f(1, 2)\x0c\ny = f(3, 4)\n",
    ],
)
def test_offsets_hold_whatever_clothes_a_text_wears(text: bytes) -> None:
    swapped = [m.applied(text) for m in mutants("m.py", text, [2]) if m.kind == "arguments swapped"]
    first, second = text.decode().splitlines(keepends=True)[0], text.decode().split("y = ")[1]
    assert len(swapped) == 1
    assert swapped[0].decode().startswith(first.rstrip("\x0c\r\n"))
    inner = second.partition("(")[2].partition(")")[0].split(", ")
    assert f"f({inner[1]}, {inner[0]})" in swapped[0].decode()


def test_what_cannot_be_read_has_no_edits() -> None:
    assert mutants("m.py", b"def f(:\n", range(9)) == ()
    assert mutants("m.py", "# coding: latin-1\nx = 'ä'\n".encode("latin-1"), range(9)) == ()
