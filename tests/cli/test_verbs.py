"""Every verb over a loop that ran: what it prints, what it changes, how it ends."""

import shutil
import subprocess
from pathlib import Path

from tests.plugins.loops import Shell
from tests.plugins.project import Project


def test_queue_lists_what_waits_and_for_whom(waiting: Shell) -> None:
    rows = waiting("queue", "--json").json
    assert len(rows) >= 4
    assert {row["waits for"] for row in rows} == {"a person"}
    assert waiting("queue").out.splitlines()[0].split()[:3] == ["change", "repository", "class"]


def test_an_empty_queue_says_so(merged: Shell) -> None:
    assert merged("queue").out == "nothing waits\n"
    assert merged("queue", "--json").json == []
    assert merged("queue", "--format", "ndjson").out == ""


def test_show_has_claims_gates_diff_and_what_was_not_checked(waiting: Shell) -> None:
    [change, *_] = waiting.changes()
    text = waiting("show", change).out
    assert all(word in text for word in ("claims", "gates", "passed", "not checked", "diff --git", "stands at queued"))
    document = waiting("show", change, "--json").json
    assert document["change"] == change
    assert {verdict["answer"] for verdict in document["verdicts"]} <= {"passed", "skipped"}


def test_why_shows_the_parts_of_the_score(waiting: Shell) -> None:
    [change, *_] = waiting.changes()
    document = waiting("why", change, "--json").json
    assert document["status"] == "queued"
    assert set(document["parts"]) >= {"gain", "effort"}
    assert "raised because" in waiting("why", change).out


def test_a_change_nobody_knows_is_named_with_the_near_ones(waiting: Shell) -> None:
    [change, *_] = waiting.changes()
    for verb in ("show", "why", "approve", "undo"):
        ended = waiting(verb, change[:8])
        assert ended.code == 2
        assert f"Did you mean {change}?" in ended.err


def test_approving_one_change_lets_just_it_merge(waiting: Shell) -> None:
    [first, *_] = waiting.changes()
    assert waiting("approve", first).out == f"approved {first}\n"
    assert [row["change"] for row in waiting("queue", "--json").json if row["waits for"] == "the train"] == [first]
    assert waiting("merge", "--train-now", "--json").json[0]["merged"] == 1


def test_a_merged_change_can_be_neither_approved_nor_refused(merged: Shell) -> None:
    change = last_merged(merged)
    assert "does not wait" in merged("approve", change).err
    refused = merged("refuse", change, "--reason", "late")
    assert (refused.code, f"pyagent undo {change}" in refused.err) == (2, True)


def test_ticking_a_class_is_a_fact_said_once(waiting: Shell) -> None:
    assert waiting("approve", "--class", "h,A", waiting.slug).out == f"{waiting.slug}: class A and H ticked\n"
    assert waiting("approve", "--class", "H", waiting.target).out == f"{waiting.slug}: was ticked already\n"
    assert waiting("status", "--json").json[0]["merging"] == "H,A"


def test_a_class_that_needs_a_person_cannot_be_ticked(waiting: Shell) -> None:
    ended = waiting("approve", "--class", "B", waiting.slug)
    assert (ended.code, "cannot be ticked" in ended.err) == (2, True)


def test_a_class_that_is_none_names_those_there_are(waiting: Shell) -> None:
    ended = waiting("approve", "--class", "X", waiting.slug)
    assert (ended.code, "there are H, A, B, C, T" in ended.err) == (2, True)


def test_approving_nothing_asks_for_names(waiting: Shell) -> None:
    assert "Nothing is named" in waiting("approve", "--class", "H").err


def test_a_refused_change_leaves_the_queue_for_ever(waiting: Shell) -> None:
    [first, *others] = waiting.changes()
    assert waiting("refuse", first, "--reason", "not now").out == f"refused {first}\n"
    assert waiting.changes() == others
    assert waiting("why", first, "--json").json["status"] == "refused"
    again = waiting("run", waiting.target, "--quiet", "--json").json["repositories"][0]
    assert (again["proposals"], dict(again["statuses"])["refused"]) == (0, 1)


def test_refused_until_changed_is_open_again_once_its_code_changed(waiting: Shell, tmp_path: Path) -> None:
    volume = next(row["change"] for row in waiting("queue", "--json").json if "volume" in row["title"])
    assert waiting("refuse", volume, "--reason", "not yet", "--until-changed").code == 0
    assert waiting("plan", waiting.slug).code == 0
    assert waiting("why", volume, "--json").json["status"] == "refused"
    moved = Project(Path(shutil.copytree(waiting.target, tmp_path / "moved")))
    text = (moved.root / "shapes/box.py").read_text("utf-8").replace("is never", "can not be")
    moved.commit({"shapes/box.py": text})
    configuration = tmp_path / "pyagent.toml"
    configuration.write_text(f'[[repository]]\ntarget = "moved"\nslug = "{waiting.slug}"\n', "utf-8")
    assert waiting("plan", waiting.slug, "--config", str(configuration)).code == 0
    assert waiting("why", volume, "--json").json["status"] == "open"


