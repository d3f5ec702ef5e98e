"""Which source releases reach a green or quarantined base suite unaided, and what that costs.

Run as `make envs`, or `python bench/envs.py [NAME ...]`. Figures are printed for a person to read.
"""

import os
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version
from pypi_simple import DistributionPackage, PyPISimple
from uv import find_uv_bin

from pyagent.errors import PyagentError
from pyagent.model import Repository
from pyagent.ports import Limits
from pyagent.sandbox.runner import open_runner
from repos.environments.wheels import Installer, index_settings
from repos.suites.base import base_runs, usable
from repos.suites.outcomes import NoSuite
from repos.suites.settle import Settled, Workshop, settle

BEDS = ["tomlkit==0.15.2", "parso==0.8.7", "pyparsing==3.3.3", "jinja2==3.1.6", "click==8.5.1", "bottle==0.13.4", "boltons==26.2.0", "lark==1.3.1"]
RESERVES = ["beautifulsoup4==4.15.0", "docutils==0.23", "pycparser==3.12", "pyflakes==4.1.0", "sqlparse==0.6.1", "werkzeug==3.1.9", "glom==25.12.0", "h11==0.16.0", "mistune==3.4.0", "more-itertools==11.2.1", "pyelftools==0.33"]
CALLED_UNFIT = ["peewee==4.5.3", "pdfminer.six==20260107", "agate==1.14.2", "aiosmtpd==1.4.6", "construct==2.10.70", "pycodestyle==2.15.0", "httpie==3.2.4", "sqlglot==30.30.0", "anyio==4.16.0", "html5lib==1.1", "websockets==17.4"]
LIMITS = Limits(wall_seconds=600.0)
ATONCE = 2


@dataclass(frozen=True)
class Folder:
    """An unpacked source release as a checkout."""

    repository: Repository
    root: Path
    commit: str
    tree: str

    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        found = (p for p in self.root.rglob("*") if p.is_file() and not p.is_symlink())
        return tuple(sorted(p.relative_to(self.root).as_posix() for p in found))

    def read(self, path: str) -> bytes:
        """Bytes of one file."""
        return (self.root / path).read_bytes()


def fetched(pin: str, folder: Path) -> Folder:
    """The unpacked source release of `name==version`, from the folder when it lies there already."""
    name, _, version = pin.partition("==")
    place = folder / f"{name}-{version}"
    if not place.exists():
        with PyPISimple() as index:
            package = next(p for p in index.get_project_page(name).packages if _is(p, version))
            archive = folder / package.filename
            index.download_package(package, path=archive)
        with tempfile.TemporaryDirectory(dir=folder) as empty, tarfile.open(archive) as opened:
            opened.extractall(empty, filter="data")
            next(Path(empty).iterdir()).rename(place)
    return Folder(Repository(name, f"sdist:{pin}", "main"), place, "0" * 40, "0" * 40)


def _is(package: DistributionPackage, version: str) -> bool:
    try:
        same = Version(package.version or "0") == Version(version)
    except InvalidVersion:
        return False
    return same and package.package_type == "sdist" and package.filename.endswith(".tar.gz")


def row(pin: str, folder: Path, workshop: Workshop) -> tuple[bool, str]:
    """Whether the suite can judge changes, and the table's row."""
    try:
        checkout = fetched(pin, folder)
        settled = settle(checkout, workshop)
        if isinstance(settled, NoSuite):
            return False, f"{pin:28} -  {settled.reason}"
        return judged(pin, checkout, settled, workshop)
    except PyagentError as refusal:
        return False, f"{pin:28} -  {refusal}"
    except Exception as error:  # noqa: BLE001 - one project must not stop the table
        return False, f"{pin:28} -  {type(error).__name__}: {error}"


def judged(pin: str, checkout: Folder, settled: Settled, workshop: Workshop) -> tuple[bool, str]:
    """The row of a project whose tests run."""
    runs = base_runs(
        settled.command, settled.environment, workshop.runner,
        checkout=checkout, limits=workshop.limits, shown=settled.shown,
    )  # fmt: skip
    reason = usable(runs)
    words = " ".join([settled.command.kind.value, *(a for a in settled.command.arguments if not a.startswith("--"))])
    plain = runs.plain
    figures = f"{len(plain.outcomes):6} {len(plain.passed()):6} {len(runs.quarantined):5} {runs.covered.cpu_seconds:7.1f} {plain.cpu_seconds:7.1f}"
    return not reason, f"{pin:28} {figures}  {words[:60]}{'  -- ' + reason if reason else ''}"


def main(pins: list[str]) -> int:
    """Print the table; the exit status is 0 when at least 22 of 30 can judge changes (all, of a named few)."""
    folder = Path(os.environ.get("PYAGENT_BENCH_CACHE", tempfile.gettempdir())) / "pyagent-envs"
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    environ = index_settings(os.environ)
    workshop = Workshop(open_runner(), folder / "environments", Installer(Path(find_uv_bin()), environ), LIMITS)
    every = [*BEDS, *RESERVES, *CALLED_UNFIT]
    chosen = [pin for pin in every if not pins or pin.partition("==")[0] in pins]
    print(f"{'project':28} {'ids':>6} {'passed':>6} {'quar.':>5} {'cpu cov':>7} {'cpu':>7}  command", flush=True)
    good = 0
    with ThreadPoolExecutor(ATONCE) as pool:
        for fine, line in pool.map(lambda pin: row(pin, folder / "sources", workshop), chosen):
            good += fine
            print(line, flush=True)
    print(f"{good} of {len(chosen)} green or quarantined")
    return 0 if good >= min(22, len(chosen)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
