"""`make oracle`: ours beside every peer, on the standard library and the five largest packages of the lock.

Each peer is asked about every file of it; a file that a peer cannot read, or not in time, is listed
with the reason. Prints each difference, then a table; ends with 1 if there is any difference.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from pyagent_native import PROFILES, measure

from bench.oracles import (
    complexipy_functions,
    radon_blocks,
    radon_halstead,
    radon_lines,
    ruff_rules,
    syntax_tree,
)
from bench.oracles.corpora import Corpus, largest_packages, standard_library
from bench.oracles.outcome import Compare, Compared, by_file

BY_FILE: dict[str, Compare] = {
    "radon cyclomatic": radon_blocks.compare,
    "radon Halstead": radon_halstead.compare,
    "radon lines and index": radon_lines.compare,
    "complexipy": complexipy_functions.compare,
    "Python's syntax tree": syntax_tree.compare,
}
RUFF = "ruff C901 and PLR"
PACKAGES = 5
WORKERS = 2
CHUNK = 20

Results = dict[str, Compared]


def main() -> int:
    """0 without a difference, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=int, default=PACKAGES, help=f"how many packages (default {PACKAGES})")
    chosen = parser.parse_args()
    print("profiles:", ", ".join(f"{name} {version}" for name, version in PROFILES.items()))
    total: Results = defaultdict(Compared)
    for corpus in (standard_library(), *largest_packages(chosen.packages)):
        results = compared(corpus)
        show(corpus, results)
        for name, result in results.items():
            total[name].add(result)
    differences = sum(len(result.different) for result in total.values())
    print(f"\n{sum(result.answers for result in total.values())} answers compared, {differences} different")
    return 1 if differences else 0


def compared(corpus: Corpus) -> Results:
    """Every peer's answers about every file, two processes working; says how far it is."""
    results: Results = defaultdict(Compared)
    chunks = [corpus.files[start : start + CHUNK] for start in range(0, len(corpus.files), CHUNK)]
    with ProcessPoolExecutor(WORKERS) as pool:
        waiting = {pool.submit(of_chunk, chunk): len(chunk) for chunk in chunks}
        done = 0
        for future in as_completed(waiting):
            for name, result in future.result().items():
                results[name].add(result)
            done += waiting[future]
            print(f"\r{corpus.name}: {done}/{len(corpus.files)} files", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def of_chunk(files: tuple[Path, ...]) -> Results:
    """Every peer's answers about some files."""
    results: Results = defaultdict(Compared)
    measured = [measure(path.read_bytes(), str(path)) for path in files]
    for path, file in zip(files, measured, strict=True):
        for name, compare in BY_FILE.items():
            results[name].add(by_file(compare, path, path.read_bytes(), file))
    results[RUFF].add(ruff_rules.compare(files, measured))
    return dict(results)


def show(corpus: Corpus, results: Results) -> None:
    """The differences, the reasons for missing answers, and a line a peer."""
    print(f"\n{corpus.name}: {len(corpus.files)} files")
    for name, result in sorted(results.items()):
        for difference in result.different:
            print(f"  {name}: {difference}")
        agreed = result.answers - len(result.different)
        share = 100 * agreed / result.answers if result.answers else 100.0
        print(
            f"  {name:24} {result.answers:>8} answers, {share:7.3f} % equal, {len(result.unanswered)} files unanswered"
        )
        for line in reasons(result):
            print(f"    {line}")


def reasons(result: Compared) -> Iterator[str]:
    """Why a peer gave no answer, how often, and an example."""
    examples = {reason: path for path, reason in result.unanswered.items()}
    for reason, count in Counter(result.unanswered.values()).most_common():
        yield f"{count} x {reason} ({examples[reason]})"


if __name__ == "__main__":
    sys.exit(main())
