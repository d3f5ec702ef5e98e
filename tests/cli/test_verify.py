"""`pyagent verify`: what was recorded is proven again, or the difference is named; the journal stays as it is."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from pyagent.model import Answer, Level, Status, Validation, Verdict
from stages.verify import Compared, compared
from tests.plugins.loops import Shell


def facts(shell: Shell) -> int:
    return shell("audit", "--json").json["facts"]


def merged_change(shell: Shell, transform: str = "superfluous-else") -> tuple[str, str]:
    with sqlite3.connect(shell.state / "ledger.db") as ledger:
        rows = ledger.execute("select body from journal where kind = 'ChangeMerged' order by sequence").fetchall()
    found = [json.loads(body) for (body,) in rows]
    for row in found:
        if shell("show", row["change"], "--json").json["transform"] == transform:
            return row["change"], row["commit"]
    raise AssertionError(found)


def test_a_merged_change_is_as_recorded_by_change_and_by_commit(merged: Shell) -> None:
    change, commit = merged_change(merged)
    before = facts(merged)
    done = merged("verify", change, "--offline", "--json")
    assert done.code == 0, done.out + done.err
    assert done.json["commit"] == commit
    assert {gate["word"] for gate in done.json["gates"]} == {"equal"}
    assert [row["name"] for row in done.json["inputs"]][-2:] == ["merged commit", "statement"]
    assert merged("verify", commit[:10], "--offline").out.rstrip().endswith("as recorded: proposed")
    assert facts(merged) == before


def test_a_refused_verdict_is_proven_again_too(merged: Shell) -> None:
    with sqlite3.connect(merged.state / "ledger.db") as ledger:
        (validation,) = ledger.execute(
            "select json_extract(body, '$.validation') from journal where kind = 'ValidationEnded' "
            "and json_extract(body, '$.status') = 'needs-tests'"
        ).fetchone()
    done = merged("verify", validation, "--offline", "--json")
    assert (done.code, done.json["status"]) == (0, {"then": "needs-tests", "now": "needs-tests"})


def test_a_body_that_was_tampered_with_is_refused(waiting: Shell) -> None:
    [change, *_] = waiting.changes()
    with sqlite3.connect(waiting.state / "ledger.db") as ledger:
        (blob,) = ledger.execute(
            "select json_extract(body, '$.blob') from journal where kind = 'ProposalMade' "
            "and json_extract(body, '$.change') = ?",
            (change,),
        ).fetchone()
    body = waiting.state / "blobs" / blob[:2] / blob
    body.write_bytes(body.read_bytes().replace(b"class_", b"clazz_", 1)[:-1] + b" ")
    damaged = waiting("verify", change, "--offline")
    assert (damaged.code, "does not match its name" in damaged.err) == (7, True)
    body.unlink()
    missing = waiting("verify", change, "--offline")
    assert (missing.code, "is missing" in missing.err) == (7, True)


def test_a_recorded_verdict_that_was_never_given_is_found(waiting: Shell) -> None:
    [change, *_] = waiting.changes()
    with sqlite3.connect(waiting.state / "ledger.db") as ledger:
        ledger.execute(
            'update journal set body = replace(body, \'"answer":"passed"\', \'"answer":"failed"\') '
            "where kind = 'GateJudged' and json_extract(body, '$.change') = ? "
            "and json_extract(body, '$.verdict.gate') = 'tests'",
            (change,),
        )
    done = waiting("verify", change, "--offline")
    assert done.code == 10
    assert "tests: recorded failed, now passed" in done.out


def test_what_nobody_knows_and_what_was_never_written_are_told_apart(waiting: Shell) -> None:
    unknown = waiting("verify", "nothing-like-this")
    assert (unknown.code, "Nothing is recorded under" in unknown.err) == (2, True)
    [change, *_] = waiting.changes()
    near = waiting("verify", change[:8])
    assert (near.code, f"Did you mean {change}?" in near.err) == (2, True)


def test_an_environment_that_is_gone_is_made_again_the_same_or_said_to_be_unmakeable(
    waiting: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (waiting.state / "environments").unlink()
    [change, *_] = waiting.changes()
    assert waiting("verify", change).code == 0
    shutil.rmtree(waiting.state / "environments")
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "empty"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    done = waiting("verify", change, "--offline")
    assert done.code in {4, 5}, done.out + done.err
    assert "Traceback" not in done.err
    assert "cannot be met" in done.err or "Offline" in done.err


def test_a_store_that_is_gone_is_named(waiting: Shell, tmp_path: Path) -> None:
    [change, *_] = waiting.changes()
    (waiting.state / "stores").rename(tmp_path / "elsewhere")
    done = waiting("verify", change, "--offline")
    assert (done.code, "There is no store of" in done.err) == (4, True)


def validation(*verdicts: Verdict) -> Validation:
    return Validation("v", "p", "c", "t", "e", "1", Level.FULL, Status.PROPOSED, "", verdicts)


@pytest.mark.parametrize(
    ("then", "now", "word"),
    [
        ((Verdict("tests", Answer.PASSED, "a"),), (Verdict("tests", Answer.PASSED, "b"),), "equal"),
        ((Verdict("tests", Answer.PASSED, "a"),), (Verdict("tests", Answer.SKIPPED, "b"),), "differs"),
        ((), (Verdict("tests", Answer.PASSED, "b"),), "new"),
        ((Verdict("tests", Answer.PASSED, "a"),), (), "gone"),
    ],
)
def test_gates_are_compared_by_their_answers(then: tuple[Verdict, ...], now: tuple[Verdict, ...], word: str) -> None:
    (found,) = compared(validation(*then), validation(*now))
    assert isinstance(found, Compared)
    assert found.word == word
