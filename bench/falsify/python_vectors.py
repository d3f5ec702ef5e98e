"""What files of a target make Python's tools run: every vector under our host-side commands; naive tools as control.

    python bench/falsify/python_vectors.py

All vectors lie in one target, each with a mark of its own. Our commands run from inside it, with it as argument:
0 marks may appear. Then the everyday tool of each vector runs in a target that holds it alone; where fewer than
CONTROL of them leave their mark the exam proves nothing and ends with 1 too.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.falsify.git_plants import ordinary  # noqa: E402 - run as a script
from pyagent.ids import change_id, proposal_id  # noqa: E402
from pyagent.model import ChangeClass, FileChange, Patch, Proposal  # noqa: E402
from pyagent.sandbox.runner import open_runner  # noqa: E402
from repos.checkouts import TreeCheckout, export  # noqa: E402
from repos.environments.inputs import collect  # noqa: E402
from repos.gates.ladder import ALONE, judged  # noqa: E402
from repos.gates.trial import Trial  # noqa: E402
from repos.suites.detect import candidates  # noqa: E402
from repos.suites.layout import layout  # noqa: E402
from repos.targets import parse, ready  # noqa: E402

CONTROL = 12
"""So many vectors fire at least under the naive tool, with the tools of our own environment."""

SHADOWED = ("ast", "dataclasses", "json", "subprocess", "tempfile", "tokenize", "tomllib", "typing")
CODE = 'open("MARK", "w").close()\n'
PRODUCT = {
    "shapes/__init__.py": "",
    "shapes/area.py": 'def kind(sides):\n    """Its name."""\n    if sides == 3:\n        return "triangle"\n'
    '    else:\n        return "polygon"\n',
    "tests/test_area.py": 'from shapes.area import kind\n\n\ndef test_kind():\n    assert kind(3) == "triangle"\n',
}
AFTER = b'def kind(sides):\n    """Its name."""\n    if sides == 3:\n        return "triangle"\n    return "polygon"\n'
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Vector:
    """Files that carry it (MARK and TRAP are replaced), and the tool it waits for."""

    files: Mapping[str, str]
    naive: tuple[str, ...]


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(Path(PYTHON).with_name(name)), *arguments)


VECTORS: Mapping[str, Vector] = {
    "coverage plugin": Vector(
        {".coveragerc": "[run]\nplugins = evil_cov\n", "evil_cov.py": CODE}, _tool("coverage", "run", "shapes/area.py")
    ),
    "conftest.py": Vector({"conftest.py": CODE}, _tool("pytest", "--collect-only", "-q")),
    "pytest addopts": Vector(
        {"pytest.ini": "[pytest]\naddopts = -p evil_plugin\npythonpath = .\n", "evil_plugin.py": CODE},
        (PYTHON, "-m", "pytest", "--collect-only", "-q"),
    ),
    "root __init__.py": Vector({"__init__.py": CODE, "test_root.py": ""}, _tool("pytest", "--collect-only", "-q")),
    "sitecustomize.py": Vector({"sitecustomize.py": CODE}, ("env", "PYTHONPATH=.", PYTHON, "-c", "pass")),
    "usercustomize.py": Vector({"usercustomize.py": CODE}, ("env", "PYTHONPATH=.", PYTHON, "-c", "pass")),
    ".pth": Vector(
        {"evil.pth": 'import builtins; builtins.open("MARK", "w").close()\n'},
        (PYTHON, "-c", "import site; site.addsitedir('.')"),
    ),
    "setup.py": Vector({"setup.py": CODE}, (PYTHON, "setup.py", "--version")),
    "build backend": Vector(
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "evil_backend"\nbackend-path = ["."]\n'
            '[project]\nname = "shapes"\nversion = "1.0"\n[tool.pytest.ini_options]\npythonpath = ["."]\n',
            "evil_backend.py": CODE,
        },
        ("uv", "build", "--wheel", "--offline", "--python", PYTHON),
    ),
    "mypy plugin": Vector(
        {"mypy.ini": "[mypy]\nplugins = ./evil_mypy.py\n", "evil_mypy.py": CODE}, (PYTHON, "-m", "mypy", "shapes")
    ),
    "pylint init-hook": Vector(
        {".pylintrc": "[MAIN]\ninit-hook=open('MARK', 'w').close()\n"}, (PYTHON, "-m", "pylint", "shapes")
    ),
    "libcst codemods": Vector(
        {".libcst.codemod.yaml": "modules: ['evil_codemods']\n", "evil_codemods/__init__.py": CODE},
        (PYTHON, "-m", "libcst.tool", "list"),
    ),
    "ruff extend": Vector({"ruff.toml": 'extend = "TRAP"\n'}, _tool("ruff", "check", "shapes")),
    "tox.ini": Vector({"tox.ini": "[testenv]\nskip_install = true\ncommands = TRAP\n"}, (PYTHON, "-m", "tox")),
    "noxfile.py": Vector({"noxfile.py": CODE}, (PYTHON, "-m", "nox", "--list")),
    "pre-commit": Vector(
        {
            ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n"
            "  - {id: x, name: x, entry: TRAP, language: system}\n"
        },
        (PYTHON, "-m", "pre_commit", "run", "--all-files"),
    ),
    ".python-version": Vector({".python-version": "TRAP\n"}, ("uv", "python", "find")),
    ".venv": Vector(
        {".venv/bin/python": "TRAP", ".venv/pyvenv.cfg": "home = /usr/bin\n"}, ("uv", "pip", "list", "--offline")
    ),
    "uv.toml": Vector({"uv.toml": 'python-preference = "only-system"\n'}, ("uv", "pip", "list", "--offline")),
    ".env": Vector({".env": "PYTHONSTARTUP=TRAP\nPYTHONPATH=.\n"}, ("uv", "python", "find")),
    "pip.conf": Vector({"pip.conf": "[global]\npython = TRAP\n"}, (PYTHON, "-m", "pip", "list")),
    ".netrc": Vector({".netrc": "machine localhost login x password y\n"}, ("uv", "python", "find")),
    **{f"shadow {name}.py": Vector({f"{name}.py": CODE}, (PYTHON, "-m", "pdb", "-h")) for name in SHADOWED},
    "shadow json": Vector({"json.py": CODE}, (PYTHON, "-m", "json")),
}
"""Vector -> what carries it and who falls for it."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A target with vectors in it, and the mark of each."""

    root: Path
    marks: Mapping[str, Path]

    def fired(self) -> tuple[str, ...]:
        """Vectors whose mark appeared since the last look."""
        found = tuple(name for name, mark in self.marks.items() if mark.exists())
        for name in found:
            self.marks[name].unlink()
        return found


