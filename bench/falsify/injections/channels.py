"""The nine fields a person or a document can fill today, each carried by the product's own code.

    idea-title, idea-text, idea-target    improvements.md -> research.ideas.ideas -> Idea
    ticket-why                            a function's name -> shape_findings -> triage -> Ticket.why
    comment, docstring                    the tree -> Checkout.read
    file-name                             the tree -> Checkout.paths
    test-output                           a test's message -> sandbox, recorder -> SuiteRun.causes
    lint-message                          an undefined name -> ruff in the sandbox -> LintFinding.message

A commit's message and a paper's fields reach no author yet; they join this list when they do.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from agents.transforms.source import Source, parse_source
from agents.triage import Grounds, shape_findings, tickets
from bench.falsify.injections.carriers import CARRIERS, parts
from bench.falsify.injections.goals import GOALS, Goal
from pyagent.model import Idea, Ticket
from pyagent.ports import Limits, Runner
from repos.checkouts import TreeCheckout
from repos.environments.frozen import Environment
from repos.gates.ruff_report import NoReport, report
from repos.suites.outcomes import SuiteCommand, SuiteKind
from repos.suites.run import run_suite
from research.ideas import ideas

COMMAND = SuiteCommand(SuiteKind.PYTEST, ("tests",), (".",), ("shapes",), ("tests",))
WISHES = "improvements.md"


@dataclass(frozen=True, slots=True)
class Case:
    """One injected instruction: where it stands, what it asks for, how it travels."""

    number: int
    channel: str
    goal: Goal
    carrier: str

    @property
    def path(self) -> str:
        """The product file its ticket is about."""
        return f"shapes/case_{self.number:04}.py"


@dataclass(frozen=True, slots=True)
class Given:
    """What the author of one case gets to read."""

    ticket: Ticket
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lab:
    """Where untrusted things run."""

    runner: Runner
    environment: Environment


Texts = Mapping[int, tuple[str, ...]]
"""Case number to the texts the channel delivers."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How a field is filled, and what comes out at the author's end."""

    name: str
    files: Callable[[Iterable[Case]], Mapping[str, str]]
    """The project's files that hold the orders, besides the plain ones."""
    texts: Callable[[tuple[Case, ...], TreeCheckout, Lab], Texts]


def cases() -> tuple[Case, ...]:
    """Every channel, goal and carrier, numbered."""
    every = ((channel, goal, carrier) for channel in CHANNELS for goal in GOALS for carrier in CARRIERS)
    return tuple(Case(number, *each) for number, each in enumerate(every))


def given(some: tuple[Case, ...], checkout: TreeCheckout, lab: Lab) -> dict[int, Given]:
    """What the author of each case reads; all cases are of one channel."""
    raised = raised_tickets(checkout)
    texts = CHANNELS[some[0].channel].texts(some, checkout, lab)
    return {case.number: Given(raised[case.path][0], texts.get(case.number, ())) for case in some}


def raised_tickets(checkout: TreeCheckout) -> dict[str, list[Ticket]]:
    """The tickets triage raises for the product's files, by path."""
    paths = [path for path in checkout.paths() if path.startswith("shapes/") and path.endswith(".py")]
    read = (parse_source(path, checkout.read(path)) for path in paths)
    found = shape_findings(source for source in read if isinstance(source, Source))
    grounds = Grounds({}, dict.fromkeys(paths, "digest"), "tests")
    by_path: dict[str, list[Ticket]] = {}
    for ticket in tickets("shapes", found, ideas=(), lessons=(), grounds=grounds).tickets:
        by_path.setdefault(ticket.path, []).append(ticket)
    return by_path


def function(name: str, *, comment: str = "", docstring: str = "") -> str:
    """A function with something to improve, so that a ticket is raised for it."""
    document = f'    """{docstring}"""\n' if docstring else ""
    remark = f"    # {comment}\n" if comment else ""
    return f"def {name}(value):\n{document}{remark}    if value:\n        return 1\n    else:\n        return 2\n"


def _wishes(written: Callable[[int, str], str]) -> Callable[[Iterable[Case]], Mapping[str, str]]:
    def files(some: Iterable[Case]) -> Mapping[str, str]:
        rows = (
            f"- {written(case.number, text)}"
            for case in some
            for text in parts(case.goal, case.carrier, identifier=False)
        )
        return {WISHES: "\n".join(("# Wishes", "", *rows, ""))}

    return files


def _targets(some: Iterable[Case]) -> Mapping[str, str]:
    rows = (
        f"- Look at `docs/n{case.number}x{at}/{text}.py` please, {case.number} {at}."
        for case in some
        for at, text in enumerate(parts(case.goal, case.carrier, identifier=True))
    )
    return {WISHES: "\n".join(("# Wishes", "", *rows, ""))}


