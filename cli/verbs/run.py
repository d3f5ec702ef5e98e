"""`pyagent run`: the whole loop, then a table and the report's path."""

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cli.answers import answer
from cli.classes import ChangeClasses
from cli.frame import current, options
from cli.opening import opened, sections
from cli.report.gather import gather
from cli.report.write import write
from cli.stage_verbs import complain, require_one, say_notes
from cli.summary import NEEDS_A_PERSON, Row, failed_row, row, table
from pyagent.errors import PyagentError, UsageError
from pyagent.model import ChangeClass
from pyagent.settings import RepositorySection
from stages.decisions import unlock
from stages.desk import lay
from stages.loop import Budget
from stages.loop import run as passage
from stages.wiring import Wiring


class _Given(TypedDict):
    """Options click hands over by name."""

    train_now: bool
    restart: bool
    proposals: int | None
    report_to: Path | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator asked of this run."""

    classes: frozenset[ChangeClass]
    train_now: bool
    restart: bool
    proposals: int | None
    report_to: Path | None


@click.command("run")
@click.argument("targets", nargs=-1)
@click.option(
    "--approve-class", "classes", type=ChangeClasses(), help="Tick classes for these targets, of H, A and T: H,A."
)
@click.option("--train-now", is_flag=True, help="Let the train depart without waiting for the threshold.")
@click.option("--proposals", type=click.IntRange(0), help="Most proposals of this run (default: the policy's).")
@click.option("--branch", help="Branch merged into, for targets named here.")
@click.option(
    "--restart-from-upstream", "restart", is_flag=True, help="Give up merged changes that upstream does not have."
)
@click.option(
    "--report", "report_to", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the report."
)
@options
def verb(
    targets: tuple[str, ...], classes: frozenset[ChangeClass] | None, branch: str | None, **wishes: Unpack[_Given]
) -> int:
    """Find what is worth improving in TARGETS, change it, prove it, queue it, merge it, report it.

    TARGETS are folders, git URLs or sdist:NAME==VERSION; without any, the configured repositories.
    """
    asked = Wishes(classes or frozenset(), **wishes)
    with opened() as wiring:
        worked_on = sections(wiring, targets, branch=branch)
        if not worked_on:
            raise UsageError(
                "There is nothing to run on.", "Name a target, or write a configuration with `pyagent init`."
            )
        require_one("--report" if asked.report_to else "", worked_on)
        rows = [_one(wiring, section, asked) for section in worked_on]
        answer({"repositories": [each.document() for each in rows]}, table(rows))
    # A repository that could not be worked on weighs more than one that waits for a person.
    return max((each.exit_code for each in rows), key=lambda code: (code not in {0, NEEDS_A_PERSON}, code))


def _one(wiring: Wiring, section: RepositorySection, asked: Wishes) -> Row:
    """One repository's passage; an error of its own never stops the others."""
    try:
        desk = lay(wiring, section, restart=asked.restart)
        say_notes(desk)
        if asked.classes:
            unlock(wiring, desk.slug, asked.classes, by=f"{getpass.getuser()} (--approve-class)")
        most = desk.policy.proposals_per_run if asked.proposals is None else asked.proposals
        done = passage(wiring, desk, Budget(most, desk.policy.cpu_minutes_per_run * 60), train_now=asked.train_now)
        report = gather(wiring, desk, pyagent=current().command)
        path = write(report, asked.report_to or wiring.state / "reports" / f"{desk.slug}.html")
        return row(done, report, wiring.of(desk.slug), desk.policy, path=path, store=desk.store.path)
    except PyagentError as error:
        complain(section.target, error)
        return failed_row(section.target, error)