def planted(folder: Path, names: Iterable[str]) -> Planted:
    """A project under git at `folder/target` that carries these vectors; a file two of them want holds both lines."""
    root, marks = folder / "target", dict[str, Path]()
    files: dict[str, str] = dict(PRODUCT)
    for number, name in enumerate(names):
        marks[name], trap = folder / f"mark-{number}", folder / f"trap-{number}"
        trap.write_text(f"#!/bin/sh\n: > '{marks[name]}'\nexit 1\n", encoding="utf-8")
        trap.chmod(0o755)
        for path, body in VECTORS[name].files.items():
            text = trap.read_text("utf-8") if body == "TRAP" else body
            files[path] = files.get(path, "") + text.replace("MARK", str(marks[name])).replace("TRAP", str(trap))
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        (root / path).chmod(0o755)
    for step in ("init -q --template=", "add -A -f", "commit -qm start"):
        ordinary(root, *step.split(), check=True)
    return Planted(root, marks)


def _verb(*arguments: str) -> Callable[[Planted, Path], str]:
    def run(target: Planted, home: Path) -> str:
        places = {"HOME": home, "XDG_STATE_HOME": home / "state", "XDG_CACHE_HOME": home / "cache"}
        env = os.environ | {name: str(place) for name, place in places.items()}
        command = [*_tool("pyagent", *arguments)]
        done = subprocess.run(command, cwd=target.root, env=env, capture_output=True, text=True, check=False)
        return "" if done.returncode in {0, 10} else f"exit {done.returncode}: {done.stderr.strip()[-200:]}"

    return run


