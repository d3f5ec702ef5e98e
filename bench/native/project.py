"""Cost of project facts over the plain scan, beside the tools that give one of them.

Run: `python bench/native/project.py` (one run of each slow peer; `--runs 3` for the least of three,
`--package NAME` for another large package of the environment). Corpora: this interpreter's standard
library with its tests, and an installed package. jscpd 4.3.0 is fetched by npm when npm is there.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from peers import Cost, alternating

QUESTION = Path(__file__).with_name("question.py")
JSCPD = "4.3.0"
# jscpd leaves out long and large files by itself: here both read everything.
WHOLE = ("--max-lines", "1000000", "--max-size", "100mb", "--min-tokens", "50", "--min-lines", "1")


def main() -> None:
    """Print ours beside each peer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=1, help="runs of each peer; ours run three times as often")
    options.add_argument("--package", default="sqlalchemy", help="an installed package of some megabytes")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = copied(stdlib(), folder / "library")
        package = copied(Path(sysconfig.get_paths()["purelib"]) / chosen.package, folder / chosen.package)
        on_library(library, folder, runs=chosen.runs)
        on_package(package, folder, runs=chosen.runs)


def stdlib() -> Path:
    """The standard library of this interpreter, its tests included."""
    return Path(sysconfig.get_paths()["stdlib"])


def copied(source: Path, target: Path) -> Path:
    """The Python files of a tree, without what is installed beside the standard library."""
    for path in source.rglob("*.py"):
        relative = path.relative_to(source)
        if path.is_file() and "site-packages" not in relative.parts:
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / relative)
    return target


def ours(root: Path, *questions: str) -> dict[str, list[str]]:
    """A command for each question."""
    return {name: [sys.executable, str(QUESTION), name, str(root)] for name in questions}


def on_library(root: Path, folder: Path, *, runs: int) -> None:
    """Every fact, and dead code beside vulture."""
    print(f"standard library: {described(root)}")
    questions = ("project", "unused", "imports and cycles", "clones", "near duplicates", "search")
    found = alternating(ours(root, "scan", *questions), runs=3 * runs, folder=folder)
    vulture = [sys.executable, "-m", "vulture", "--min-confidence", "60", str(root)]
    found |= alternating({"vulture": vulture}, runs=runs, folder=folder)
    table(found)
    ratio("dead code", found, "unused", "vulture", goal=40)


def on_package(root: Path, folder: Path, *, runs: int) -> None:
    """Import graph and clones, beside jscpd."""
    print(f"{root.name}: {described(root)}")
    found = alternating(ours(root, "scan", "imports and cycles", "clones"), runs=3 * runs, folder=folder)
    if command := jscpd(folder):
        argv = [*command, *WHOLE, "--format", "python", "--reporters", "silent", str(root)]
        found |= alternating({"jscpd": argv}, runs=runs, folder=folder)
    table(found)
    extra = found["imports and cycles"].cpu - found["scan"].cpu
    print(f"  imports and cycles: {extra:.2f} CPU-s over the scan (goal: at most 0.30)")
    if command:
        ratio("clones", found, "clones", "jscpd", goal=25)
    else:
        print("  clones: npm is not here, jscpd was not asked")


def jscpd(folder: Path) -> list[str]:
    """The command that runs jscpd, nothing where npm cannot bring it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not (npm and node):
        return []
    quiet = ["--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([npm, "install", *quiet, f"jscpd@{JSCPD}"], check=False, stdin=subprocess.DEVNULL)
    return [node, str(folder / "node_modules/jscpd/bin/jscpd")] if done.returncode == 0 else []


def described(root: Path) -> str:
    """Size of a corpus."""
    sizes = [path.stat().st_size for path in root.rglob("*.py")]
    return f"{len(sizes):,} files, {sum(sizes) / 1e6:.1f} MB"


def table(found: Mapping[str, Cost]) -> None:
    """One line a command."""
    for line in lines(found):
        print(line)


def lines(found: Mapping[str, Cost]) -> Iterator[str]:
    """Cost of each command, and of a question what it takes over the scan."""
    for name, spent in found.items():
        over = f"  {spent.cpu - found['scan'].cpu:+6.2f} over the scan" if name in QUESTION_NAMES else ""
        yield f"  {name:20}{spent}{over}"


QUESTION_NAMES = frozenset({"project", "unused", "imports and cycles", "clones", "near duplicates", "search"})


def ratio(what: str, found: Mapping[str, Cost], question: str, peer: str, *, goal: int) -> None:
    """The peer's cost in multiples of ours over the scan."""
    extra = max(found[question].cpu - found["scan"].cpu, 0.01)
    print(f"  {what}: {found[peer].cpu / extra:.0f}x cheaper than {peer} (goal: {goal}x)")


if __name__ == "__main__":
    main()
