"""The runbook names commands, words and tests that are there."""

import re

import pytest

from tests.deploy.commands import unknown
from tests.deploy.manifests import DEPLOY

ROOT = DEPLOY.parent
TEXT = (ROOT / "docs" / "runbook.md").read_text("utf-8")
MARKED = re.findall(r"`([^`]+)`", TEXT)
ROOMS = ("pyagent", "research", "repos", "agents", "stages", "assets", "pipelines", "cli")
SOURCES = "\n".join(path.read_text("utf-8") for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def said(phrase: str) -> bool:
    """Whether our sources hold these words, as they stand."""
    return phrase.strip('"') in SOURCES


@pytest.mark.parametrize("phrase", sorted({each for each in MARKED if each.startswith('"') and each != '"words"'}))
def test_words_it_quotes_are_printed_by_us(phrase: str) -> None:
    assert said(phrase)


@pytest.mark.parametrize("name", sorted({each for each in MARKED if "::" in each}))
def test_tests_it_names_are_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert f"def {test}(" in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("command", sorted({each for each in MARKED if each.startswith(("pyagent ", "python -m"))}))
def test_commands_it_gives_are_known(command: str) -> None:
    assert unknown(command.split()) == ""


@pytest.mark.parametrize("path", sorted({each for each in MARKED if each.startswith("deploy/")}))
def test_files_it_names_are_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_targets_it_gives_are_there() -> None:
    targets = {each.removeprefix("make ") for each in MARKED if each.startswith("make ")}
    rules = (ROOT / "Makefile").read_text("utf-8")
    assert targets
    assert all(re.search(rf"^{target}:", rules, re.MULTILINE) for target in targets)


def test_words_nobody_prints_are_noticed() -> None:
    assert not said('"the moon is full"')


def test_every_situation_names_what_shows_it() -> None:
    parts = TEXT.split("\n## ")[1:]
    assert len(parts) >= 15
    assert [part.splitlines()[0] for part in parts if "Test" not in part and "Tried by hand" not in part] == []
