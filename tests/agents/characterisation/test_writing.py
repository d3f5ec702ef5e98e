import ast
import unittest

import pytest

from agents.characterisation.writing import WIDTH, written
from pyagent.observations import Observation, Outcome

FOUND = (
    Observation("math.gcd(4, 6)", ("math",), Outcome.EQUALS, "2", (1,)),
    Observation("math.isnan(1.0)", ("math",), Outcome.EQUALS, "False", (1,)),
    Observation("fractions.Fraction(1, 2)", ("fractions",), Outcome.SHOWN, "'Fraction(1, 2)'", (1,)),
    Observation("fractions.Fraction(1, 0)", ("fractions",), Outcome.RAISES, "ZeroDivisionError", (1,)),
    Observation(f"math.prod({list(range(40))})", ("math",), Outcome.EQUALS, "0", (1,)),
)


def test_functions_of_pytest_hold() -> None:
    text = written("Fraction.__new__", FOUND, pytest=True)
    scope: dict[str, object] = {}
    exec(compile(text, "made.py", "exec"), scope)  # noqa: S102 - our own text
    tests = [value for name, value in scope.items() if name.startswith("test_fraction_new_")]
    assert len(tests) == len(FOUND)
    for test in tests:
        assert callable(test)
        test()
    assert "import pytest" in text


def test_cases_of_unittest_hold() -> None:
    text = written("gcd", FOUND, pytest=False)
    scope: dict[str, object] = {"__name__": "made"}
    exec(compile(text, "made.py", "exec"), scope)  # noqa: S102 - our own text
    case = scope["GcdTest"]
    assert isinstance(case, type)
    assert issubclass(case, unittest.TestCase)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert (result.testsRun, result.failures, result.errors) == (len(FOUND), [], [])


@pytest.mark.parametrize(
    "broken",
    [
        Observation("f()\nimport os", ("m",), Outcome.EQUALS, "1", ()),
        Observation("m.f(", ("m",), Outcome.EQUALS, "1", ()),
        Observation("m.f()", ("m; import os",), Outcome.EQUALS, "1", ()),
        Observation("m.f()", ("m",), Outcome.RAISES, "ValueError)  # (", ()),
        Observation("m.f('\u202e')", ("m",), Outcome.EQUALS, "1", ()),
        Observation("m.f()", ("m",), Outcome.EQUALS, "import os", ()),
    ],
)
def test_text_that_is_not_what_it_should_be_is_left_out(broken: Observation) -> None:
    assert written("f", [broken], pytest=True) == ""


def test_the_text_is_the_same_each_time_and_parses() -> None:
    text = written("a.<locals>.B", [*FOUND, *FOUND], pytest=True)
    assert text == written("a.<locals>.B", FOUND, pytest=True)
    ast.parse(text)
    assert max(map(len, text.splitlines())) < WIDTH + 80
