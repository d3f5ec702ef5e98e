"""The ladder on a tiny real project: real suite, real sandbox, real gates."""

import shutil
import sys
import venv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.model import Answer, ChangeClass, Claim, Proposal, Status, Validation
from pyagent.ports import Limits, Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.checkouts import TreeCheckout
from repos.environments.frozen import Environment
from repos.gates.bases import Bases, Quarantine, SuiteRunner
from repos.gates.ladder import LADDER, asked
from repos.gates.trial import GATE_SET
from repos.suites.outcomes import SuiteCommand, SuiteKind, SuiteRun
from repos.suites.run import run_suite
from repos.validation import Bench, prove_tree, remeasure, validate
from tests.repos.gates.workshop import checkout, proposal, run, text

MODULE = text("""
def grade(points):
    if points >= 90:
        return "A"
    else:
        if points >= 80:
            return "B"
        else:
            return "C"


def rare(flag):
    if flag:
        if flag > 1:
            return 2
    return 1
""")
GOOD = MODULE.replace(
    text("""
    else:
        if points >= 80:
            return "B"
        else:
            return "C"
"""),
    text("""
    if points >= 80:
        return "B"
    return "C"
"""),
)
RARE = MODULE.replace(
    b"    if flag:\n        if flag > 1:\n            return 2\n", b"    if flag and flag > 1:\n        return 2\n"
)
SHOWN = frozenset({"same-steps"})
"""Left out, tests are asked of what runs the same steps too."""
BROKEN = GOOD.replace(b">= 80", b"> 80")
HANGING = GOOD.replace(b'    return "C"\n', b'    while points:\n        pass\n    return "C"\n')
TESTS = text("""
import pytest

from pkg.mod import grade


@pytest.mark.parametrize(("points", "letter"), [(95, "A"), (80, "B"), (3, "C")])
def test_grade(points, letter):
    assert grade(points) == letter
""")
FILES = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": TESTS}
PYTEST = SuiteCommand(SuiteKind.PYTEST, ("tests",), (".",), ("pkg",), ("tests",))
NOWHERE = Environment("environment-id", Path("nowhere"), Path("python"), Path("nowhere"), "3.11", (), ())
"""For benches whose suite is scripted: nothing is run there."""
LIMITS = Limits(wall_seconds=120.0, cpu_seconds=6)  # CPU, for wall time means nothing on a busy machine
GRADE_CLAIMS = (Claim("nesting", "pkg/mod.py", "grade", 2, 1),)
RARE_CLAIMS = (Claim("nesting", "pkg/mod.py", "rare", 2, 1),)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A virtual environment with pytest and coverage, copied from ours: no index is asked."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", symlinks=True)
    ours = Path(pytest.__file__).parents[1]
    inside = folder / f"venv/lib/python3.{sys.version_info.minor}/site-packages"
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "coverage"):
        shutil.copytree(ours / name, inside / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ours / "py.py", inside)
    for info in ours.glob("*.dist-info"):
        if info.name.partition("-")[0] in {"pytest", "pluggy", "iniconfig", "packaging", "coverage"}:
            shutil.copytree(info, inside / info.name)
    python = folder / "venv/bin/python"
    return Environment("environment-id", folder, python, Path(sys.base_prefix), "3.11", (), ())


def bench(
    base: TreeCheckout,
    suite: SuiteRunner,
    runner: Runner,
    command: SuiteCommand = PYTEST,
    workers: int = 1,
    environment: Environment = NOWHERE,
) -> Bench:
    return Bench(base, command, environment, runner, Bases(suite, base.root), workers)


def real_bench(
    root: Path,
    files: Mapping[str, bytes],
    environment: Environment,
    runner: Runner,
    *,
    command: SuiteCommand = PYTEST,
    extra: Mapping[int, Mapping[str, bytes]] | None = None,
) -> Bench:
    """A bench whose nth suite run also gets the files of `extra[n]`, so that runs can differ on purpose."""
    counter = iter(range(1, 1000))

    def suite(tree: Path, *, overlay: Mapping[str, bytes | None], coverage: bool) -> SuiteRun:
        laid = {**overlay, **(extra or {}).get(next(counter), {})}
        return run_suite(command, environment, runner, tree=tree, overlay=laid, coverage=coverage, limits=LIMITS)

    return bench(checkout(root, files), suite, runner, command, environment=environment)


