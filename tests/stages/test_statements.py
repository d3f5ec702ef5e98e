"""Every merge has a signed statement that says what the ledger says; verify notices when it does not."""

import base64
import json
import sqlite3
from typing import Any

from tests.plugins.loops import Shell


def recorded(shell: Shell, kind: str) -> list[dict[str, Any]]:
    with sqlite3.connect(shell.state / "ledger.db") as ledger:
        rows = ledger.execute("select body from journal where kind = ? order by sequence", (kind,)).fetchall()
    return [json.loads(body) for (body,) in rows]


def envelope(shell: Shell, blob: str) -> dict[str, Any]:
    return json.loads((shell.state / "blobs" / blob[:2] / blob).read_bytes())


def rewritten(shell: Shell, old: str, new: str) -> None:
    with sqlite3.connect(shell.state / "ledger.db") as ledger:
        ledger.execute("update journal set body = replace(body, ?, ?) where kind = 'StatementSigned'", (old, new))


def statement_of(shell: Shell, change: str) -> dict[str, Any]:
    done = shell("verify", change, "--offline", "--json")
    (row,) = [each for each in done.json["inputs"] if each["name"] == "statement"]
    return {**row, "code": done.code}


def test_each_merge_is_stated_once_by_the_key_that_verify_shows(merged: Shell) -> None:
    merges, signed = recorded(merged, "ChangeMerged"), recorded(merged, "StatementSigned")
    assert [row["commit"] for row in signed] == [row["commit"] for row in merges]
    shown = merged("verify", "--public-key", "--json").json
    assert {row["key"] for row in signed} == {shown["key"]}
    assert shown["pem"].startswith("-----BEGIN PUBLIC KEY-----")
    assert "PRIVATE" not in shown["pem"]


def test_a_statement_says_what_went_in_and_who_said_yes(merged: Shell) -> None:
    merge, signed = recorded(merged, "ChangeMerged")[0], recorded(merged, "StatementSigned")[0]
    stated = json.loads(base64.b64decode(envelope(merged, signed["blob"])["payload"]))
    ended = next(row for row in recorded(merged, "ValidationEnded") if row["proposal"] == merge["proposal"])
    assert stated["_type"] == "https://in-toto.io/Statement/v1"
    assert stated["subject"][0]["digest"]["gitCommit"] == merge["commit"]
    said = stated["predicate"]
    assert (said["inputs"]["baseTree"], said["inputs"]["environment"]) == (ended["base_tree"], ended["environment"])
    assert (said["inputs"]["proposal"], said["validation"]) == (merge["proposal"], ended["validation"])
    assert {row["gate"] for row in said["verdicts"]} >= {"tests", "metric", "api"}
    assert said["sandbox"]["level"] == ended["level"]
    assert said["author"].keys() == {"transform", "class"}
    assert any(row["green"] for row in said["train"]["tested"])
    assert said["approvals"][0].startswith("class ")


def test_one_flipped_byte_of_a_statement_is_found(merged: Shell) -> None:
    signed = recorded(merged, "StatementSigned")[0]
    path = merged.state / "blobs" / signed["blob"][:2] / signed["blob"]
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))
    found = statement_of(merged, signed["change"])
    assert (found["code"], "does not match its name" in found["now"]) == (10, True)


def test_another_merge_s_statement_is_not_taken_for_it(merged: Shell) -> None:
    first, second, *_ = recorded(merged, "StatementSigned")
    rewritten(merged, first["blob"], second["blob"])
    found = statement_of(merged, first["change"])
    assert (found["code"], "says otherwise than the ledger" in found["now"]) == (10, True)


def test_a_statement_under_another_key_is_not_believed(merged: Shell) -> None:
    signed = recorded(merged, "StatementSigned")[0]
    (merged.state / "keys" / "statements.pem").unlink()
    found = statement_of(merged, signed["change"])
    assert (found["code"], "names key" in found["now"]) == (10, True)


def test_a_merge_that_a_killed_process_left_unsigned_is_signed_by_the_next(merged: Shell) -> None:
    before = recorded(merged, "StatementSigned")
    with sqlite3.connect(merged.state / "ledger.db") as ledger:
        last = ledger.execute("select max(sequence) from journal where kind = 'StatementSigned'").fetchone()[0]
        ledger.execute("delete from journal where sequence >= ?", (last,))
    assert len(recorded(merged, "StatementSigned")) == len(before) - 1
    assert merged("merge", merged.target, "--json").code in {0, 10}
    assert recorded(merged, "StatementSigned") == before
