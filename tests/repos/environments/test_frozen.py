import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pyagent.errors import EnvironmentFault, TargetError
from pyagent.model import Level
from pyagent.ports import Completed, Job
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Blueprint, Environment, freeze
from repos.environments.inputs import Wanted, collect
from repos.environments.interpreters import own_interpreter
from repos.environments.target import target
from repos.environments.wheels import Installer

Make = Callable[[Mapping[str, str]], Any]


class Nobody:
    """Wheels need no sandbox: whoever runs something here is wrong."""

    level = Level.FULL

    def run(self, job: Job) -> Completed:
        raise AssertionError(job)


NOBODY = Nobody()
PYPROJECT = "[project]\nname='sample'\nversion='1'\ndependencies=['apple']\nscripts.eat='sample:main'\n"


def frozen(checkout: Any, installer: Installer, cache: Path, tests: tuple[str, ...] = ()) -> Environment:
    blueprint = Blueprint(collect(checkout, tests=tests), target(checkout), own_interpreter())
    return freeze(blueprint, cache=cache, installer=installer, runner=NOBODY)


def asked(environment: Environment, code: str) -> str:
    python = environment.folder / "venv/bin/python"
    return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_newest_wheels_are_installed_and_locked(tree: Make, installer: Installer, tmp_path: Path) -> None:
    made = frozen(tree({"pyproject.toml": PYPROJECT}), installer, tmp_path / "envs")
    assert made.lock == ("apple==2.0", "coverage==7.9")
    assert asked(made, "import apple; print(apple.TASTE)") == "sweet"


def test_the_target_looks_installed_without_being_so(tree: Make, installer: Installer, tmp_path: Path) -> None:
    made = frozen(tree({"pyproject.toml": PYPROJECT}), installer, tmp_path / "envs")
    assert asked(made, "import importlib.metadata as m; print(m.version('sample'))") == "1"
    assert "from sample import main" in (made.folder / "venv/bin/eat").read_text()


def test_a_second_time_costs_no_process(tree: Make, installer: Installer, tmp_path: Path) -> None:
    checkout = tree({"pyproject.toml": PYPROJECT})
    first = frozen(checkout, installer, tmp_path / "envs")
    without_uv = Installer(Path("/nowhere/uv"), {}, offline=True)
    assert frozen(checkout, without_uv, tmp_path / "envs") == first


def test_a_folder_without_its_marker_is_made_again(tree: Make, installer: Installer, tmp_path: Path) -> None:
    checkout = tree({"pyproject.toml": PYPROJECT})
    first = frozen(checkout, installer, tmp_path / "envs")
    (first.folder / "complete.json").unlink()
    (first.folder / "venv/half").write_text("made")
    second = frozen(checkout, installer, tmp_path / "envs")
    assert second.id == first.id
    assert not (second.folder / "venv/half").exists()


def test_changed_inputs_make_another_environment(tree: Make, installer: Installer, tmp_path: Path) -> None:
    first = frozen(tree({"pyproject.toml": PYPROJECT}), installer, tmp_path / "envs")
    changed = tree({"pyproject.toml": PYPROJECT.replace("'apple'", "'apple<2'")})
    second = frozen(changed, installer, tmp_path / "envs")
    assert first.id != second.id
    assert "apple==1.0" in second.lock


def test_a_module_the_tests_import_brings_its_distribution(tree: Make, installer: Installer, tmp_path: Path) -> None:
    checkout = tree({"tests/test_a.py": "import pie\nimport nowhere_at_all\n"})
    made = frozen(checkout, installer, tmp_path / "envs", tests=("tests/test_a.py",))
    assert "pie==3.0" in made.lock
    assert "pie added: import pie in the tests" in made.notes
    assert "nowhere-at-all left out: the index does not have it" in made.notes


def test_offline_without_cache_says_what_to_do(tree: Make, tmp_path: Path, installer: Installer) -> None:
    environ = {
        key: value for key, value in installer.environ.items() if key not in {"UV_FIND_LINKS", "UV_DEFAULT_INDEX"}
    }
    offline = Installer(installer.uv, environ, offline=True)
    with pytest.raises(EnvironmentFault, match="network on"):
        frozen(tree({"pyproject.toml": PYPROJECT}), offline, tmp_path / "envs")


def test_requirements_that_exclude_each_other_name_the_way_out(
    tree: Make, installer: Installer, tmp_path: Path
) -> None:
    checkout = tree({"pyproject.toml": PYPROJECT})
    clash = (Wanted("coverage<1", "pyagent"),)
    blueprint = Blueprint(collect(checkout, tests=()), target(checkout), own_interpreter(), extra=clash)
    with pytest.raises(TargetError, match="install = "):
        freeze(blueprint, cache=tmp_path, installer=installer, runner=NOBODY)


def test_a_released_copy_of_the_target_is_never_installed(tree: Make, installer: Installer, tmp_path: Path) -> None:
    body = "[project]\nname='Apple'\nversion='9'\n[dependency-groups]\ntest=['pie']\n"
    made = frozen(tree({"pyproject.toml": body}), installer, tmp_path / "envs")
    assert made.lock == ("coverage==7.9", "pie==3.0")
    assert asked(made, "import importlib.metadata as m; print(m.version('apple'))") == "9"


def test_the_work_copy_is_on_the_path_of_every_process(tree: Make, installer: Installer, tmp_path: Path) -> None:
    made = frozen(tree({}), installer, tmp_path / "envs")
    (link,) = (made.folder / "venv").glob("lib/python*/site-packages/_pyagent_target.pth")
    assert link.read_text() == f"{WORK}\n"


def test_a_cache_that_cannot_be_written_is_an_environment_fault(
    tree: Make, installer: Installer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        frozen(tree({}), installer, tmp_path / "file" / "envs")


def test_wheel_code_never_runs_while_an_environment_is_made(
    tree: Make, installer: Installer, index: Path, wheel: Callable[..., None], tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    wheel(index, "evil", "1", {"evil.pth": f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n", "evil.py": ""})
    checkout = tree({"tests/test_a.py": "import evil, pie\n", "pyproject.toml": PYPROJECT.replace("apple", "evil")})
    made = frozen(checkout, installer, tmp_path / "envs", tests=("tests/test_a.py",))
    assert "evil==1" in made.lock
    assert not ran.exists()
