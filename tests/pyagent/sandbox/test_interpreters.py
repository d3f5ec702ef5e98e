"""A virtual environment starts inside from its mounts alone."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.ports import Job
from pyagent.sandbox.interpreters import interpreter_mounts


def environment(at: Path, python: str = sys.executable) -> Path:
    subprocess.run([python, "-m", "venv", "--without-pip", str(at)], check=True)
    return at / "bin" / "python"


def installation(at: Path) -> Path:
    """The bare bones of one, whose interpreter is a file."""
    (at / "bin").mkdir(parents=True)
    (at / "lib" / "python3.11").mkdir(parents=True)
    (at / "lib" / "python3.11" / "os.py").touch()
    (at / "bin" / "python3.11").touch()
    return at / "bin" / "python3.11"


def places(python: Path) -> set[str]:
    mounts = interpreter_mounts(python)
    assert all(str(mount.host) == mount.inside and not mount.writable for mount in mounts)
    return {mount.inside for mount in mounts}


@pytest.mark.parametrize("name", ["env", "an env ü"])
def test_an_environment_starts_inside_with_its_own_packages(runner: Any, folder: Path, name: str) -> None:
    python = environment(folder / name)
    packages = next((folder / name / "lib").glob("python3*/site-packages"))
    (packages / "planted.py").write_text("found = True")
    code = "import planted, sys, ssl, sqlite3; print(planted.found, sys.prefix != sys.base_prefix)"
    done = runner.run(Job((str(python), "-c", code), mounts=interpreter_mounts(python)))
    assert done.stdout == b"True True\n", done.stderr.decode()


def test_an_environment_made_of_an_environment_reaches_the_base(runner: Any, folder: Path) -> None:
    python = environment(folder / "second", str(environment(folder / "first")))
    done = runner.run(Job((str(python), "-c", "print('up')"), mounts=interpreter_mounts(python)))
    assert done.stdout == b"up\n", done.stderr.decode()


def test_an_environment_of_the_systems_python_needs_only_itself(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11\n")
    (folder / "bin" / "python").symlink_to("/usr/bin/env")
    assert places(folder / "bin" / "python") == {str(folder)}


def test_every_link_on_the_way_is_mounted(tmp_path: Path) -> None:
    real = installation(tmp_path / "cpython-3.11.9")
    (tmp_path / "cpython-3.11").symlink_to("cpython-3.11.9")
    lone = tmp_path / "home" / ".local" / "bin"
    lone.mkdir(parents=True)
    (lone / "python3.11").symlink_to(tmp_path / "cpython-3.11" / "bin" / "python3.11")
    env = tmp_path / "env"
    (env / "bin").mkdir(parents=True)
    (env / "pyvenv.cfg").write_text(f"home = {lone}\n")
    (env / "bin" / "python").symlink_to(lone / "python3.11")
    wanted = {env, lone, tmp_path / "cpython-3.11", real.parent.parent}
    assert places(env / "bin" / "python") == {str(path) for path in wanted}


def test_a_lone_link_never_shows_the_home_around_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "secret").touch()
    (home / "bin" / "python").symlink_to(installation(tmp_path / "base"))
    assert str(home) not in places(home / "bin" / "python")


@pytest.mark.parametrize("name", ["gone", "circle"])
def test_a_link_in_a_circle_or_to_nowhere_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(EnvironmentFault, match=f"There is no interpreter at .*{name}"):
        interpreter_mounts(tmp_path / name)


def test_the_systems_own_python_needs_no_mount() -> None:
    assert interpreter_mounts(Path("/usr/bin/env")) == ()
