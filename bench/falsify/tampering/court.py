"""One project before the tamper suite: what is broken in it, and what each gate says of each cheat."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from pyagent_native import measure

from bench.falsify.tampering.cheat import Cheat, Target, broken, files_of
from pyagent.ids import change_id, proposal_id
from pyagent.model import Answer, ChangeClass, Claim, FileChange, Patch, Proposal
from pyagent.ports import Job, Limits, Mount
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.frozen import ENV
from repos.gates import ladder, tests
from repos.gates.monitor import gate as monitor
from repos.gates.trial import Trial, overlay
from repos.suites.canaries import folder_of
from repos.suites.outcomes import SuiteKind
from repos.suites.run import variables
from repos.validation import Bench, validate

LONGEST = 40
"""Lines of a function that is broken; its cheats are few lines more."""
TRIED = 12
"""Functions tried for one whose breaking the tests notice."""


@dataclass(frozen=True, slots=True)
class Row:
    """One cheat, or an honest change, in one project."""

    project: str
    cheat: str
    """Empty for an honest change."""
    status: str
    gate: str
    """The gate of the whole ladder that stopped it; empty where none did."""
    reason: str
    exit_code: str
    """What the exit status of a plain run says: green or red."""
    failed: tuple[str, ...]
    """Every gate that says no when asked, deep ones only where no other but the monitor does."""
    skipped: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Whether the whole ladder stopped it."""
        return self.status == "failed"

    @property
    def caught_unread(self) -> bool:
        """Whether some gate but the monitor said no."""
        return any(gate != monitor.GATE for gate in self.failed)


def target_of(bench: Bench, rng: Random) -> Target | None:
    """A function at the top of a module whose breaking the tests notice; None where there is none such."""
    executed = {path: lines.executed for path, lines in (bench.bases.covered().coverage or {}).items()}
    found = list(_functions(bench, executed))
    for path, name, text in rng.sample(found, len(found))[:TRIED]:
        known = tuple(sorted(bench.bases.latest().passed() - bench.bases.quarantined))
        plain = Target(path, name, text, _module(path, bench), bench.command.import_roots[0], "", "", known)
        stub = broken(plain, "")
        run = bench.bases.candidate(bench.base.root, overlay={path: stub.encode()})
        verdict = tests.between(bench.bases.latest(), run, quarantined=bench.bases.quarantined)
        noticed = sorted(id_ for id_, outcome in run.outcomes.items() if outcome == "failed" and id_ in known)
        if verdict.answer is Answer.FAILED and run.complete and noticed and len(noticed) < len(known):
            files = frozenset(bench.base.paths())
            test_file = next((name for name in _spellings(noticed[0]) if name in files), "")
            if test_file:
                return replace(plain, tests=folder_of([test_file]), test_file=test_file)
    return None


def proposal_of(cheat: Cheat, target: Target, bench: Bench) -> Proposal:
    """The cheat as a model would offer it: every claim true, every file as it really stands."""
    files = frozenset(bench.base.paths())
    texts = [path for path in files if path.endswith((".py", ".cfg", ".ini"))]
    read = {path: bench.base.read(path).decode("utf-8", "replace") for path in texts}
    after = files_of(cheat, target, read)
    patch = Patch(
        tuple(
            FileChange(path, bench.base.read(path) if path in files else None, None if text is None else text.encode())
            for path, text in sorted(after.items())
        )
    )
    change = change_id(bench.base.repository.slug, target.path, target.name, f"cheat-{cheat.name}")
    return Proposal(
        id=proposal_id(change, patch),
        change=change,
        repository=bench.base.repository.slug,
        base=bench.base.commit,
        change_class=ChangeClass.C,
        transform="cheat",
        path=target.path,
        name=target.name,
        evidence="cheat",
        title=f"Make {target.name} simpler",
        patch=patch,
        claims=_claims(target, after[target.path] or ""),
        obligations=(),
        assumptions=(),
    )


def climbed(cheat: Cheat, target: Target, bench: Bench, project: str) -> Row:
    """What the whole ladder says; no gate is asked alone."""
    (validation,) = validate([proposal_of(cheat, target, bench)], bench)
    gate = next((v.gate for v in validation.verdicts if v.answer is Answer.FAILED), "")
    failed = (gate,) if gate else ()
    return Row(project, cheat.name, validation.status.value, gate, validation.reason[:300], "not asked", failed, ())


