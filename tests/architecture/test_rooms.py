"""The house stands as drawn: rooms come from this tree, imports run one way, breaches are caught."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["pyagent", "research", "repos", "agents", "stages", "assets", "pipelines", "cli"]


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_imported_from_this_tree(room: str) -> None:
    module = importlib.import_module(room)
    assert Path(str(module.__file__)).is_relative_to(ROOT)


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def test_contracts_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("pyagent/model.py", "import repos"),
        ("agents/triage.py", "import repos.stores"),
        ("repos/survey.py", "def late():\n    import agents.triage"),
        ("stages/loop.py", "import cli"),
        ("cli/main.py", "import dagster"),
        ("stages/plan.py", "import prefect"),
        ("repos/trains/board.py", "import subprocess"),
    ],
)
def test_a_planted_breach_is_caught(copy: Path, file: str, line: str) -> None:
    path = copy / file
    before = path.read_text("utf-8")
    try:
        path.write_text(f"{before}\n{line}\n", "utf-8")
        assert lint_imports(copy).returncode != 0
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize("heavy", ["sqlalchemy", "pydantic", "libcst", "griffe", "rich", "pyagent_native", "alembic"])
def test_help_imports_no_heavy_package(heavy: str) -> None:
    code = (
        "import sys; from cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print({heavy!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")


@pytest.mark.parametrize(
    ("start", "heavy"),
    [
        ("cli.verbs.survey", "griffe"),
        ("cli.verbs.survey", "libcst"),
        ("cli.verbs.survey", "pypi_simple"),
        ("cli.verbs.survey", "stages.ground"),
        ("pipelines.improve_candidate", "stages.loop"),
    ],
)
def test_a_start_loads_nothing_that_it_has_no_use_for(start: str, heavy: str) -> None:
    code = f"import sys, {start}; print({heavy!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_no_file_of_ours_is_over_500_lines() -> None:
    files = [path for room in [*ROOMS, "tests", "bench"] for path in (ROOT / room).rglob("*.py")]
    assert [str(path) for path in files if len(path.read_text("utf-8").splitlines()) > 500] == []
