"""A target as a person writes it points at the code they mean."""

import pytest

from agents.targets import dotted, points_at

PATH, NAME = "src/pkg/parser.py", "Parser.parse"


@pytest.mark.parametrize(
    "target",
    [
        "src/pkg/parser.py",
        "./src/pkg/parser.py",
        "pkg/parser.py",
        "parser.py",
        "src/pkg",
        "pkg/",
        "parser.Parser.parse",
        "pkg.parser.Parser.parse()",
        "pkg.parser",
        "parser.Parser",
    ],
)
def test_target_points_here(target: str) -> None:
    assert points_at(target, PATH, NAME)


@pytest.mark.parametrize(
    "target", ["ser.py", "other/parser.py", "parser/", "/", "Parser.parse", "parser.Parser.other", "pkg.Parser", "pkg"]
)
def test_target_points_elsewhere(target: str) -> None:
    assert not points_at(target, PATH, NAME)


def test_a_package_s_own_module_goes_by_its_folder() -> None:
    assert points_at("pkg.run", "src/pkg/__init__.py", "run")


def test_a_closure_is_reached_through_its_function() -> None:
    assert points_at("parser.outer.inner", PATH, "outer.<locals>.inner")


@pytest.mark.parametrize("path", ["a.py", "src/pkg/a.py", "pkg/__init__.py", "__init__.py"])
@pytest.mark.parametrize("name", ["f", "C.m", "f.<locals>.g", "C.m.<locals>.D.n"])
def test_what_is_suggested_points_at_its_function(path: str, name: str) -> None:
    assert points_at(dotted(path, name), path, name)
