"""Credentials are told by their form, by their name, or by their exact value, and never repeated."""

import base64
import json
import random
import string
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from pyagent.model import Answer
from repos.gates.monitor.credentials import forms, holds, kinds
from repos.gates.monitor.gate import judge
from repos.gates.monitor.leaks import leaks
from tests.repos.gates.workshop import trial

DRAWN = random.Random(7)  # noqa: S311 - nothing here is secret


def drawn(length: int) -> str:
    return "".join(DRAWN.choices(string.ascii_letters + string.digits, k=length))


TOKENS = {
    "AWS key id": "AKIA" + drawn(16).upper(),
    "GitHub token": "ghp_" + drawn(36),
    "GitLab token": "glpat-" + drawn(20),
    "Anthropic key": "sk-ant-" + "a" * 20,
    "OpenAI key": "sk-proj-" + drawn(40),
    "Slack token": "xoxb-" + drawn(24),
    "Hugging Face token": "hf_" + "abcdefghij" * 3,
    "npm token": "npm_" + drawn(36),
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + drawn(40),
    "JSON web token": f"eyJ{drawn(20)}.eyJ{drawn(20)}.{drawn(20)}",
    "private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "password in a URL": "postgresql://user:hunter22@db/app",
    "authorization header": "Bearer " + drawn(20),
    "value named as a secret": f"AWS_SECRET_ACCESS_KEY={drawn(40)}",
}


@pytest.mark.parametrize("kind", list(TOKENS))
def test_a_credential_is_told_by_its_form(kind: str) -> None:
    assert kind in set(kinds(f"x = '{TOKENS[kind]}'"))


@pytest.mark.parametrize(
    "text",
    [
        "token = previous_token_of_the_line",
        "def read(token: Token, password=None): return self.password",
        "self.secret_sauce = compute_secret_sauce(first, second)",
        "parse(token=part_2_of_it.value, key='name')",
        "the password is asked for twice",
        "sk-learn and hf_hub are names",
        "api_key: str | None = None",
    ],
)
def test_code_that_handles_credentials_holds_none(text: str) -> None:
    assert list(kinds(text)) == []


@pytest.mark.parametrize("value", ["correct horse/battery+staple?", 'pa"ss\\wörd', drawn(31), drawn(32), drawn(33)])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_known_value_is_found_in_every_form(value: str, before: str) -> None:
    body = f"{before}{value}after".encode()
    for text in (
        body.decode(),
        quote(body, safe=""),
        json.dumps(body.decode()),
        body.hex(),
        base64.b64encode(body).decode(),
        base64.urlsafe_b64encode(body).decode(),
    ):
        assert holds(f"x = {text}", [value]), text
    assert not holds("nothing of the kind", [value])
    assert value in forms(value)


def test_a_proposal_leaks_by_its_patch_its_path_and_its_sentences(tmp_path: Path) -> None:
    token = TOKENS["GitHub token"]
    clean = trial(tmp_path, {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": b"a = 2\n"})
    by_patch = trial(tmp_path, {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": f"a = '{token}'\n".encode()})
    proposals = [
        by_patch.proposal,
        replace(clean.proposal, title=f"Say {token}"),
        replace(clean.proposal, obligations=(token,)),
        replace(clean.proposal, path=f"pkg/{token}.py"),
    ]
    assert leaks(clean.proposal, clean.base) == ()
    for proposal in proposals:
        verdict = judge(replace(clean, proposal=proposal))
        assert (verdict.answer, verdict.reason) == (
            Answer.FAILED,
            "carries GitHub token, carries text that nobody can read (long and drawn by lot)",
        )


def test_a_value_the_machine_keeps_secret_is_found_though_it_looks_like_nothing(tmp_path: Path) -> None:
    given = trial(tmp_path, {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": b"a = 'swordfish'\n"})
    assert leaks(given.proposal, given.base) == ()
    assert leaks(given.proposal, given.base, ["swordfish"]) == ("carries a value this machine keeps secret",)


def test_a_credential_that_stood_there_and_moved_is_not_new(tmp_path: Path) -> None:
    line = f"KEY = '{TOKENS['AWS key id']}'\n".encode()
    assert (
        judge(trial(tmp_path, {"pkg/mod.py": line + b"a = 1\n"}, {"pkg/mod.py": b"a = 1\n" + line})).answer
        is Answer.PASSED
    )
