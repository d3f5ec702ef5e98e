"""`pyagent`: one verb a file under cli/verbs, imported only when it runs."""

import difflib
import importlib
import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from cli.frame import Frame, options
from pyagent import failpoints, quiet
from pyagent.errors import PyagentError

VERBS = {
    "init": "Write a configuration; opens nothing until a class is ticked.",
    "run": "The whole loop: find, change, prove, queue, merge, report.",
    "survey": "Day-0 report: what is worth improving; no key, no network, no write.",
    "history": "One figure of the code over its last commits.",
    "ingest": "Stage 1: read wishes from improvements.md.",
    "plan": "Stage 3: rank tickets from findings, wishes and lessons.",
    "propose": "Stage 4: write changes for the best tickets.",
    "validate": "Stage 5: climb the ladder of gates.",
    "deliver": "Stage 6: queue what is proven.",
    "merge": "Stage 7: let a train depart.",
    "learn": "Stage 8: count outcomes into lessons.",
    "queue": "Proven changes that wait.",
    "show": "One change with its verdicts and its diff.",
    "why": "Why a ticket stands where it stands.",
    "approve": "Approve one change, or tick a class.",
    "refuse": "Say no to one change, for ever or until its target changes.",
    "undo": "Take one merged change back by one commit.",
    "pause": "Stop merging.",
    "resume": "Go on merging.",
    "up": "Run both orchestrators and their workers until Ctrl-C.",
    "down": "End a running `pyagent up`.",
    "reconcile": "A round of the dispatcher now: submit what is due, end what is dead.",
    "report": "Write the self-contained HTML report.",
    "status": "Where everything stands.",
    "doctor": "Is this machine fit: git, sandbox, interpreters, ledger?",
    "settings": "What is in force, and where it comes from.",
    "verify": "Prove one change again from its recorded inputs.",
    "audit": "Prove the journal's hash chain.",
    "db": "Create or migrate the ledger.",
    "transforms": "The deterministic codemods and their examples.",
}
HELP_OPTIONS = ["-h", "--help"]
ALIASES = {"scan": "survey"}


class Verbs(click.Group):
    """Looks a verb up by name and imports its module only then."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The verb's command; a usage error with the near ones when there is none of that name."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in VERBS:
            near = difflib.get_close_matches(cmd_name, [*VERBS, *ALIASES], n=2)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`pyagent --help` lists them."
            raise click.UsageError(f"There is no verb {cmd_name}. {hint}", ctx)
        return importlib.import_module(f"cli.verbs.{name}").verb

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table of verbs, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    "pyagent",
    cls=Verbs,
    subcommand_metavar="VERB ...",
    context_settings={"help_option_names": HELP_OPTIONS, "max_content_width": 100},
)
@click.version_option(package_name="pyagent", prog_name="pyagent")
@options
def group() -> None:
    """Keep Python codebases improving: measure, change, prove, merge.

    Results go to stdout, talk to stderr. Exit codes: 0 done, 1 a bug in pyagent, 2 wrong usage,
    3 configuration, 4 target repository, 5 environment or sandbox, 6 upstream deferred (run again),
    7 ledger or disk, 10 done but something needs a person, 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb and exit with the documented code."""
    quiet.hush()
    failpoints.arm_from(os.environ.get("PYAGENT_FAILPOINTS", ""))
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    context: click.Context | None = None
    try:
        with group.make_context("pyagent", given) as context:
            answer = group.invoke(context)
    except Exception as error:  # noqa: BLE001 - the process edge: every ending becomes an exit code
        frame = context.find_object(Frame) if context is not None else None
        return _ending(error, machine=frame is not None and frame.machine)
    except KeyboardInterrupt:
        click.echo("interrupted: nothing is lost, the same command goes on", err=True)
        return 130
    return answer if isinstance(answer, int) else 0


def _ending(error: Exception, *, machine: bool) -> int:
    """Say how the command ended and give its exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return 2
        case PyagentError():
            _complain(error, machine=machine)
            return error.exit_code
        case BrokenPipeError():
            # Nobody reads on: what is still buffered goes nowhere, so that closing stdout does not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case _:
            click.echo("".join(traceback.format_exception(error)), err=True)
            click.echo("This is a bug in pyagent. Please report it with the lines above.", err=True)
            return 1


def _complain(error: PyagentError, *, machine: bool) -> None:
    if machine:
        click.echo(json.dumps({"error": error.what, "remedy": error.remedy, "exit": error.exit_code}))
    click.echo(f"pyagent: {error.what}", err=True)
    if error.remedy:
        click.echo(f"  {error.remedy}", err=True)
