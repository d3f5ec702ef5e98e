"""Every transform's own examples hold: it changes, keeps and refuses exactly what it says."""

import ast

import pytest

from agents.transforms.registry import LOCAL, Transform
from agents.transforms.rewrite import ProjectFacts, Refusal, apply_edits
from agents.transforms.source import Source, parse_text

FACTS = ProjectFacts()


def parsed(text: str) -> Source:
    source = parse_text("example.py", text)
    assert isinstance(source, Source), source
    return source


def settle(transform: Transform, text: str) -> str:
    for site in transform.sites(parsed(text)):
        outcome = transform.rewrite(parsed(text), site.name, FACTS)
        assert not isinstance(outcome, Refusal), outcome
        text = apply_edits(text, outcome.edits)
    return text


def cases(kind: str) -> list[object]:
    return [
        pytest.param(transform, example, id=f"{transform.NAME}-{number}")
        for transform in LOCAL
        for number, example in enumerate(getattr(transform, kind))
    ]


@pytest.mark.parametrize(("transform", "example"), cases("CHANGES"))
def test_transform_changes_exactly_what_its_example_says(transform: Transform, example: tuple[str, str]) -> None:
    before, after = example
    assert settle(transform, before) == after


@pytest.mark.parametrize(("transform", "example"), cases("CHANGES"))
def test_result_parses_and_a_second_application_finds_no_site(transform: Transform, example: tuple[str, str]) -> None:
    ast.parse(example[1])
    assert transform.sites(parsed(example[1])) == ()


@pytest.mark.parametrize(("transform", "example"), cases("KEEPS"))
def test_transform_keeps_what_is_none_of_its_business(transform: Transform, example: str) -> None:
    assert transform.sites(parsed(example)) == ()


@pytest.mark.parametrize(("transform", "example"), cases("REFUSES"))
def test_transform_refuses_with_the_promised_word(transform: Transform, example: tuple[str, str, str]) -> None:
    text, name, word = example
    outcome = transform.rewrite(parsed(text), name, FACTS)
    assert isinstance(outcome, Refusal), outcome
    assert outcome.word == word


@pytest.mark.parametrize("transform", LOCAL, ids=lambda transform: transform.NAME)
def test_transform_ships_examples_of_all_three_kinds(transform: Transform) -> None:
    assert transform.CHANGES
    assert transform.KEEPS
    assert transform.REFUSES
    assert "Language rules" in (transform.__doc__ or "")