def test_two_refusals_in_a_row_stop_the_class(waiting: Shell) -> None:
    waiting("approve", "--class", "H,A", waiting.slug)
    first, second = waiting.changes(**{"class": "A"})[:2]
    assert "stopped" not in waiting("refuse", first, "--reason", "no").out
    assert "class A is stopped" in waiting("refuse", second, "--reason", "no").out
    assert waiting("status", "--json").json[0]["merging"] == "H"
    assert waiting("approve", "--class", "A", waiting.slug).out.endswith("class A ticked\n")


def test_undo_takes_one_merged_change_back_by_one_commit(merged: Shell) -> None:
    change = last_merged(merged)
    before = subjects(merged)
    document = merged("undo", change, "--reason", "it reads worse", "--json").json
    assert document["undone"] == change
    assert subjects(merged)[1:] == before
    assert merged("why", change, "--json").json["status"] == "reverted"
    assert "is not merged" in merged("undo", change).err


def test_pausing_stops_merging_and_resuming_goes_on(waiting: Shell) -> None:
    waiting("approve", "--class", "H,A", waiting.slug)
    assert waiting("pause").out == "everywhere: paused\n"
    assert waiting("pause").out == "everywhere: was paused already\n"
    assert waiting("merge", "--train-now", "--json").json[0]["then"] == "merging is paused"
    assert "stays paused everywhere" in waiting("resume", waiting.slug).out
    assert waiting("status", "--json").json[0]["merging"] == "paused"
    assert waiting("resume").out == "everywhere: resumed\n"
    assert waiting("merge", "--train-now", "--json").json[0]["merged"] >= 4


def test_pausing_a_stranger_names_the_near_one(waiting: Shell) -> None:
    ended = waiting("pause", waiting.slug[:-1])
    assert (ended.code, f"Did you mean {waiting.slug}?" in ended.err) == (2, True)
    assert waiting("pause", waiting.target).out == f"{waiting.slug}: paused\n"


def test_status_has_a_line_for_each_repository(waiting: Shell) -> None:
    [row] = waiting("status", "--json").json
    assert (row["merging"], row["branch"], row["last run"]) == ("nothing ticked", "main", "nothing more to do")
    assert row["waiting"] == row["for a person"] >= 4


def test_a_status_of_nothing_says_how_to_begin(fresh: Shell) -> None:
    assert "`pyagent run TARGET`" in fresh("status").out


def test_report_writes_where_it_is_told(merged: Shell, tmp_path: Path) -> None:
    path = tmp_path / "sub folder" / "page.html"
    assert merged("report", "--to", str(path), "--json").json == [{"repository": merged.slug, "report": str(path)}]
    assert path.read_text("utf-8").startswith("<!doctype html>")
    taken = merged("report", "--to", str(path / "beneath"))
    assert (taken.code, "--to" in taken.err) == (7, True)


def test_doctor_names_every_part_and_its_state(fresh: Shell) -> None:
    rows = {row["what"]: row["state"] for row in fresh("doctor", "--json").json}
    assert rows == dict.fromkeys(("git", "bwrap", "python", "ledger", "sandbox"), "ok")


def test_audit_counts_the_facts(merged: Shell) -> None:
    document = merged("audit", "--json").json
    assert document["sound"] is True
    assert document["facts"] > 20
    assert merged("audit").out.startswith(f"sound: {document['facts']} facts")


def test_db_migrate_says_where_the_ledger_lies(fresh: Shell) -> None:
    assert fresh("db", "migrate", "--json").json["migrated"].endswith("ledger.db")
    assert fresh("db", "drop").code == 2


def test_transforms_show_their_examples(fresh: Shell) -> None:
    names = [row["name"] for row in fresh("transforms", "--json").json]
    assert "superfluous-else" in names
    shown = fresh("transforms", "superfluous-else").out
    assert shown.index("before:") < shown.index("after:")
    assert fresh("transforms", "superfluous-else", "--json").json["changes"]
    assert "Known:" in fresh("transforms", "superfluos-else").err


def test_each_stage_is_a_verb_of_its_own(waiting: Shell) -> None:
    for verb in ("ingest", "plan", "propose", "validate", "deliver", "learn"):
        [row] = waiting(verb, waiting.slug, "--quiet", "--json").json
        assert row["repository"] == waiting.slug
    assert len(waiting.changes()) >= 4


def test_a_repository_that_cannot_be_worked_on_leaves_the_others(waiting: Shell, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    ended = waiting("report", nowhere, waiting.slug, "--json")
    assert ended.code == 4
    assert [row["repository"] for row in ended.json] == [nowhere, waiting.slug]
    assert "There is no folder" in ended.json[0]["error"]


def store(shell: Shell) -> Path:
    return shell.state / "stores" / f"{shell.slug}.git"


def subjects(shell: Shell) -> list[str]:
    command = ["git", "-C", str(store(shell)), "log", "--format=%s", "main"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def last_merged(shell: Shell) -> str:
    command = ["git", "-C", str(store(shell)), "log", "-1", "--format=%(trailers:key=Pyagent-Change,valueonly)", "main"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
