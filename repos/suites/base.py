"""The base's own runs: what candidates are compared with."""

from dataclasses import dataclass

from pyagent.codec import encode
from pyagent.ids import digest
from pyagent.ports import Checkout, Limits, Runner
from repos.environments.frozen import Environment
from repos.suites.compare import quarantine
from repos.suites.outcomes import SuiteCommand, SuiteRun
from repos.suites.run import run_suite


@dataclass(frozen=True, slots=True)
class BaseRuns:
    """Two runs of the base; encode with `pyagent.codec` and keep under `base_key`."""

    covered: SuiteRun
    """With lines measured."""
    plain: SuiteRun
    """Without, so what a candidate run compares with cost the same."""
    quarantined: frozenset[str]
    """Ids that fail or waver on the base."""


def base_key(tree: str, environment: str, command: SuiteCommand) -> str:
    """The id under which the runs of (tree hash, environment id, command) are kept."""
    return digest("base", tree, environment, encode(command))


def base_runs(
    command: SuiteCommand,
    environment: Environment,
    runner: Runner,
    *,
    checkout: Checkout,
    limits: Limits,
    shown: SuiteRun | None = None,
) -> BaseRuns:
    """One run with lines and one without; `shown` is used as the first where it measured lines."""
    covered = shown if shown is not None and shown.coverage is not None else None
    runs = [
        run_suite(command, environment, runner, tree=checkout.root, overlay={}, coverage=measure, limits=limits)
        for measure in ((False,) if covered else (True, False))
    ]
    first = covered or runs[0]
    return BaseRuns(first, runs[-1], quarantine((first, runs[-1])))


def usable(runs: BaseRuns) -> str:
    """Why candidates cannot be judged against these runs; empty when they can."""
    for run in (runs.covered, runs.plain):
        if run.stopped:
            return f"the suite was stopped by its {run.stopped} limit after {len(run.outcomes)} test ids"
        if not run.complete:
            return f"the suite broke off with status {run.code} after {len(run.outcomes)} test ids"
    if not runs.plain.passed() - runs.quarantined:
        return "no test passes reliably on the base"
    return ""
