"""`pyagent survey TARGET`: the day-0 report; no key, no network, no write to the target."""

from dataclasses import asdict

import click

from cli.advice import counted
from cli.answers import answer, as_json, say
from cli.frame import current, options
from cli.kinds import rule, told
from cli.opening import opened, sections
from cli.sarif import sarif
from cli.stage_verbs import complain, say_notes
from pyagent.errors import PyagentError
from pyagent.ledger.views import RepositoryView
from pyagent.model import Finding, Ticket
from pyagent.settings import RepositorySection
from stages.desk import lay
from stages.hotspots import findings
from stages.plan import triage
from stages.survey import Survey, survey, totals
from stages.wiring import Wiring

TOP = 20
"""Rows shown to a person; a program gets all."""

HOT = 5
"""Hotspots shown to a person."""


@click.command("survey")
@click.argument("targets", nargs=-1)
@click.option("--branch", help="Branch to look at.")
@options
def verb(targets: tuple[str, ...], branch: str | None) -> int:
    """Measure TARGETS (default: the configured ones, else the current folder) and say what is worth improving."""
    code = 0
    with opened() as wiring:
        named = targets if targets or wiring.settings.repository else (".",)
        for section in sections(wiring, named, branch=branch):
            try:
                _show(wiring, section)
            except PyagentError as error:
                code = max(code, error.exit_code)
                complain(section.target, error)
    return code


def _show(wiring: Wiring, section: RepositorySection) -> None:
    desk = lay(wiring, section)
    say_notes(desk)
    taken = survey(wiring, desk)
    view = wiring.of(desk.slug)
    found = findings(wiring, view, taken)
    match current().format:
        case "sarif":
            say(as_json(sarif(found)))
        case "ndjson":
            for row in taken.measured.functions:
                say(as_json({"repository": desk.slug, **asdict(row)}))
        case _:
            ranked = _untried(view, triage(wiring, view, taken).tickets)
            answer(_document(desk.slug, taken, found, ranked), _text(desk.slug, taken, found, ranked))


def _untried(view: RepositoryView, ranked: tuple[Ticket, ...]) -> tuple[Ticket, ...]:
    """What a run would try, best first; the ledger is not written."""
    return tuple(ticket for ticket in ranked if (ticket.change, ticket.evidence) not in view.tried)


def _document(slug: str, taken: Survey, found: tuple[Finding, ...], ranked: tuple[Ticket, ...]) -> dict[str, object]:
    return {
        "repository": slug,
        "totals": dict(totals(taken)),
        "functions": [asdict(row) for row in taken.measured.functions],
        "findings": [{"rule": rule(each), **asdict(each)} for each in found],
        "tickets": [asdict(ticket) for ticket in ranked],
        "problems": [asdict(problem) for problem in taken.measured.problems],
    }


def _text(slug: str, taken: Survey, found: tuple[Finding, ...], ranked: tuple[Ticket, ...]) -> str:
    parts = [*_figures(slug, taken, found), "", *_worst(taken), *_hot(found), "", *_wanted(ranked), *_problems(taken)]
    return "\n".join(parts)


def _figures(slug: str, taken: Survey, found: tuple[Finding, ...]) -> list[str]:
    figures = dict(totals(taken))
    files, functions = figures["files"], max(figures["functions"], 1)
    kinds = {kind: sum(f.value for f in taken.findings if f.kind == kind) for kind in ("shape", "lint")}
    share = {name: figures[name] / functions for name in ("documented", "annotated")}
    over = ", ".join(f"{figures[f'over_{limit}']:.0f} over {limit}" for limit in (25, 15, 10))
    return [
        f"{slug}: {files:.0f} files, {figures['sloc']:.0f} source lines, {figures['functions']:.0f} functions",
        f"  cyclomatic complexity: {over}",
        f"  functions documented: {share['documented']:.0%}, annotated: {share['annotated']:.0%}",
        f"  local rewrites possible: {kinds['shape']:.0f}, safe lint fixes: {kinds['lint']:.0f}",
        f"  in the project: {told(found)}",
        f"  coverage: blank (it needs a test run, `pyagent run`); churn: {_churn(taken)}",
    ]


def _churn(taken: Survey) -> str:
    if not taken.churn:
        return "blank (there is no history)"
    return f"the newest commits changed {len(taken.churn)} of {len(taken.digests)} files"


def _hot(found: tuple[Finding, ...]) -> list[str]:
    hot = [finding for finding in found if finding.kind == "hotspot"][:HOT]
    rows = [f"{f.value:>10.0f}  {f.name} ({f.path}:{f.line}): {f.detail}" for f in hot]
    return ["", f"{'hotspot':>10}  function", *rows] if rows else []


def _worst(taken: Survey) -> list[str]:
    worst = sorted(taken.measured.functions, key=lambda f: (-f.cyclomatic, -f.cognitive, f.path, f.line))[:TOP]
    return [
        f"{'cyclomatic':>10} {'cognitive':>9} {'lines':>5}  function",
        *(
            f"{f.cyclomatic:>10} {f.cognitive:>9} {f.end_line - f.line + 1:>5}  {f.name} ({f.path}:{f.line})"
            for f in worst
        ),
    ]


def _wanted(ranked: tuple[Ticket, ...]) -> list[str]:
    if not ranked:
        return ["A run would try nothing: no rewrite has a place here that was not tried."]
    rows = [f"{t.score:>10.2f}  {t.transform:<18} {t.why} ({t.path})" for t in ranked[:TOP]]
    more = [f"{'':>10}  and {len(ranked) - TOP} more" for _ in ranked[TOP : TOP + 1]]
    return [f"{'score':>10}  a run would try {len(ranked)} tickets, the best first", *rows, *more]


def _problems(taken: Survey) -> list[str]:
    broken = taken.measured.problems
    if not broken:
        return []
    return [
        "",
        f"{counted(len(broken), 'problem')}:",
        *(f"  {p.path}:{p.line} {p.kind}: {p.message}" for p in broken[:TOP]),
    ]
