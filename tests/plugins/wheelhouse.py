"""An index that is a folder: wheels of what this very environment has installed, for environments of targets.

Nothing is downloaded in tests, and the wheels are the real ones, packed again from their RECORD.
"""

import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

PACKED = ("coverage", "pytest", "iniconfig", "packaging", "pluggy", "pygments")


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheelhouse")
    for name in PACKED:
        pack(distribution(name), folder)
    return folder


@pytest.fixture
def folder_index(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point uv at the wheelhouse and at nothing else, in this process and in those it starts."""
    for name, value in only(wheelhouse).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "uv-cache"))
    return wheelhouse


def only(wheels: Path) -> dict[str, str]:
    """Uv's settings for these wheels and no others.

    UV_NO_INDEX would say it, and uv 0.13 asks the public index nonetheless; a folder without a page for any package
    is an index that has nothing.
    """
    return {"UV_FIND_LINKS": str(wheels), "UV_DEFAULT_INDEX": wheels.as_uri()}


def pack(found: Distribution, folder: Path) -> None:
    """Pack one installed distribution again as a wheel in `folder`."""
    tag = next(
        line.removeprefix("Tag: ") for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag: ")
    )
    name = found.metadata["Name"].replace("-", "_")
    with zipfile.ZipFile(folder / f"{name}-{found.version}-{tag}.whl", "w", zipfile.ZIP_STORED) as archive:
        for file in found.files or ():
            inside = not str(file).startswith("..") and "__pycache__" not in file.parts
            if inside and file.name not in {"INSTALLER", "REQUESTED", "direct_url.json"}:
                archive.write(str(found.locate_file(file)), str(file))
