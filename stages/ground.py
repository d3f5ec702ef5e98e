"""The ground under one tree: environment, suite, base runs. Made when first needed, shared by stages."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from uv import find_uv_bin

from pyagent.errors import TargetError
from repos.checkouts import TreeCheckout
from repos.environments.frozen import Environment
from repos.environments.wheels import Installer, index_settings
from repos.gates.bases import Bases
from repos.gates.tests import unusable
from repos.gates.trial import GATE_SET
from repos.replay.calls import Recording
from repos.replay.recording import once, product_files, record_calls
from repos.suites.outcomes import NoSuite, SuiteCommand, SuiteRun
from repos.suites.run import run_suite
from repos.suites.settle import Settled, Workshop, settle
from repos.validation import Bench
from stages.desk import Desk, tip, tree
from stages.quarantines import in_force
from stages.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Ground:
    """One base tree ready to judge on."""

    checkout: TreeCheckout
    environment: Environment
    command: SuiteCommand
    bench: Bench
    gate_set: str = GATE_SET

    def executed(self) -> Mapping[str, frozenset[int]]:
        """Lines of each product file that the base suite runs."""
        coverage = self.bench.bases.covered().coverage or {}
        return {path: lines.executed for path, lines in coverage.items()}


@dataclass(frozen=True, slots=True)
class Suite:
    """The repository's suite in its frozen environment; satisfies `repos.gates.bases.SuiteRunner`."""

    wiring: Wiring
    command: SuiteCommand
    environment: Environment

    def __call__(self, tree: Path, *, overlay: Mapping[str, bytes | None], coverage: bool) -> SuiteRun:
        """One run over a copy of `tree` with `overlay` written on top."""
        return run_suite(
            self.command,
            self.environment,
            self.wiring.runner(),
            tree=tree,
            overlay=overlay,
            coverage=coverage,
            limits=self.wiring.limits(),
        )


class Grounds:
    """The grounds of one repository; the newest is kept, for stages ask for the same tree in turn."""

    def __init__(self, wiring: Wiring, desk: Desk) -> None:
        """Nothing is made yet."""
        self._wiring = wiring
        self._desk = desk
        self._newest: Ground | None = None

    def at_tip(self) -> Ground:
        """The ground of the branch's tip."""
        return self._of(tip(self._wiring, self._desk))

    def at(self, commit: str) -> Ground:
        """The ground of a commit."""
        return self._of(tree(self._wiring, self._desk, commit))

    def _of(self, checkout: TreeCheckout) -> Ground:
        if self._newest is None or self._newest.checkout.commit != checkout.commit:
            self._newest = _made(self._wiring, self._desk, checkout)
        return self._newest


def _made(wiring: Wiring, desk: Desk, checkout: TreeCheckout) -> Ground:
    """Settle on environment and command, run the base once with coverage.

    Raises TargetError when there are no tests, or when they judge nothing on the unchanged tree.
    """
    with wiring.progress.stage("ground", 2) as step:
        settled = _settled(wiring, desk, checkout)
        step("environment")
        suite = Suite(wiring, settled.command, settled.environment)
        quarantined = wiring.of(desk.slug).quarantined.get((checkout.tree, settled.environment.id))
        bases = Bases(suite, checkout.root, known=in_force(quarantined, wiring.clock.now()))
        run = bases.covered()
        step(f"{len(run.outcomes)} test ids")
    if reason := unusable(run):
        raise TargetError(
            f"The tests of {desk.slug} cannot judge a change: {reason}.", f"They must pass unchanged first.{_tail(run)}"
        )
    bench = Bench(
        base=checkout,
        command=settled.command,
        environment=settled.environment,
        runner=wiring.runner(),
        bases=bases,
        recorded=once(partial(_recorded, wiring, checkout, settled)),
        left_out=frozenset(desk.policy.leave_out),
        benchmark=desk.section.benchmark or (),
        workers=wiring.settings.sandbox.workers,
    )
    return Ground(checkout, settled.environment, settled.command, bench)


def _recorded(wiring: Wiring, checkout: TreeCheckout, settled: Settled) -> Recording:
    """Calls of the product's functions under the suite of the unchanged tree."""
    return record_calls(
        settled.command,
        settled.environment,
        wiring.runner(),
        tree=checkout.root,
        overlay={},
        paths=product_files(settled.command, checkout.paths()),
        limits=wiring.limits(),
    )


def _settled(wiring: Wiring, desk: Desk, checkout: TreeCheckout) -> Settled:
    installer = Installer(uv=_uv(), environ=index_settings(os.environ), offline=wiring.offline)
    workshop = Workshop(wiring.runner(), wiring.state / "environments", installer, wiring.limits())
    found = settle(checkout, workshop, install=desk.section.install or (), test=desk.section.test or ())
    if isinstance(found, NoSuite):
        raise TargetError(
            f"{desk.slug} has no tests that run here: {found.reason}.",
            "Add tests, or say how to run them (`test`, `install` in the configuration). A survey works without.",
        )
    return found


def _uv() -> Path:
    return Path(shutil.which("uv") or find_uv_bin())


def _tail(run: SuiteRun) -> str:
    lines = run.tail.strip().splitlines()[-3:]
    return "".join(f"\n  | {line}" for line in lines)
