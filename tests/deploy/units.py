"""systemd's units as data, and what systemd itself says of them."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.deploy.manifests import DEPLOY

FOLDER = DEPLOY / "systemd"
UNITS = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".service", ".timer"})
WALLS = "pyagent-.service.d/walls.conf"
PROGRAMS = "/opt/pyagent/bin/"

Setting = tuple[str, str]


def settings(name: str) -> list[Setting]:
    """(name, value) of each setting of a unit, in order, whatever the section; none of our lines is continued."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [
        (key, value) for key, found, value in (line.partition("=") for line in lines if line[:1].isupper()) if found
    ]


def values(name: str, key: str) -> list[str]:
    """Every value a unit gives a setting."""
    return [value for each, value in settings(name) if each == key]


def seconds(name: str, key: str) -> float:
    """A setting that is a plain number of seconds."""
    return float(values(name, key)[-1])


def commands(name: str) -> list[list[str]]:
    """The commands of ours that a unit starts, in a shell's words too, as words."""
    lines = [value for key, value in settings(name) if key.startswith("Exec")]
    words = [shlex.split(line) for line in lines]
    inner = [shlex.split(each[2].removeprefix("exec ")) if each[:2] == ["/bin/sh", "-c"] else each for each in words]
    return [each for each in inner if each[0].startswith(PROGRAMS)]


def copied(to: Path) -> Path:
    """The units as they would be installed, with programs that are there; a template as its first instance."""
    shutil.copytree(FOLDER, to)
    for path in [path for path in to.iterdir() if path.is_file()]:
        text = path.read_text("utf-8").replace(PROGRAMS, f"{Path(sys.executable).parent}/")
        path.unlink()
        path.with_name(re.sub("@", "@1", path.name)).write_text(text, "utf-8")
    return to


def told(*arguments: str, folder: Path) -> tuple[int, str]:
    """Exit code and words of `systemd-analyze` on the units of a folder; it asks no running systemd."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("systemd-analyze is not installed; `make test` installs it.", pytrace=False)
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def complaints(folder: Path, names: Sequence[str] = ()) -> str:
    """What `systemd-analyze verify` has against them: it ends with 0 even where it ignores a setting."""
    every = names or sorted(path.name for path in folder.iterdir() if path.suffix in {".service", ".timer"})
    code, said = told("verify", "--man=no", *(f"./{name}" for name in every), folder=folder)
    return said if said or code == 0 else f"exit code {code}"
