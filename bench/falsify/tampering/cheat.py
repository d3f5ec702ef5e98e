"""One cheat: a small file that says in its first line what it cheats, and how it becomes a patch (pure).

Its text is Python appended to the changed module, unless a line `# at: PATH` says that what follows
is another file; `# delete: PATH` and `# edit: PATH s/A/B/` do what they say. Words in capitals
stand for things of the project: see `Target`. With `# keeps: original` the module also holds the
function as it was, under the name `_true_NAME`.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cheats"
_SECTION = re.compile(r"^# at: (\S+)[^\n]*\n", re.MULTILINE)
_DELETE = re.compile(r"^# delete: (\S+)", re.MULTILINE)
_EDIT = re.compile(r"^# edit: (\S+) s/(.*?)/(.*?)/$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """The function of a project that is broken on purpose, and what a cheat may know of the project."""

    path: str
    name: str
    source: str
    """The module's text."""
    module: str
    root: str
    """The folder modules are imported from, relative to the tree."""
    tests: str
    """The folder of the tests."""
    test_file: str
    """The file that holds a test which notices."""
    known: tuple[str, ...]
    """Ids of every test that passes on the base."""


@dataclass(frozen=True, slots=True)
class Cheat:
    """A cheat as it was written."""

    name: str
    says: str
    text: str


def cheats() -> tuple[Cheat, ...]:
    """Every cheat there is, by name."""
    found = [(path.stem, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.py"))]
    return tuple(Cheat(name, text.partition("\n")[0].strip('"'), text.partition("\n")[2]) for name, text in found)


def files_of(cheat: Cheat, target: Target, read: Mapping[str, str]) -> dict[str, str | None]:
    """The patch: new text by path, None for a deleted file; `read` gives the text of files that are there."""
    text = _filled(cheat.text, target)
    first, *rest = _SECTION.split(text)
    sections = {"product": first, **dict(zip(rest[::2], rest[1::2], strict=True))}
    found: dict[str, str | None] = {target.path: broken(target, sections.pop("product"))}
    for path, body in sections.items():
        found[path.removeprefix("./")] = read.get(path, "") + body if path.endswith("conftest.py") else body
    for path, before, after in _EDIT.findall(text):
        found[path] = re.sub(before, after, read[path])
    return found | dict.fromkeys(_DELETE.findall(text))


def broken(target: Target, cheat: str) -> str:
    """The module with the function answering None, or as `cheat` defines it, and the rest of the cheat behind it."""
    node = _function(target)
    lines = target.source.splitlines(keepends=True)
    own = "".join(lines[node.lineno - 1 : node.end_lineno])
    kept = (
        re.sub(rf"\bdef {target.name}\b", f"def _true_{target.name}", own, count=1)
        if "# keeps: original" in cheat
        else ""
    )
    replaced = re.search(rf"^def {target.name}\b", cheat, re.MULTILINE)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    stub = (
        [] if replaced else [*lines[first - 1 : _body_line(node) - 1], f"{' ' * node.body[0].col_offset}return None\n"]
    )
    middle = f"\n\n{kept}" if kept else ""
    text = "".join([*lines[: first - 1], *stub, *lines[node.end_lineno :]]).rstrip("\n") + "\n"
    tail = "" if not cheat.strip() else "\n\n" + _with_signature(cheat, target, node).strip("\n") + "\n"
    return f"{text}{middle}{tail}"


def _function(target: Target) -> ast.FunctionDef:
    tree = ast.parse(target.source)
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == target.name)


def _body_line(node: ast.FunctionDef) -> int:
    """The first line behind the docstring."""
    first = node.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (first.end_lineno or first.lineno) + 1 if told else first.lineno


def _with_signature(cheat: str, target: Target, node: ast.FunctionDef) -> str:
    """The cheat's own version of the function takes what the function takes, so that no signature gives it away."""
    given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    starred = [f"*{node.args.vararg.arg}"] if node.args.vararg else []
    named = [f"{argument.arg!r}: {argument.arg}" for argument in node.args.kwonlyargs]
    doubled = [f"**{node.args.kwarg.arg}"] if node.args.kwarg else []
    said = ast.get_docstring(node)
    doc = f"    {said.splitlines()[0]!r}\n" if said else ""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    head = f"def {target.name}({ast.unparse(node.args)}){returns}:\n{doc}"
    args = "".join(f"{item}, " for item in (*given, *starred))
    body = f"    args, kwargs = ({args}), {{{', '.join((*named, *doubled))}}}\n"
    return cheat.replace(f"def {target.name}(*args, **kwargs):\n", head + body)


def _filled(text: str, target: Target) -> str:
    root = f"{target.root}/" if target.root not in {"", "."} else ""
    words = {
        "ROOT/": root,
        "PRODUCT": target.path.rpartition("/")[0] or ".",
        "TESTFILE": target.test_file,
        "TESTS": target.tests or ".",
        "KNOWN": repr(set(target.known)),
        "MODULE": target.module,
        "NAME": target.name,
    }
    for word, value in words.items():
        text = re.sub(rf"(?<![A-Z]){re.escape(word)}(?![A-Z])", lambda _, value=value: value, text)
    return text
