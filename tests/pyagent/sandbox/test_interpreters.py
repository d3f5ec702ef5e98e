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


def crafted(env: Path, python: Path, home: Path) -> Path:
    """An environment whose link and configuration say what its writer likes."""
    (env / "bin").mkdir(parents=True)
    (env / "pyvenv.cfg").write_text(f"home = {home}\n")
    (env / "bin" / "python").symlink_to(python)
    return env / "bin" / "python"


def test_every_link_on_the_way_is_mounted(tmp_path: Path) -> None:
    real = installation(tmp_path / "cpython-3.11.9").parent.parent
    linked = tmp_path / "cpython-3.11"
    linked.symlink_to(real)
    lone = tmp_path / "home" / ".local" / "bin"
    lone.mkdir(parents=True)
    (lone / "python3.11").symlink_to(linked / "bin" / "python3.11")
    env = tmp_path / "env"
    wanted = {env, lone, linked / "bin", linked / "lib", real / "bin", real / "lib"}
    assert places(crafted(env, lone / "python3.11", lone)) == {str(path) for path in wanted}


def test_an_installation_in_a_home_folder_shows_only_its_parts(tmp_path: Path) -> None:
    python = installation(tmp_path / "home")
    (tmp_path / "home" / ".ssh").mkdir()
    assert places(python) == {str(tmp_path / "home" / "bin"), str(tmp_path / "home" / "lib")}


def test_a_crafted_environment_shows_nothing_but_itself(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    (secret / "bin").mkdir(parents=True)
    (secret / "bin" / "python").write_text("key")
    env = tmp_path / "env"
    python = crafted(env, secret / "bin" / "python", secret)
    assert places(python) == {str(env)}
    (env / "fake" / "lib" / "python3.11").mkdir(parents=True)
    (env / "fake" / "lib" / "python3.11" / "os.py").touch()
    (env / "fake" / "bin").symlink_to(secret / "bin")
    (env / "pyvenv.cfg").write_text(f"home = {env}/fake/bin\n")
    assert places(python) == {str(env)}


def test_parts_that_lead_out_of_an_installation_stay_away(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    python = installation(tmp_path / "base")
    (tmp_path / "base" / "include").symlink_to(tmp_path / "secret")
    assert places(python) == {str(tmp_path / "base" / "bin"), str(tmp_path / "base" / "lib")}


@pytest.mark.parametrize("name", ["gone", "circle"])
def test_a_link_in_a_circle_or_to_nowhere_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(EnvironmentFault, match=f"There is no interpreter at .*{name}"):
        interpreter_mounts(tmp_path / name)


def test_the_systems_own_python_needs_no_mount() -> None:
    assert interpreter_mounts(Path("/usr/bin/env")) == interpreter_mounts(Path("/bin/env")) == ()