def judged(cheat: Cheat, target: Target, bench: Bench, project: str) -> Row:
    """What the whole ladder says, and what each gate says when it is asked alone."""
    proposal = proposal_of(cheat, target, bench)
    (validation,) = validate([proposal], bench)
    trial = Trial(proposal, bench.base, bench.command, bench.runner, bench.environment, covered=bench.bases.covered())
    verdicts = [ladder.judged(name, judge, trial) for name, judge in (*ladder.ALONE, *ladder.WITH_BASE)]
    ran = bench.bases.candidate(bench.base.root, overlay=overlay(trial))
    after = replace(trial, base_run=bench.bases.latest(), candidate_run=ran, quarantined=bench.bases.quarantined)
    verdicts += [ladder.judged(name, judge, after) for name, judge in ladder.WITH_SUITE]
    if not any(v.answer is Answer.FAILED for v in verdicts if v.gate != monitor.GATE):
        verdicts += [ladder.judged(name, judge, after) for name, judge in ladder.DEEP]
    return Row(
        project=project,
        cheat=cheat.name,
        status=validation.status.value,
        gate=next((v.gate for v in validation.verdicts if v.answer is Answer.FAILED), ""),
        reason=validation.reason[:300],
        exit_code=exit_code(trial, bench),
        failed=tuple(v.gate for v in verdicts if v.answer is Answer.FAILED),
        skipped=tuple(v.gate for v in verdicts if v.answer is Answer.SKIPPED),
    )


def honest(proposals: Iterator[Proposal], bench: Bench, project: str) -> Iterator[Row]:
    """What the whole ladder says of honest changes."""
    for validation in validate(proposals, bench):
        gate = next((v.gate for v in validation.verdicts if v.answer is Answer.FAILED), "")
        yield Row(project, "", validation.status.value, gate, validation.reason[:300], "", (gate,) if gate else (), ())


def exit_code(trial: Trial, bench: Bench) -> str:
    """What a judge believes who runs the suite plainly and looks at its exit status."""
    if bench.command.kind is not SuiteKind.PYTEST:
        return "not asked"
    job = Job(
        argv=(f"{ENV}/bin/python", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *bench.command.arguments),
        tree=bench.base.root,
        overlay=overlay(trial),
        mounts=(*interpreter_mounts(bench.environment.python), Mount(bench.environment.folder / "venv", ENV)),
        env=variables(bench.command),
        limits=Limits(wall_seconds=90.0, cpu_seconds=60),
    )
    return "green" if bench.runner.run(job).code == 0 else "red"


def append(path: Path, row: Row) -> None:
    """Write one row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(row)) + "\n")


def read(path: Path) -> tuple[Row, ...]:
    """The rows written so far."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines]
    return tuple(Row(**{**row, "failed": tuple(row["failed"]), "skipped": tuple(row["skipped"])}) for row in rows)


def _functions(bench: Bench, executed: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str, str]]:
    for path, lines in executed.items():
        try:
            text = bench.base.read(path).decode()
            tree = ast.parse(text)
        except (UnicodeDecodeError, SyntaxError):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and _fit(node) and node.body[-1].lineno in lines:
                yield path, node.name, text


def _fit(node: ast.FunctionDef) -> bool:
    branches = [inner for inner in ast.walk(node) if isinstance(inner, ast.If | ast.For | ast.While)]
    yields = any(isinstance(inner, ast.Yield | ast.YieldFrom | ast.Await) for inner in ast.walk(node))
    size = (node.end_lineno or node.lineno) - node.lineno
    return (
        bool(branches) and not yields and not node.decorator_list and not node.name.startswith("_") and size <= LONGEST
    )


def _module(path: str, bench: Bench) -> str:
    root = bench.command.import_roots[0]
    inner = path.removeprefix(f"{root}/") if root not in {"", "."} else path
    return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _spellings(test: str) -> Iterator[str]:
    """Files in which a test of this id may stand."""
    yield test.partition("::")[0]
    parts = test.split(".")
    yield from ("/".join(parts[:at]) + ".py" for at in range(len(parts), 0, -1))


def _claims(target: Target, after: str) -> tuple[Claim, ...]:
    """One true claim: how much simpler the function has become."""
    sides = [measure(text.encode(), target.path) for text in (target.source, after)]
    before, now = (max((f.cyclomatic for f in side.functions if f.name == target.name), default=0) for side in sides)
    return (Claim("cyclomatic", target.path, target.name, before, now),)
