"""The check of commands, on commands that are wrong."""

import pytest

from tests.deploy.commands import unknown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("pyagent --state /s upp", "upp"),
        ("pyagent --stat /s up", "--stat"),
        ("pyagent up --workrs 2", "--workrs"),
        ("pyagent up --workers none", "none"),
        ("pyagent db back", "back"),
        ("python -m pipelines.dispatcher", "pipelines.dispatcher"),
        ("python -m pipeline.dispatch", "pipeline.dispatch"),
        ("pyagnt up", "pyagnt"),
    ],
)
def test_a_wrong_command_is_said(words: str, said: str) -> None:
    assert said in unknown(words.split())


@pytest.mark.parametrize("words", ["pyagent --state /s up --headless", "/opt/bin/python -m pipelines.dispatch --once"])
def test_a_right_command_is_not(words: str) -> None:
    assert unknown(words.split()) == ""
