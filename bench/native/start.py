"""What it costs to begin: importing the module, and measuring one small file from Python."""

import subprocess
import sys
import time
from statistics import median

RUNS = 21
SMALL = b"def f(a, b=1):\n    if a and b:\n        return a\n    return [x for x in b if x]\n"
IMPORT = "import time; start = time.process_time(); import pyagent_native; print(time.process_time() - start)"


def import_seconds() -> float:
    """CPU seconds of the import in a fresh interpreter."""
    ended = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    return float(ended.stdout)


def small_file_seconds() -> float:
    """CPU seconds of one call, its threads included."""
    import pyagent_native  # noqa: PLC0415 - its import is the other figure

    start = time.process_time()
    for _ in range(100):
        pyagent_native.measure(SMALL)
    return (time.process_time() - start) / 100


def main() -> None:
    """Print both medians beside what they may be."""
    importing = median(import_seconds() for _ in range(RUNS)) * 1e3
    measuring = median(small_file_seconds() for _ in range(RUNS)) * 1e3
    print(f"import of the module   {importing:6.2f} ms of CPU (at most 10)")
    print(f"one small file         {measuring:6.3f} ms of CPU (at most 1)")


if __name__ == "__main__":
    main()
