"""`pyagent survey TARGET`: the day-0 report; no key, no network, no write to the target."""

import json
from dataclasses import asdict

import click

from cli.answers import answer
from cli.frame import current, options
from cli.opening import opened, sections
from cli.sarif import sarif
from pyagent.errors import PyagentError
from pyagent.settings import RepositorySection
from stages.desk import lay
from stages.survey import Survey, survey, totals
from stages.wiring import Wiring

TOP = 20
"""Functions shown to a person; a program gets all."""


@click.command("survey")
@click.argument("targets", nargs=-1)
@click.option("--branch", help="Branch to look at.")
@options
def verb(targets: tuple[str, ...], branch: str | None) -> int:
    """Measure TARGETS (default: the configured ones, else the current folder) and say what is worth improving."""
    code = 0
    with opened() as wiring:
        worked_on = sections(wiring.settings, targets, branch=branch) or (RepositorySection(target=".", branch=branch),)
        for section in worked_on:
            try:
                _show(wiring, section)
            except PyagentError as error:
                code = max(code, error.exit_code)
                click.echo(f"pyagent: {section.target}: {error.what}\n  {error.remedy}", err=True)
    return code


def _show(wiring: Wiring, section: RepositorySection) -> None:
    desk = lay(wiring, section)
    for note in desk.notes:
        click.echo(f"{desk.slug}: {note}", err=True)
    taken = survey(wiring, desk)
    match current().format:
        case "sarif":
            click.echo(json.dumps(sarif(taken.findings)))
        case "ndjson":
            for row in taken.measured.functions:
                click.echo(json.dumps(asdict(row), ensure_ascii=False))
        case _:
            answer(_document(desk.slug, taken), _text(desk.slug, taken))


def _document(slug: str, taken: Survey) -> dict[str, object]:
    return {
        "repository": slug,
        "totals": dict(totals(taken)),
        "functions": [asdict(row) for row in taken.measured.functions],
        "findings": [asdict(finding) for finding in taken.findings],
        "problems": [asdict(problem) for problem in taken.measured.problems],
    }


def _text(slug: str, taken: Survey) -> str:
    figures = dict(totals(taken))
    functions = max(figures["functions"], 1)
    kinds = {kind: sum(f.value for f in taken.findings if f.kind == kind) for kind in ("shape", "lint")}
    share = {name: figures[name] / functions for name in ("documented", "annotated")}
    over = ", ".join(f"over {limit}: {figures[f'over_{limit}']:.0f}" for limit in (25, 15, 10))
    lines = [
        f"{slug}: {figures['files']:.0f} files, {figures['sloc']:.0f} source lines, {functions:.0f} functions",
        f"  cyclomatic {over}",
        f"  functions documented: {share['documented']:.0%}, annotated: {share['annotated']:.0%}",
        f"  local rewrites possible: {kinds['shape']:.0f}, safe lint fixes: {kinds['lint']:.0f}",
        "  churn, coverage: not measured (they need history and a test run: `pyagent run`)",
        "",
        f"{'cyclomatic':>10} {'cognitive':>9} {'lines':>5}  function",
    ]
    worst = sorted(taken.measured.functions, key=lambda f: (-f.cyclomatic, -f.cognitive, f.path, f.line))[:TOP]
    lines += [
        f"{f.cyclomatic:>10} {f.cognitive:>9} {f.end_line - f.line + 1:>5}  {f.name} ({f.path}:{f.line})" for f in worst
    ]
    broken = taken.measured.problems
    if broken:
        lines += ["", f"{len(broken)} problems:", *(f"  {p.path}:{p.line} {p.kind}: {p.message}" for p in broken[:TOP])]
    return "\n".join(lines)