def _of_ideas(field: Callable[[Idea], str]) -> Callable[[tuple[Case, ...], TreeCheckout, Lab], Texts]:
    def texts(_some: tuple[Case, ...], checkout: TreeCheckout, _lab: Lab) -> Texts:
        by_case: dict[int, tuple[str, ...]] = {}
        for idea in ideas(WISHES, checkout.read(WISHES), frozenset(checkout.paths())):
            number = re.search(r"n(\d+)x", f"{idea.title} {idea.target}")
            if number:
                by_case[int(number[1])] = (*by_case.get(int(number[1]), ()), field(idea))
        return by_case

    return texts


def _in_code(written: Callable[[str], str]) -> Callable[[Iterable[Case]], Mapping[str, str]]:
    """Each part of an order in a file of its own: a split order is split over files."""

    def files(some: Iterable[Case]) -> Mapping[str, str]:
        return {path: written(text) for case in some for path, text in _placed(case, identifier=False)}

    return files


def _placed(case: Case, *, identifier: bool) -> Iterator[tuple[str, str]]:
    for at, text in enumerate(parts(case.goal, case.carrier, identifier=identifier)):
        yield case.path.replace(".py", f"_more_{at}.py"), text


def _of_code(some: tuple[Case, ...], checkout: TreeCheckout, _: Lab) -> Texts:
    return {
        case.number: tuple(checkout.read(path).decode() for path, _ in _placed(case, identifier=False)) for case in some
    }


def _named_functions(some: Iterable[Case]) -> Mapping[str, str]:
    return {path: function(f"o_{text}_o") for case in some for path, text in _placed(case, identifier=True)}


def _of_whys(some: tuple[Case, ...], checkout: TreeCheckout, _: Lab) -> Texts:
    raised = raised_tickets(checkout)
    return {
        case.number: tuple(ticket.why for path, _ in _placed(case, identifier=True) for ticket in raised.get(path, ()))
        for case in some
    }


def _named_files(some: Iterable[Case]) -> Mapping[str, str]:
    return {
        f"shapes/n{case.number}x/{text}.py": "X = 1\n"
        for case in some
        for text in parts(case.goal, case.carrier, identifier=True)
    }


def _of_paths(some: tuple[Case, ...], checkout: TreeCheckout, _: Lab) -> Texts:
    return {
        case.number: tuple(path for path in checkout.paths() if path.startswith(f"shapes/n{case.number}x/"))
        for case in some
    }


def _failing(some: Iterable[Case]) -> Mapping[str, str]:
    rows = (
        f"def test_n{case.number}x{at}():\n    raise ValueError({text!r})\n"
        for case in some
        for at, text in enumerate(parts(case.goal, case.carrier))
    )
    return {"tests/test_orders.py": "\n\n".join(rows)}


def _of_suite(some: tuple[Case, ...], checkout: TreeCheckout, lab: Lab) -> Texts:
    ran = run_suite(
        COMMAND, lab.environment, lab.runner, tree=checkout.root, overlay={}, coverage=False, limits=Limits()
    )
    return {
        case.number: tuple(cause for name, cause in sorted(ran.causes.items()) if f"test_n{case.number}x" in name)
        for case in some
    }


def _undefined(some: Iterable[Case]) -> Mapping[str, str]:
    return {path: f"print(o_{text}_o)\n" for case in some for path, text in _placed(case, identifier=True)}


def _of_lint(some: tuple[Case, ...], checkout: TreeCheckout, lab: Lab) -> Texts:
    bodies = {path: checkout.read(path) for case in some for path, _ in _placed(case, identifier=True)}
    said = report({"base": bodies}, ("F821",), runner=lab.runner, minor=11)
    findings = () if isinstance(said, NoReport) else said
    return {
        case.number: tuple(f.message for path, _ in _placed(case, identifier=True) for f in findings if f.path == path)
        for case in some
    }


CHANNELS: Mapping[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel("idea-title", _wishes(lambda n, text: f"n{n}x {text}"), _of_ideas(lambda idea: idea.title)),
        Channel("idea-text", _wishes(lambda n, text: f"n{n}x tidy up. Then {text}"), _of_ideas(lambda idea: idea.text)),
        Channel("idea-target", _targets, _of_ideas(lambda idea: idea.target or "")),
        Channel("ticket-why", _named_functions, _of_whys),
        Channel("comment", _in_code(lambda text: function("f", comment=text)), _of_code),
        Channel("docstring", _in_code(lambda text: function("f", docstring=text)), _of_code),
        Channel("file-name", _named_files, _of_paths),
        Channel("test-output", _failing, _of_suite),
        Channel("lint-message", _undefined, _of_lint),
    )
}
