"""Coverage-guided fuzzing of the Rust core: libFuzzer behind each door that bytes come in by.

`fuzz.py FOLDER [TARGET...]` runs the four programs of `native/fuzz`, or those named, two at a time,
FUZZ_SECONDS each, from a corpus made of the standard library. It prints what each did, and exits with 1 where one found
something: the input that did it stays in the folder that is named.
"""

import keyword
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import token
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TARGETS = ("scan", "decode", "cache", "diff")
AT_ONCE = 2
SMALL, LARGEST = 4_000, 16_384
"""Bytes of a seed at most, and of what libFuzzer makes of it: room for all that the limits refuse."""
UNIT_SECONDS, MEMORY_MB = 10, 1_500
ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "iso8859-15", "cp1252", "koi8-r", "ascii", "mac-roman", "euc_jp", "gbk")
QUOTES = (
    "'''",
    '"""',
    "f'{",
    'rb"',
    "t'''{",
    "!r}",
    ":>{",
    "\\\n",
    "\\N{",
    "\r",
    "\f",
    "\t",
    "# coding: ",
    "\ufeff",
    "\0",
)
HOSTILE = (
    *("-" * 6_000, "a" + ".b" * 6_000, "f" + "()" * 4_000, "lambda a, b: " * 1_000, "1 if a else " * 1_000),
    *("(" * 2_000, "(" * 150 + ")" * 150, 'f"{' * 2_000, "[y for y in " * 900, "{1: " * 900, "async " * 2_000),
    *("for a in b, c: " * 800, "if a, b: " * 1_000, "if a:\n pass\n" + "elif b:\n pass\n" * 900, "a b\n" * 3_000),
    *("".join(" " * deep + "if a:\n" for deep in range(150)), "match x:\n case " + "[" * 900 + "]" * 900 + ": pass"),
    *(
        "def f[T: int = bool](x: T) -> T: return x\ntype A[*Ts] = tuple[*Ts]\n",
        "def a(:\n  pass\n@b\nc = 1\nprint 'd'\n",
    ),
    *(
        'def f(): return f"{d["a"]:>{n}} {f"{x}"}" t"{a}"\n',
        "try: pass\nexcept* A, B: pass\n",
        "# noqa: E501\r\n\fx = 1\r",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """How a target's run ended: its inputs tried, edges covered at the start and at the end, its complaint if any."""

    target: str
    executions: int
    edges: tuple[int, int]
    complaint: str


def sources() -> Iterator[bytes]:
    """The small files of the standard library, and what parsers stumble over."""
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        if "site-packages" not in path.parts and 0 < path.stat().st_size <= SMALL:
            yield path.read_bytes()
    for source in HOSTILE:
        yield source.encode()


def encoded() -> Iterator[bytes]:
    """A source in each encoding, with the cookie that says so and without."""
    for name in ENCODINGS:
        text = "caf\xe9 = '\u0436\u20ac\u3042' # x\n".encode(name, "ignore")
        yield from (
            f"# -*- coding: {name} -*-\n".encode() + text,
            f"#!\n#vim:fileencoding={name}\r".encode() + text,
            text,
        )
    yield "def f(): pass\n".encode("utf-16")


def seeds(target: str) -> Iterator[bytes]:
    """Inputs of a target; the first byte of a pair says where it is cut, see `native/core/src/fuzzing.rs`."""
    if target == "decode":
        yield from encoded()
    for source in sources():
        if target == "diff":
            yield b"\x80" + source + source.replace(b"\n\n", b"\n").replace(b"self", b"this")
        elif target == "cache":
            yield b"\0" + source[:1_000]
        else:
            yield source


def words() -> str:
    """The dictionary: what tokens are made of, and how encodings are named."""
    texts = [*keyword.kwlist, *keyword.softkwlist, *token.EXACT_TOKEN_TYPES, *QUOTES, *ENCODINGS]
    escaped = ("".join(f"\\x{byte:02x}" for byte in text.encode()) for text in texts)
    return "".join(f'"{text}"\n' for text in escaped)


def fuzz(program: Path, folder: Path, seconds: int) -> Found:
    """Run one target for a time; its inputs and its log are left in `folder`."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number, seed in enumerate(seeds(program.name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    (folder / "words").write_text(words(), encoding="ascii")
    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={UNIT_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LARGEST}",
    ]
    kept = [f"-dict={folder / 'words'}", f"-artifact_prefix={folder}/", "-print_final_stats=1", str(corpus)]
    with (folder / "log").open("wb") as log:
        ended = subprocess.run([program, *flags, *kept], stdout=log, stderr=log, cwd=folder, check=False)
    return found(program.name, (folder / "log").read_text(encoding="utf-8", errors="replace"), ended.returncode)


def found(target: str, log: str, code: int) -> Found:
    """What a log of libFuzzer says."""
    edges = [int(edges) for edges in re.findall(r"\bcov: (\d+)", log)] or [0]
    executions = re.search(r"number_of_executed_units: (\d+)", log)
    reasons = re.findall(r"panicked at .*\n.*|ERROR: libFuzzer: .*", log)
    complaint = "" if code == 0 else (reasons or [f"it ended with {code}"])[0]
    return Found(target, int(executions[1]) if executions else 0, (edges[0], edges[-1]), complaint)


def main() -> None:
    """Run the targets and print a line for each."""
    programs, targets = Path(sys.argv[1]).resolve(), tuple(sys.argv[2:]) or TARGETS
    seconds = int(os.environ.get("FUZZ_SECONDS", "1200"))
    made = Path(tempfile.mkdtemp(prefix="pyagent-fuzz-"))
    print(f"{', '.join(targets)}: {seconds} s each, {AT_ONCE} at a time, in {made}", flush=True)
    broken = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for run in pool.map(lambda target: fuzz(programs / target, made / target, seconds), targets):
            first, last = run.edges
            print(
                f"{run.target:8} {run.executions:>11,} executions  edges covered {first:>6,} -> {last:>6,}  "
                f"{run.complaint or 'no failure'}",
                flush=True,
            )
            broken += bool(run.complaint)
    sys.exit(f"{broken} of {len(targets)} targets failed: the inputs are in {made}" if broken else 0)


if __name__ == "__main__":
    main()