def _tree(target: Planted, home: Path) -> TreeCheckout:
    found = ready(parse(".", cwd=target.root), state=home / "library")
    return export(found.store, found.repository, commit=found.tip, cache=home / "trees")


def _inputs(target: Planted, home: Path) -> str:
    tree = _tree(target, home)
    found = collect(tree, tests=layout(tree).test_files)
    return "" if found.name else "no inputs were read"


def _gates(target: Planted, home: Path) -> str:
    """Every gate that needs no suite, on an honest change of the hostile target, with the real sandbox."""
    tree = _tree(target, home)
    patch = Patch((FileChange("shapes/area.py", tree.read("shapes/area.py"), AFTER),))
    change = change_id("demo", "shapes/area.py", "kind", "superfluous-else")
    offered = Proposal(
        id=proposal_id(change, patch), change=change, repository="demo", base=tree.commit,
        change_class=ChangeClass.A, transform="superfluous-else", path="shapes/area.py", name="kind", evidence="e",
        title="Drop an else", patch=patch, claims=(), obligations=("no name is lost",), assumptions=(),
    )  # fmt: skip
    trial = Trial(offered, tree, candidates(tree)[0], open_runner(state=home / "proof"))
    broke = [
        f"{name}: {verdict.reason}"
        for name, judge in ALONE
        if "broke" in (verdict := judged(name, judge, trial)).reason
    ]
    return "; ".join(broke)


OURS: Mapping[str, Callable[[Planted, Path], str]] = {
    "pyagent settings": _verb("settings"),
    "pyagent survey": _verb("survey", "."),
    "pyagent history": _verb("history", "."),
    "pyagent plan": _verb("plan", "."),
    "inputs": _inputs,
    "gates alone": _gates,
}
"""Command -> runs it inside the target; what it says where it did not end well."""


def through_us(
    folder: Path, commands: Iterable[str] = tuple(OURS)
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Marks by command, and the commands that did not end well, over one target with all vectors."""
    target = planted(folder, VECTORS)
    target.fired()
    home = folder / "home"
    home.mkdir()
    fired, unwell = dict[str, tuple[str, ...]](), dict[str, str]()
    for name in commands:
        with contextlib.chdir(target.root):
            try:
                said = OURS[name](target, home)
            except Exception as raised:  # noqa: BLE001 - a bad command of the exam stops no other
                said = f"raised {raised!r}"
        fired[name] = target.fired()
        if said:
            unwell[name] = said
    return fired, unwell


def careless(folder: Path, name: str) -> bool:
    """Whether the vector's own tool, run as its author runs it, leaves the mark."""
    folder.mkdir(parents=True)
    target = planted(folder, (name,))
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with contextlib.suppress(subprocess.TimeoutExpired, OSError):
        subprocess.run(
            VECTORS[name].naive, cwd=target.root, env=env, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=120, check=False,
        )  # fmt: skip
    return bool(target.fired())


def main(arguments: list[str]) -> int:
    """The counts; 1 when something fired through us, a command did not end well, or the control is too tame."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        folder.chmod(0o755)
        (folder / "ours").mkdir(mode=0o755)
        fired, unwell = through_us(folder / "ours")
        control = [name for number, name in enumerate(VECTORS) if careless(folder / f"c{number}", name)]
    for name, marks in fired.items():
        print(f"{name:20}{', '.join(marks) or '0 fired'}{f'  ({unwell[name]})' if name in unwell else ''}")
    print(f"naive tools fired {len(control)}: {', '.join(control)}")
    breaches = sum(map(len, fired.values()))
    print(f"{len(VECTORS)} vectors x {len(fired)} commands: {breaches} fired through us; control needs {CONTROL}")
    return int(bool(breaches or unwell or len(control) < CONTROL))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
