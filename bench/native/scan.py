"""Every metric of the standard library in one scan, beside the tools that give one of them.

Run: `python bench/native/scan.py` (`--runs 3`: ours, ruff and complexipy three times in turn, the
least counts; the slow peers run once, so their ratios are to one run). The time of ours includes
the interpreter that asks.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from peers import Cost, alternating
from project import copied, described, stdlib

HERE = Path(__file__).parent
BARS = {
    "ruff C901": "ours at most 1.5x (aim 1.1x)",
    "complexipy": "ours at most 1x (aim 0.8x)",
    "radon cc": "ours 20x less (aim 28x)",
    "radon cc hal raw mi": "ours 150x less (aim 230x)",
    "lizard": "ours 14x less (aim 19x)",
}


def main() -> None:
    """Print ours beside each peer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=3, help="runs of the fast tools, in turn")
    options.add_argument("--fast", action="store_true", help="only the fast tools")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = copied(stdlib(), folder / "library")
        print(f"standard library: {described(library)}")
        found = alternating(fast(library), runs=chosen.runs, folder=folder)
        if not chosen.fast:
            found |= alternating(slow(library), runs=1, folder=folder)
        for line in table(found):
            print(line)


def fast(root: Path) -> dict[str, Sequence[str]]:
    """Ours, and the Rust tools."""
    bin_ = Path(sys.executable).parent
    settings = ("--isolated", "--no-cache", "--quiet", "--config", "exclude=[]", "--output-format", "json")
    return {
        "ours": (sys.executable, str(HERE / "question.py"), "scan", str(root)),
        "ruff C901": (str(bin_ / "ruff"), "check", *settings, "--select", "C901", str(root)),
        "complexipy": (str(bin_ / "complexipy"), "--quiet", str(root)),
    }


def slow(root: Path) -> dict[str, Sequence[str]]:
    """The Python tools."""
    return {
        "radon cc": (sys.executable, "-m", "radon", "cc", "-j", "--show-closures", str(root)),
        "radon cc hal raw mi": (sys.executable, str(HERE / "radon_all.py"), str(root)),
        "lizard": (sys.executable, "-m", "lizard", "-l", "python", str(root)),
    }


def table(found: dict[str, Cost]) -> list[str]:
    """A line each: cost, ratio to ours, and the bar where there is one."""
    ours = found["ours"]
    return [
        f"  {name:20} {cost}   {cost.cpu / ours.cpu:7.2f} times ours   {BARS.get(name, '')}".rstrip()
        for name, cost in found.items()
    ]


if __name__ == "__main__":
    main()
