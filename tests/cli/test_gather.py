"""From a finished loop's ledger to the report's data, and how its result is taken over."""

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.progress import progress
from cli.report.contents import Report
from cli.report.gather import gather
from cli.takeover import take_over
from pyagent.errors import UsageError
from pyagent.ledger.facts import Fact, ProposalDeclined, RunStarted
from pyagent.ledger.views import RepositoryView
from pyagent.model import ChangeClass, Repository, Status
from pyagent.settings import PolicySection, RepositorySection, Settings
from repos.forges.local import LocalForge
from repos.stores.store import Store
from stages.decisions import approve, refuse
from stages.desk import Desk, lay
from stages.opening import absolute, section_of
from stages.wiring import Wiring, wired
from tests.plugins.loops import Shell

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def working(shell: Shell, policy: PolicySection | None = None) -> "Generator[tuple[Wiring, Desk]]":
    settings = Settings(policy={"default": policy or PolicySection()})
    with progress(quiet=True) as shown, wired(settings, shell.state, progress=shown, offline=True) as wiring:
        yield wiring, lay(wiring, RepositorySection(target=shell.target))


def gathered(wiring: Wiring, desk: Desk) -> Report:
    return gather(wiring, desk, pyagent="pyagent")


def tell(wiring: Wiring, *facts: Fact) -> None:
    wiring.ledger.journal.append(list(facts), token=None)


def test_a_merged_loop_is_told_whole(merged: Shell) -> None:
    with working(merged) as (wiring, desk):
        report = gathered(wiring, desk)
    assert [page.status for page in report.changes].count("merged") == 4
    assert report.commit_before != report.commit_after
    assert len(report.before) == len(report.after) == 5
    assert all(page.diff.startswith("diff --git") for page in report.changes)
    assert all(page.not_checked for page in report.changes)
    assert (report.level, report.ended) == ("full", "nothing more to do")
    assert [status for _, status, _ in report.ideas] != []


def test_a_repository_nobody_measured_has_an_empty_report(fresh: Shell) -> None:
    with working(fresh) as (wiring, desk):
        report = gathered(wiring, desk)
    assert (report.before, report.after, report.changes, report.ended) == ((), (), (), "")
    assert report.level == "not used"


def test_declined_tickets_are_grouped_by_the_word_of_their_reason(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        view = wiring.of(desk.slug)
        for change in list(view.standings)[:2]:
            ticket = view.tickets[change]
            refuse(wiring, change, by="t", reason="no", until_changed=False)
            declined(wiring, desk, change, ticket.evidence)
        report = gathered(wiring, desk)
    assert report.declined == ()  # a person's refusal wins over an author's


def test_what_an_author_declined_has_its_place_and_reason(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        view = wiring.of(desk.slug)
        [open_change] = [c for c, standing in view.standings.items() if standing.status is Status.NEEDS_TESTS]
        declined(wiring, desk, open_change, view.tickets[open_change].evidence)
        [group] = gathered(wiring, desk).declined
    assert (group.word, group.places[0].says) == ("too-wide", "needs 9 inputs")
    assert (group.places[0].path, group.places[0].name) == ("shapes/area.py", "untested")


def test_every_yes_and_every_stop_is_told_with_its_source(waiting: Shell) -> None:
    with working(waiting, PolicySection(classes=(ChangeClass.A, ChangeClass.H))) as (wiring, desk):
        lint, *rest = sorted(wiring.of(desk.slug).queued, key=lambda queued: queued.change_class != ChangeClass.H)
        approve(wiring, lint.change, by="somebody")
        for queued in rest[:2]:
            refuse(wiring, queued.change, by="somebody", reason="no", until_changed=False)
        report = gathered(wiring, desk)
    assert report.approvals == ("class H ticked in the configuration", f"{lint.change} approved by somebody")
    assert report.stopped == ("class A: two refusals in a row",)


def test_a_run_that_was_killed_is_told_as_such(merged: Shell) -> None:
    with working(merged) as (wiring, desk):
        tell(wiring, RunStarted(desk.slug, "killed", (desk.slug,)))
        assert gathered(wiring, desk).ended == "it goes on, or it was killed"


@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("/a/shapes", "git pull '/the store/shapes.git' main"),
        ("https://host.example/shapes.git", "git pull '/the store/shapes.git' main"),
        ("sdist:shapes==1.0", "git clone '/the store/shapes.git'"),
    ],
)
def test_the_take_over_is_one_command_a_shell_understands(target: str, command: str, tmp_path: Path) -> None:
    repository = Repository("shapes", target, "main")
    store, forge = Store(Path("/the store/shapes.git")), LocalForge(tmp_path)
    desk = Desk(repository, RepositorySection(target=target), PolicySection(), store, forge, ())
    assert take_over(desk) == command


def test_a_target_that_is_none_is_left_for_its_own_turn() -> None:
    broken = RepositorySection(target="sdist:nothing")
    assert absolute(broken, Path("/somewhere")) == broken


def test_a_repository_nobody_added_has_no_configuration() -> None:
    with pytest.raises(UsageError, match="never worked on"):
        section_of(Settings(), RepositoryView("ghost"))


def test_a_damaged_journal_is_named_with_its_row(merged: Shell) -> None:
    with sqlite3.connect(merged.state / "ledger.db") as ledger:
        [name] = [row[0] for row in ledger.execute("select name from sqlite_master where name like 'journal%' limit 1")]
        triggers = [row[0] for row in ledger.execute("select name from sqlite_master where type = 'trigger'")]
        for trigger in triggers:
            ledger.execute(f"drop trigger {trigger}")
        columns = [row[1] for row in ledger.execute(f"pragma table_info({name})")]
        body = next(column for column in columns if column in {"body", "fact", "payload"})
        ledger.execute(f"update {name} set {body} = replace({body}, 'shapes', 'shaped') where rowid = 3")  # noqa: S608 - our own names
    ended = merged("audit")
    assert (ended.code, "broken at row 3" in ended.err) == (7, True)


def test_a_machine_without_its_tools_is_told_part_by_part(fresh: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ended = fresh("doctor", "--json")
    states = {row["what"]: row["state"] for row in ended.json}
    assert ended.code == 5
    assert (states["git"], states["bwrap"], states["sandbox"]) == ("missing", "missing", "unfit")


def test_one_file_takes_one_repository(waiting: Shell, tmp_path: Path) -> None:
    ended = waiting("report", waiting.slug, waiting.target, "--to", str(tmp_path / "r.html"))
    assert (ended.code, "--to names one file for 2 repositories" in ended.err) == (2, True)
    assert not (tmp_path / "r.html").exists()


def test_a_stage_without_a_repository_asks_for_one(fresh: Shell) -> None:
    assert "No repository is named" in fresh("plan").err


def test_without_a_sandbox_every_command_says_so(waiting: Shell) -> None:
    assert "WITHOUT a sandbox" in waiting("queue", "--unsafe-local").err
    assert waiting("queue").err == ""


def declined(wiring: Wiring, desk: Desk, change: str, evidence: str) -> None:
    status = Status.DECLINED
    tell(wiring, ProposalDeclined(desk.slug, change, evidence, status, "too-wide: needs 9 inputs", None))