def offered(
    base: TreeCheckout, after: bytes, claims: tuple[Claim, ...] = GRADE_CLAIMS, name: str = "grade"
) -> Proposal:
    return proposal(base, {"pkg/mod.py": after}, claims=claims, name=name)


def answers(validation: Validation) -> dict[str, Answer]:
    return {verdict.gate: verdict.answer for verdict in validation.verdicts}


def facts_of(validation: Validation, gate: str) -> str:
    (verdict,) = (found for found in validation.verdicts if found.gate == gate)
    return str(verdict.facts)


def one(found: Bench, what: Proposal) -> Validation:
    (validation,) = validate([what], found)
    return validation


def test_a_good_change_passes_every_required_gate(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    found = real_bench(tmp_path, FILES, environment, sandbox)
    validation = one(found, offered(found.base, GOOD))
    assert (validation.status, validation.reason) == (Status.PROPOSED, "all required gates passed")
    ladder = [name for name, _ in LADDER if asked(ChangeClass.A, name)]
    assert list(answers(validation))[: len(ladder)] == ladder
    assert (validation.level, validation.environment, validation.gate_set) == ("full", "environment-id", GATE_SET)
    assert len(found.bases.runs) == 2
    assert not found.bases.quarantined


def test_a_change_of_behaviour_fails_and_its_test_is_named(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    found = real_bench(tmp_path, FILES, environment, sandbox)
    validation = one(found, offered(found.base, BROKEN))
    assert validation.status is Status.FAILED
    assert "test_grade[80-B]" in facts_of(validation, "tests")
    assert answers(validation)["origin"] is Answer.SKIPPED


def test_a_change_that_deletes_tests_never_reaches_the_suite(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    found = real_bench(tmp_path, FILES, environment, sandbox)
    what = proposal(found.base, {"pkg/mod.py": GOOD, "tests/test_mod.py": None}, claims=GRADE_CLAIMS, name="grade")
    validation = one(found, what)
    assert (validation.status, answers(validation)["tests"]) == (Status.FAILED, Answer.SKIPPED)
    assert found.bases.runs == ()


def test_a_change_no_test_runs_needs_tests_unless_it_runs_the_same_steps(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    found = real_bench(tmp_path, FILES, environment, sandbox)
    shown = one(found, offered(found.base, RARE, RARE_CLAIMS, "rare"))
    assert (shown.status, answers(shown)["same-steps"]) == (Status.PROPOSED, Answer.PASSED)
    validation = one(replace(found, left_out=SHOWN), offered(found.base, RARE, RARE_CLAIMS, "rare"))
    assert (validation.status, answers(validation)["tests"]) == (Status.NEEDS_TESTS, Answer.PASSED)
    assert validation.reason == "executed: no test runs pkg/mod.py:12, pkg/mod.py:13, pkg/mod.py:14"


FLAKY = {**FILES, "tests/test_flaky.py": b"import os\n\ndef test_flaky():\n    assert not os.path.exists('bad-day')\n"}
BAD_DAY = {"bad-day": b""}


def test_a_test_that_wavers_on_base_is_quarantined_and_the_change_tried_again(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    # Runs: base, candidate (red), fresh base (wavers), candidate again (red there too), base.
    found = real_bench(tmp_path, FLAKY, environment, sandbox, extra={2: BAD_DAY, 3: BAD_DAY, 4: BAD_DAY})
    validation = one(found, offered(found.base, GOOD))
    assert validation.status is Status.PROPOSED
    assert [(len(q.ids), q.reason) for q in found.bases.quarantines] == [(1, "fails on base")]
    assert len(found.bases.runs) == 3


def test_a_test_that_fails_on_base_is_reported_and_not_counted(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    found = real_bench(tmp_path, {**FLAKY, **BAD_DAY}, environment, sandbox)
    validation = one(found, offered(found.base, GOOD))
    assert validation.status is Status.PROPOSED
    assert "tests quarantined" in facts_of(validation, "tests")


def test_a_red_candidate_on_a_steady_base_stays_red(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    found = real_bench(tmp_path, FLAKY, environment, sandbox, extra={2: BAD_DAY})
    assert one(found, offered(found.base, GOOD)).status is Status.FAILED
    assert not found.bases.quarantined


def test_a_change_that_hangs_fails_by_its_limit(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    found = real_bench(tmp_path, FILES, environment, sandbox)
    claims = (*GRADE_CLAIMS, Claim("cognitive", "pkg/mod.py", "grade", 5, 3))
    validation = one(found, offered(found.base, HANGING, claims))
    assert validation.status is Status.FAILED
    assert "cpu limit" in validation.reason


def test_a_suite_without_tests_proves_nothing(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    files = {
        **FILES,
        "tests/test_mod.py": b"import pkg.mod\n\npkg.mod.grade(95)\npkg.mod.grade(80)\npkg.mod.grade(3)\n",
    }
    found = real_bench(tmp_path, files, environment, sandbox)
    validation = one(found, offered(found.base, GOOD))
    assert validation.status is Status.OPEN
    assert "judges nothing" in validation.reason


def test_a_suite_that_forges_its_exit_code_is_judged_by_its_ids(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    forging = b"def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
    found = real_bench(tmp_path, {**FILES, "tests/conftest.py": forging}, environment, sandbox)
    assert one(found, offered(found.base, BROKEN)).status is Status.FAILED
    assert one(found, offered(found.base, GOOD)).status is Status.PROPOSED


def test_an_environment_that_shadows_the_work_copy_is_found_out(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    shadow = replace(environment, folder=tmp_path / "shadow", python=tmp_path / "shadow/venv/bin/python")
    shutil.copytree(environment.folder, shadow.folder, symlinks=True)
    (released,) = shadow.folder.glob("venv/lib/*/site-packages")
    (released / "pkg").mkdir()
    (released / "pkg/__init__.py").write_bytes(b"")
    (released / "pkg/mod.py").write_bytes(MODULE)
    ours = MODULE + b"\n\ndef odd(points):\n    return not points in (2, 4)\n"
    files = {f"src/{path}" if path.startswith("pkg") else path: body for path, body in FILES.items()}
    # The command leads to the root, the code lies below src: only the released package is importable.
    command = replace(PYTEST, source_paths=("src/pkg",))
    found = real_bench(tmp_path / "tree", {**files, "src/pkg/mod.py": ours}, shadow, sandbox, command=command)
    what = proposal(
        found.base,
        {"src/pkg/mod.py": ours.replace(b"not points in", b"points not in")},
        claims=(Claim("lint", "src/pkg/mod.py", "E713", 1, 0),),
        name="E713",
        change_class=ChangeClass.H,
        path="src/pkg/mod.py",
    )
    validation = one(replace(found, left_out=SHOWN), what)
    assert answers(validation)["tests"] is Answer.PASSED
    assert (validation.status, answers(validation)["loaded"]) == (Status.NEEDS_TESTS, Answer.FAILED)


def test_a_unittest_suite_proves_as_well(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    cases = text("""
import unittest

from pkg.mod import grade


class Grades(unittest.TestCase):
    def test_grades(self):
        self.assertEqual([grade(n) for n in (95, 80, 3)], ["A", "B", "C"])
""")
    files = {**FILES, "tests/__init__.py": b"", "tests/test_mod.py": cases}
    command = SuiteCommand(SuiteKind.UNITTEST, ("discover",), (".",), ("pkg",), ("tests",))
    found = real_bench(tmp_path, files, environment, sandbox, command=command)
    good, bad = validate([offered(found.base, GOOD), offered(found.base, BROKEN)], found)
    assert (good.status, bad.status) == (Status.PROPOSED, Status.FAILED)


def test_a_merged_tree_is_proven_against_the_base(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    found = real_bench(tmp_path / "base", FILES, environment, sandbox)
    merged = checkout(tmp_path / "merged", {**FILES, "pkg/mod.py": GOOD})
    assert prove_tree(found, merged).answer is Answer.PASSED
    broken = checkout(tmp_path / "broken", {**FILES, "pkg/mod.py": BROKEN})
    assert prove_tree(found, broken).answer is Answer.FAILED
    assert remeasure(found.base, merged, claims=GRADE_CLAIMS, runner=sandbox).answer is Answer.PASSED


class Scripted:
    """A suite that answers from a list, the last answer for ever, and counts base and candidate runs."""

    def __init__(self, *runs: SuiteRun | Exception) -> None:
        self.runs = list(runs)
        self.bases = 0
        self.candidates = 0

    def __call__(self, tree: Path, *, overlay: Mapping[str, bytes | None], coverage: bool) -> SuiteRun:
        assert tree.exists()
        self.bases += not overlay
        self.candidates += bool(overlay)
        answer = self.runs.pop(0) if len(self.runs) > 1 else self.runs[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if coverage else replace(answer, coverage=None)


def lint_proposals(base: TreeCheckout, count: int) -> list[Proposal]:
    return [
        proposal(
            base,
            {f"pkg/m{n:02}.py": b"x = 1 not in []\n"},
            change_class=ChangeClass.H,
            claims=(Claim("lint", f"pkg/m{n:02}.py", "E713", 1, 0),),
            name="E713",
            path=f"pkg/m{n:02}.py",
        )
        for n in range(count)
    ]


@pytest.fixture
def lists(tmp_path: Path) -> TreeCheckout:
    """Twelve modules, each with one finding of E713."""
    return checkout(tmp_path, {f"pkg/m{n:02}.py": b"x = not 1 in []\n" for n in range(12)})


LOADED = run({"t": "passed"}, modules=tuple((f"pkg.m{n:02}", f"{WORK}/pkg/m{n:02}.py") for n in range(12)))


def test_the_base_runs_before_the_first_and_after_each_group_of_ten(lists: TreeCheckout, sandbox: Runner) -> None:
    suite = Scripted(LOADED)
    found = list(validate(lint_proposals(lists, 12), bench(lists, suite, sandbox, workers=2)))
    assert {validation.status for validation in found} == {Status.PROPOSED}
    assert (suite.bases, suite.candidates) == (3, 12)
    assert len({validation.id for validation in found}) == 12


def test_a_suite_that_cannot_start_stops_neither_the_batch_nor_the_other_proposals(
    lists: TreeCheckout, sandbox: Runner
) -> None:
    suite = Scripted(LOADED, EnvironmentFault("No space.", "Free some."), LOADED)
    first, second = validate(lint_proposals(lists, 2), bench(lists, suite, sandbox))
    assert (first.status, second.status) == (Status.OPEN, Status.PROPOSED)
    assert "could not be started: EnvironmentFault: No space." in first.reason


def test_a_proposal_that_breaks_a_gate_is_open_and_the_next_goes_on(lists: TreeCheckout, sandbox: Runner) -> None:
    bad, good = lint_proposals(lists, 2)
    bad = replace(bad, claims=(replace(bad.claims[0], before="one"),))  # type: ignore[arg-type]  # what a bad author sends
    first, second = validate([bad, good], bench(lists, Scripted(LOADED), sandbox))
    assert (first.status, second.status) == (Status.OPEN, Status.PROPOSED)
    assert "the gate broke" in first.reason


def test_an_unusable_base_leaves_every_candidate_open_without_running_it(lists: TreeCheckout, sandbox: Runner) -> None:
    suite = Scripted(run({}, complete=False))
    found = list(validate(lint_proposals(lists, 2), bench(lists, suite, sandbox)))
    assert [validation.status for validation in found] == [Status.OPEN, Status.OPEN]
    assert (suite.bases, suite.candidates) == (2, 0)
    assert prove_tree(bench(lists, suite, sandbox), lists).answer is Answer.SKIPPED


def test_a_base_that_drifts_after_the_group_quarantines_before_the_verdict(
    lists: TreeCheckout, sandbox: Runner
) -> None:
    drifted = replace(LOADED, outcomes={"t": "passed", "new": "passed"})
    found = bench(lists, Scripted(LOADED, LOADED, drifted), sandbox)
    (validation,) = validate(lint_proposals(lists, 1), found)
    assert validation.status is Status.PROPOSED
    assert found.bases.quarantines == [Quarantine(("new",), "wavers on base")]


def test_no_proposals_cost_nothing(lists: TreeCheckout, sandbox: Runner) -> None:
    suite = Scripted(LOADED)
    assert list(validate([], bench(lists, suite, sandbox))) == []
    assert suite.bases == 0


def test_a_tree_whose_suite_cannot_start_is_not_proven(lists: TreeCheckout, sandbox: Runner) -> None:
    suite = Scripted(LOADED, EnvironmentFault("No space.", "Free some."))
    assert prove_tree(bench(lists, suite, sandbox), lists).answer is Answer.SKIPPED
