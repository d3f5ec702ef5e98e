import hashlib
import io
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pyagent.ports import Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Blueprint, freeze
from repos.environments.inputs import collect
from repos.environments.interpreters import own_interpreter
from repos.environments.source_builds import NotBuilt, Workbench, built
from repos.environments.target import target
from repos.environments.wheels import Installer

BACKEND = """
import pathlib, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    pathlib.Path("THE WORK COPY", "ran-inside").touch()
    name = "rare-1.5-py3-none-any.whl"
    info = "rare-1.5.dist-info"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("rare.py", "X = 1")
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: rare\\nVersion: 1.5\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "rare.py,,\\n")
    return name
""".replace("THE WORK COPY", WORK)
SYSTEM = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


def publish(folder: Path, name: str, version: str, files: Mapping[str, str]) -> None:
    """A source release on a PEP 503 page."""
    stem = f"{name}-{version}"
    page = folder / name
    page.mkdir(parents=True, exist_ok=True)
    with tarfile.open(page / f"{stem}.tar.gz", "w:gz") as archive:
        for path, body in {"PKG-INFO": f"Name: {name}\nVersion: {version}\n", **files}.items():
            member = tarfile.TarInfo(f"{stem}/{path}")
            member.size = len(body.encode())
            archive.addfile(member, io.BytesIO(body.encode()))
    links = ""
    for made in sorted(page.glob("*.tar.gz")):
        sha = hashlib.sha256(made.read_bytes()).hexdigest()
        links += f'<a href="{made.name}#sha256={sha}">{made.name}</a>'
    (page / "index.html").write_text(f"<html><body>{links}</body></html>")


@pytest.fixture
def simple(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A package index on loopback."""
    folder = tmp_path / "simple"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            del args

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def bench(simple: tuple[Path, str], installer: Installer, runner: Runner, tmp_path: Path) -> Workbench:
    environ = {**installer.environ, "UV_DEFAULT_INDEX": simple[1]}
    (tmp_path / "cache").mkdir()
    return Workbench(runner, replace(installer, environ=environ), own_interpreter(), tmp_path / "cache")


def test_the_newest_source_release_is_built_inside(simple: tuple[Path, str], bench: Workbench) -> None:
    publish(simple[0], "rare", "0.9", {"pyproject.toml": "[[["})
    publish(simple[0], "rare", "1.5", {"pyproject.toml": SYSTEM, "backend.py": BACKEND})
    made = built("rare", bench)
    assert made == bench.wheels / "rare-1.5-py3-none-any.whl"
    assert not Path(WORK, "ran-inside").exists()


def test_an_environment_takes_what_was_built(
    simple: tuple[Path, str], bench: Workbench, tree: Callable[[Mapping[str, str]], Any]
) -> None:
    publish(simple[0], "rare", "1.5", {"pyproject.toml": SYSTEM, "backend.py": BACKEND})
    checkout = tree({"requirements-test.txt": "rare>=1\n"})
    blueprint = Blueprint(collect(checkout, tests=()), target(checkout), own_interpreter())
    made = freeze(blueprint, cache=bench.cache, installer=bench.installer, runner=bench.runner)
    assert "rare==1.5" in made.lock
    assert "rare built from source: rare-1.5-py3-none-any.whl" in made.notes


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pyproject.toml": SYSTEM, "backend.py": "raise RuntimeError('no compiler: error')"}, "no compiler"),
        ({"pyproject.toml": SYSTEM.replace("[]", "['nowhere-at-all']")}, "build requirements"),
        ({"pyproject.toml": SYSTEM, "backend.py": BACKEND.replace("return name", "return '../evil'")}, "build failed"),
        ({"setup.py": ""}, "build requirements"),
    ],
)
def test_what_cannot_be_built_says_why(
    simple: tuple[Path, str], bench: Workbench, files: Mapping[str, str], reason: str
) -> None:
    publish(simple[0], "rare", "1.5", files)
    made = built("rare", bench)
    assert isinstance(made, NotBuilt)
    assert reason in made.reason


def test_a_name_that_is_no_wheels_name_is_not_kept(simple: tuple[Path, str], bench: Workbench) -> None:
    odd = BACKEND.replace('"rare-1.5-py3-none-any.whl"', '"odd.whl"')
    publish(simple[0], "rare", "1.5", {"pyproject.toml": SYSTEM, "backend.py": odd})
    assert built("rare", bench) == NotBuilt("its build named no wheel")


def test_a_project_without_source_or_page_is_not_built(simple: tuple[Path, str], bench: Workbench) -> None:
    publish(simple[0], "rare", "not-a-version", {})
    assert isinstance(built("rare", bench), NotBuilt)
    assert isinstance(built("nowhere-at-all", bench), NotBuilt)
    offline = replace(bench, installer=replace(bench.installer, offline=True))
    assert built("rare", offline) == NotBuilt("offline")
