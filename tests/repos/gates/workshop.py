"""Small real trees and trials over them, for the tests of gates."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pyagent.ids import change_id, digest, proposal_id
from pyagent.model import ChangeClass, Claim, FileChange, Level, Patch, Proposal, Repository
from pyagent.ports import Completed, Job, Limits, Runner
from repos.checkouts import TreeCheckout
from repos.environments.frozen import Environment
from repos.gates.trial import Trial
from repos.holds import Hold
from repos.suites.outcomes import FileCoverage, SuiteCommand, SuiteKind, SuiteRun
from repos.suites.run import run_suite

COMMIT = "c" * 40


class NoRunner:
    """A Runner for gates that must not need one."""

    level = Level.FULL

    def run(self, job: Job) -> Completed:
        raise AssertionError(f"nothing should run, but {job.argv} did")


def text(source: str) -> bytes:
    """Source with its first newline cut and its common margin kept as written."""
    return source.lstrip("\n").encode()


def checkout(root: Path, files: Mapping[str, bytes]) -> TreeCheckout:
    """A tree on disk as stores export it."""
    for path, body in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    root.chmod(0o755)
    return TreeCheckout(
        repository=Repository("demo", "demo", "main"),
        commit=COMMIT,
        tree=digest(*(part for path in sorted(files) for part in (path, files[path]))),
        root=root,
        files=tuple(sorted(files)),
        notes=(),
        hold=Hold(root),
    )


def proposal(
    base: TreeCheckout,
    after: Mapping[str, bytes | None],
    *,
    change_class: ChangeClass = ChangeClass.A,
    path: str = "pkg/mod.py",
    name: str = "f",
    claims: tuple[Claim, ...] = (),
    title: str = "Split f",
) -> Proposal:
    """A proposal whose patch was honestly written against `base`."""
    patch = Patch(tuple(FileChange(p, base.read(p) if p in base.files else None, after[p]) for p in sorted(after)))
    change = change_id("demo", path, name, "extract-function")
    return Proposal(
        id=proposal_id(change, patch),
        change=change,
        repository="demo",
        base=base.commit,
        change_class=change_class,
        transform="extract-function",
        path=path,
        name=name,
        evidence="e",
        title=title,
        patch=patch,
        claims=claims,
        obligations=("no name is lost",),
        assumptions=(),
    )


COMMAND = SuiteCommand(SuiteKind.PYTEST, (), (".",), ("pkg",), ("tests",))


def trial(
    root: Path,
    files: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    *,
    change_class: ChangeClass = ChangeClass.A,
    claims: tuple[Claim, ...] = (),
    runner: Runner | None = None,
    name: str = "f",
) -> Trial:
    """One honest proposal over a small tree, before any suite ran."""
    base = checkout(root, files)
    offered = proposal(base, after, change_class=change_class, claims=claims, name=name)
    return Trial(offered, base, COMMAND, runner or NoRunner())


def run(
    outcomes: Mapping[str, str] | None = None,
    *,
    complete: bool = True,
    modules: tuple[tuple[str, str], ...] = (),
    coverage: Mapping[str, FileCoverage] | None = None,
) -> SuiteRun:
    """A suite run as the recorder would report it."""
    return SuiteRun(
        outcomes=outcomes or {},
        complete=complete,
        stopped=None if complete else "wall",
        code=0,
        cpu_seconds=0.5,
        modules=modules,
        coverage=coverage,
        tail="",
    )


def measured(
    folder: Path,
    files: Mapping[str, bytes],
    after: Mapping[str, bytes | None],
    environment: Environment,
    runner: Runner,
) -> Trial:
    """A trial whose base was really run with coverage."""
    offered = trial(folder / "tree", files, after, runner=runner, name="grade")
    command = replace(offered.command, arguments=("--rootdir=.", "tests"))
    covered = run_suite(
        command, environment, runner, tree=offered.base.root, overlay={}, coverage=True, limits=Limits(wall_seconds=60)
    )
    return replace(offered, command=command, environment=environment, covered=covered)
