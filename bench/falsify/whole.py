"""`make falsify`: every part of the gates' exam, one after the other, and a line for each at the end.

    python bench/falsify/whole.py [PART ...]

A part is a script of its own; one that fails or breaks stops no other. Without names all are held.
"""

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PARTS = {
    "exam": "exam.py",  # (a) faults that must not pass and (e) honest changes that must
    "tampering": "tampering/exam.py",  # (b) cheats on released projects
    "sandbox": "sandbox.py",  # (c) attacks on every level
    "git": "git_vectors.py",  # (d) what a hostile repository may make git run
    "python": "python_vectors.py",  # (d) the same for Python's own tools
    "benchmark": "benchmark.py",  # (f) slow-downs, and base against base
    "injections": "injections/exam.py",  # orders through every field, against an author that obeys
    "strength": "strength.py",  # what mutants of touched lines cost and tell
    "reach": "reach.py",  # how many functions the deep gates can judge
}
"""Part -> its script, in the order they are held."""


def main(names: list[str]) -> int:
    """Hold the parts named; 0 when every one of them ended with 0."""
    unknown = sorted(set(names) - PARTS.keys())
    if unknown:
        print(f"There is no part {unknown[0]}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    ended = {name: held(name) for name in PARTS if name in names or not names}
    print("\nthe whole exam")
    for name, (code, minutes) in ended.items():
        print(f"  {name:12} {'passed' if code == 0 else f'ended with {code}':16} {minutes:6.1f} min")
    return int(any(code for code, _ in ended.values()))


def held(name: str) -> tuple[int, float]:
    """One part: its exit code, 2 where its script is missing, and the minutes it took."""
    print(f"\n== {name}", flush=True)
    script, began = HERE / PARTS[name], time.monotonic()
    code = subprocess.run([sys.executable, str(script)], check=False).returncode if script.is_file() else 2
    return code, (time.monotonic() - began) / 60


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
