"""An unchanged tree scanned again: ours with its cache beside ruff with its own, in CPU seconds."""

import os
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import pyagent_native
from peers import cost

RUNS = 5
RUFF = Path(sys.executable).with_name("ruff")


def ours(folder: Path, paths: list[str], cache: Path) -> float:
    """CPU seconds of a scan inside this process."""
    start = time.process_time()
    pyagent_native.scan(folder, paths, cache=cache, threads=1)
    return time.process_time() - start


def ruff(folder: Path, cache: Path) -> float:
    """CPU seconds of ruff's C901 on the same files, as a process of its own."""
    output = cache.with_suffix(".out")
    lint = ["check", "--isolated", "-q", "--config", "exclude=[]", "--select", "C901", "--exit-zero"]
    return cost([str(RUFF), *lint, "--cache-dir", str(cache), str(folder)], output=output).cpu


def main() -> None:
    """Print the least of a few alternating warm runs, and the size of the cache."""
    library = Path(sysconfig.get_paths()["stdlib"])
    with tempfile.TemporaryDirectory() as made:
        folder, cache, theirs = Path(made, "tree"), Path(made, "cache"), Path(made, "ruff")
        found = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
        for path in found:
            copy = folder / path.relative_to(library)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            os.utime(copy, (1e9, 1e9))
        paths = [str(path.relative_to(library)) for path in found]
        cold = ours(folder, paths, cache), ruff(folder, theirs)
        warm = [(ours(folder, paths, cache), ruff(folder, theirs)) for _ in range(RUNS)]
        mine, other = (min(column) for column in zip(*warm, strict=True))
        functions = len(pyagent_native.scan(folder, paths, cache=cache).functions)
        size = cache.stat().st_size
    each = mine / len(paths) * 1e6
    print(f"cold                   {cold[0]:6.3f} CPU-s, ruff {cold[1]:.3f}")
    print(f"unchanged              {mine:6.3f} CPU-s, {each:.1f} us a file (at most 23)")
    print(f"ruff, unchanged        {other:6.3f} CPU-s, {other / mine:.1f} times ours (at least 5)")
    print(f"cache                  {size / functions:6.1f} bytes a function (at most 60)")


if __name__ == "__main__":
    main()
