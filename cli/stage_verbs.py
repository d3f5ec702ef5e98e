"""One stage of the loop as a verb: over the named or all configured repositories, one bad one never stops the rest."""

from collections.abc import Callable, Sequence

import click

from cli.answers import rows
from cli.frame import current, options
from cli.opening import opened, sections
from pyagent.errors import PyagentError, UsageError
from pyagent.settings import RepositorySection
from stages.desk import Desk, lay
from stages.opening import under_care
from stages.wiring import Wiring

Act = Callable[[Wiring, Desk], dict[str, object]]


def stage_verb(name: str, says: str, act: Act) -> click.Command:
    """The click command `name`: `act` on each repository, a row each."""

    @click.argument("targets", nargs=-1)
    @options
    def verb(targets: tuple[str, ...]) -> int:
        return on_each(targets, act)

    return click.command(name, help=says)(verb)


def on_each(targets: tuple[str, ...], act: Act, *, one_file: str = "") -> int:
    """Act on each repository named, else configured, else under care; a row each and the worst exit code.

    `one_file` is the option that named a single file for the results, if one did.
    """
    code, answers = 0, list[dict[str, object]]()
    with opened() as wiring:
        worked_on = sections(wiring, targets) or under_care(wiring)
        if not worked_on:
            raise UsageError("No repository is named.", "Name a target, or write a configuration with `pyagent init`.")
        require_one(one_file, worked_on)
        for section in worked_on:
            try:
                desk = lay(wiring, section)
                say_notes(desk)
                answers.append({"repository": desk.slug, **act(wiring, desk)})
            except PyagentError as error:
                code = max(code, error.exit_code)
                complain(section.target, error)
                if current().machine:
                    answers.append({"repository": section.target, "error": error.what, "remedy": error.remedy})
    columns = list(dict.fromkeys(key for answer in answers for key in answer))
    rows(answers, columns, empty="")
    return code


def require_one(option: str, sections: Sequence[RepositorySection]) -> None:
    """UsageError when one file would take the results of several repositories."""
    if option and len(sections) > 1:
        raise UsageError(f"{option} names one file for {len(sections)} repositories.", "Name one repository.")


def complain(target: str, error: PyagentError) -> None:
    """Tell a person that one repository could not be worked on; the others go on."""
    click.echo(f"pyagent: {target}: {error.what}\n  {error.remedy}", err=True)


def say_notes(desk: Desk) -> None:
    """Tell a person what is odd about a target."""
    for note in desk.notes:
        click.echo(f"{desk.slug}: {note}", err=True)
