"""Stage 2: the tree at the tip measured, once per tree and profile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyagent_native import PROFILE

from agents.hygiene import lint_findings
from agents.transforms.source import Source, parse_source
from agents.triage import shape_findings
from pyagent.codec import decode, encode
from pyagent.errors import TargetError
from pyagent.failpoints import reach
from pyagent.ids import digest
from pyagent.ledger.facts import SurveyTaken
from pyagent.model import Finding
from pyagent.ports import Checkout
from repos.findings import gap_findings, project_findings
from repos.stores.churn import churn
from repos.suites.layout import layout
from repos.survey import Measured, complexity_findings, measured, scan_tree
from stages.desk import Desk, tip
from stages.wiring import Wiring

LIMITS = (10, 15, 25)
"""Cyclomatic bounds whose counts tell a distribution."""

CONTENTS = "2"
"""Raised when a survey holds more than before: a tree surveyed earlier is then measured anew."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One tree's figures and findings."""

    measured: Measured
    findings: tuple[Finding, ...]
    digests: Mapping[str, str]
    """Content digest of every product file."""
    tests: str
    """Digest of everything that is a test: new tests may prove what old ones could not."""
    churn: Mapping[str, int] = field(default_factory=dict[str, int])
    """Commits that touched each product file; empty where history tells nothing."""


def survey(wiring: Wiring, desk: Desk) -> Survey:
    """The survey of the tip's tree: recorded before, else taken now."""
    checkout = tip(wiring, desk)
    with wiring.ledger.leases.hold(f"{desk.slug}/survey") as token:
        known = wiring.of(desk.slug).surveys.get(checkout.tree)
        if known is not None and known.profile == profile(desk):
            return load_survey(wiring, known)
        with wiring.progress.stage("survey", 1) as step:
            taken = take(wiring, desk, checkout)
            step(f"{len(taken.measured.functions)} functions")
        fact = SurveyTaken(
            repository=desk.slug,
            commit=checkout.commit,
            tree=checkout.tree,
            profile=profile(desk),
            findings=wiring.blobs.put(encode(taken)),
            totals=totals(taken),
        )
        reach("survey.measured")
        wiring.ledger.journal.append([fact], token=token)
        reach("survey.recorded")
    return taken


def profile(desk: Desk) -> str:
    """What the figures mean: the native profile, the limit in force, and what a survey holds."""
    return f"{PROFILE}/{desk.policy.cyclomatic}/{CONTENTS}"


def load_survey(wiring: Wiring, fact: SurveyTaken) -> Survey:
    """A recorded survey from its blob."""
    return decode(Survey, wiring.blobs.get(fact.findings))


def take(wiring: Wiring, desk: Desk, checkout: Checkout) -> Survey:
    """Measure the product code of a checkout; tests are digested, and count as users of names."""
    product, tests = split(checkout)
    if not product:
        raise TargetError(
            f"{desk.slug} has no Python code of its own at {checkout.commit[:10]}.",
            "Give a project with Python sources outside its tests, or another branch with --branch.",
        )
    scanned = scan_tree(checkout, product, tests)
    rows = measured(scanned, product)
    sources = tuple(_sources(checkout, product))
    findings = (
        *complexity_findings(rows, limit=desk.policy.cyclomatic),
        *shape_findings(sources),
        *lint_findings(checkout, wiring.runner(), paths=product),
        *project_findings(scanned, product),
        *gap_findings(rows),
    )
    digests = {path: digest(checkout.read(path)) for path in product}
    tested = digest("tests", *(checkout.read(path) for path in tests))
    counted = churn(desk.store, checkout.commit)
    return Survey(rows, findings, digests, tested, {path: counted[path] for path in product if path in counted})


def split(checkout: Checkout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Python files of the product and of its tests, each sorted."""
    places = layout(checkout)
    python = [path for path in checkout.paths() if path.endswith(".py")]
    tests = tuple(path for path in python if _under(path, places.tests))
    product = tuple(path for path in python if path not in set(tests) and _under(path, places.source))
    return product, tests


def _under(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _sources(checkout: Checkout, paths: Iterable[str]) -> Iterable[Source]:
    parsed = (parse_source(path, checkout.read(path)) for path in paths)
    return (source for source in parsed if isinstance(source, Source))


def totals(taken: Survey) -> tuple[tuple[str, float], ...]:
    """The headline figures of a survey."""
    functions = taken.measured.functions
    over = [(f"over_{limit}", float(sum(f.cyclomatic > limit for f in functions))) for limit in LIMITS]
    return (
        ("files", float(len(taken.measured.files))),
        ("sloc", float(sum(f.sloc for f in taken.measured.files))),
        ("functions", float(len(functions))),
        ("cyclomatic", float(sum(f.cyclomatic for f in functions))),
        ("cognitive", float(sum(f.cognitive for f in functions))),
        ("documented", float(sum(f.documented for f in functions))),
        ("annotated", float(sum(f.annotated for f in functions))),
        *over,
    )
