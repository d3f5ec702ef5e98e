"""All that radon measures, file by file, with a cap of 3 CPU seconds each: `python bench/native/radon_all.py ROOT`.

Its line counts scan a long literal again for each of its lines; files that meet the cap are told.
"""

import signal
import sys
from pathlib import Path

from radon.complexity import cc_visit
from radon.metrics import h_visit, mi_visit
from radon.raw import analyze

CAP = 3.0


class OverCapError(Exception):
    """A file took longer than the cap."""


def stop(_number: int, _frame: object) -> None:
    """The alarm went off."""
    raise OverCapError


def main() -> None:
    """Measure, and say which files were not measured."""
    signal.signal(signal.SIGVTALRM, stop)
    for path in sorted(Path(sys.argv[1]).rglob("*.py")):
        signal.setitimer(signal.ITIMER_VIRTUAL, CAP)
        try:
            source = path.read_text(encoding="utf-8")
            print(path, len(cc_visit(source)), h_visit(source).total, analyze(source), mi_visit(source, multi=True))
        except OverCapError:
            print(path, "met the cap")
        except (SyntaxError, ValueError, RecursionError) as error:
            print(path, type(error).__name__)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


if __name__ == "__main__":
    main()
