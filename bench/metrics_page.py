"""Writes the parts of docs/metrics.md that come from the code and from the golden tests.

`python bench/metrics_page.py docs/metrics.md` writes them; `--check` fails when the page would change.
"""

import ast
import re
import sys
import tomllib
from pathlib import Path

from pyagent_native import PROFILES

ROOT = Path(__file__).resolve().parents[1]
SNIPPETS = ROOT / "tests" / "native" / "fixtures" / "snippets.toml"
STUB = ROOT / "native" / "py" / "pyagent_native.pyi"
REGION = re.compile(r"(<!-- begin (\w+), by `make docs` -->\n).*?(<!-- end -->)", re.DOTALL)

ANSWERS = {
    "radon": "radon",
    "ruff": "ruff",
    "core": "core",
    "complexipy": "cognitive-complexipy",
    "sonar": "cognitive-sonar",
    "mccabe": "mccabe 0.7",
    "lizard": "lizard 1.24",
    "cognitive_complexity": "cognitive_c. 1.3",
}
"""Keys of a snippet and how the table heads them: our five profiles, then tools we do not follow."""

RECORDS = ("FunctionMetrics", "FileMetrics", "RawMetrics", "HalsteadMetrics")


def profiles() -> str:
    """Name and version of each profile."""
    rows = [f"| `{name}` | {version} |" for name, version in PROFILES.items()]
    return "\n".join(["| profile | version |", "|---|---|", *rows])


def snippets() -> str:
    """Each tricky source, and each definition's answer about its function `f`."""
    found = tomllib.loads(SNIPPETS.read_text("utf-8"))["snippet"]
    table = [f"| # | snippet | {' | '.join(ANSWERS.values())} |", "|---|---|" + "---|" * len(ANSWERS)]
    sources: list[str] = []
    for number, snippet in enumerate(found, 1):
        answers = " | ".join(str(snippet[key]) for key in ANSWERS)
        table.append(f"| {number} | {snippet['title']} | {answers} |")
        sources += [f"# {number}. {snippet['title']}", snippet["source"]]
    return "\n".join([*table, "", "```text", *sources, "```"])


def fields() -> str:
    """Every number of a result with its sentence in the stub."""
    parts: list[str] = []
    classes = {node.name: node for node in ast.parse(STUB.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}
    for name in RECORDS:
        parts += [f"### `{name}`\n", ast.get_docstring(classes[name]) or "", "\n| field | what it is |", "|---|---|"]
        methods = [node for node in classes[name].body if isinstance(node, ast.FunctionDef)]
        documented = [(node.name, ast.get_docstring(node)) for node in methods]
        parts += [f"| `{field}` | {' '.join(said.split())} |" for field, said in documented if said]
        parts.append("")
    return "\n".join(parts).rstrip()


def page(text: str) -> str:
    """The page with its generated regions written anew."""
    made = {"profiles": profiles(), "snippets": snippets(), "fields": fields()}
    return REGION.sub(lambda region: f"{region[1]}\n{made[region[2]]}\n\n{region[3]}", text)


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 when a checked page differs."""
    path = Path(arguments[-1])
    before = path.read_text("utf-8")
    after = page(before)
    if "--check" in arguments:
        if before != after:
            print(f"{path} does not match the code: run `make docs`", file=sys.stderr)
        return int(before != after)
    path.write_text(after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
