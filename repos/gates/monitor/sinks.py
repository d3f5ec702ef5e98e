"""Does the patch bring a way to act on the world that its files did not have?

A sink is a use of a power (`repos.gates.monitor.powers`): an import, a call with its arguments, a name
handed on, an attribute that leads into the interpreter, a special method, a name of a module replaced.
A call is known by its whole text (`repos.gates.monitor.alike`), so a sink that stays but is fed something else
is new too; names that a function binds are all alike in it, for one may hold now what another held before. A class
that is raised without arguments is called ("The raise statement"): where it was raised as a call it may be named alone.
Uses are found through imports and their aliases; what was already in a variable of the base is not seen.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

from repos.gates.monitor.alike import alike
from repos.gates.monitor.bound import bound_anywhere, bound_reads
from repos.gates.monitor.delta import Delta, Side
from repos.gates.monitor.powers import BUILTINS, JUDGES, ON_FILES, OVERRIDES, REACHING, is_power

LONGEST = 80
"""Of a sink's text in a reason."""
_READING = frozenset({"r", "rt", "rb", "tr", "br", "U", "rU"})


def problems(found: Delta, *, tests: bool = False) -> Iterator[str]:
    """Each new sink, once."""
    rebound = bound_anywhere(node for side in (*found.before, *found.after) for node in side.nodes)
    for key in sorted(found.new(partial(sinks, rebound=rebound, tests=tests))):
        yield f"adds {key if len(key) <= LONGEST else key[: LONGEST - 1] + '…'}"


def sinks(side: Side, rebound: frozenset[str], *, tests: bool = False) -> Iterator[str]:
    """Every sink of a file, as text that is the same wherever it stands.

    `rebound` are the names that the patch's files bind anywhere.
    """
    # The module is the first node, where the file could be read.
    bound = bound_reads(side.nodes[0]) if side.nodes else frozenset[int]()
    reader = _Reader(_aliases(side.nodes), bound, rebound, _raised(side.nodes), tests=tests)
    called = {id(node.func): node for node in side.nodes if isinstance(node, ast.Call)}
    for node in side.nodes:
        yield from reader.sinks(node, called.get(id(node)))


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the names of one file mean."""

    aliases: dict[str, str]
    """Local name to the dotted path it was imported from."""
    bound: frozenset[int]
    """Names that a function around them binds."""
    rebound: frozenset[str]
    """Names that the patch's files bind anywhere."""
    raised: frozenset[int]
    """Expressions that stand behind `raise` or its `from`."""
    tests: bool

    def sinks(self, node: ast.AST, call: ast.Call | None) -> Iterator[str]:
        """The sinks this very node is; `call` is the call whose function it is."""
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from (f"import {path}" for path in _loaded(node) if self._powerful(path))
            case ast.Name() | ast.Attribute():
                yield from self._named(node, call)
            case ast.Call():
                yield from self._reflection(node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name in OVERRIDES:
                yield f"a method {name}"
            case ast.Constant(value=str() as text) if text in REACHING | BUILTINS - {"input", "exit", "quit", "vars"}:
                yield f"the name {text!r}"
            case ast.Constant(value=str() as text) if text in JUDGES and not self.tests:
                yield f"the judge's name {text!r}"
            case _:
                pass

    def _named(self, node: ast.Name | ast.Attribute, call: ast.Call | None) -> Iterator[str]:
        path = self._resolved(node)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and path:
            yield f"a replacement of {path}"
        elif path and self._powerful(path):
            yield from self._used(node, call)
        elif isinstance(node, ast.Attribute):
            yield from self._method(node, call)
        elif node.id in OVERRIDES and not isinstance(node.ctx, ast.Load):
            yield f"a method {node.id}"
        elif id(node) in self.bound:
            return
        elif node.id in BUILTINS and not path:
            yield from self._used(node, call)
        elif node.id == "open" and not path:
            yield self._opening(call)

    def _used(self, node: ast.expr, call: ast.Call | None) -> Iterator[str]:
        raised = id(call or node) in self.raised and not (call and (call.args or call.keywords))
        if raised:
            yield f"raise {self._told(node)}"
        if call or not raised:
            yield self._told(call or node)

    def _method(self, node: ast.Attribute, call: ast.Call | None) -> Iterator[str]:
        if node.attr in REACHING:
            yield self._told(node)
        elif node.attr in ON_FILES:
            yield self._told(call or node)

    def _reflection(self, node: ast.Call) -> Iterator[str]:
        """`getattr` of a module, or of a name that is not written down."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[held, name, *_]):
                module = isinstance(held, ast.Name) and held.id in self.aliases
                if module or not isinstance(name, ast.Constant):
                    yield self._told(node)
            case _:
                pass

    def _told(self, node: ast.expr) -> str:
        """The node's text; what a function binds is called `local` there, for its name says nothing of its value."""
        told = deepcopy(node)
        for inner, copied in zip(ast.walk(node), ast.walk(told), strict=True):
            if isinstance(copied, ast.Name) and id(inner) in self.bound:
                copied.id = "local"
        return alike(told, self.rebound)

    def _opening(self, call: ast.Call | None) -> str:
        """`open` with what it opens; the ways to say reading are one."""
        if call is None or not call.args:
            return "open" if call is None else self._told(call)
        mode = next(
            (word.value for word in call.keywords if word.arg == "mode"), call.args[1] if len(call.args) > 1 else None
        )
        reads = mode is None or (isinstance(mode, ast.Constant) and mode.value in _READING)
        return f"open of {self._told(call.args[0])} for {'reading' if reads else 'writing'}"

    def _resolved(self, node: ast.expr) -> str:
        """The dotted path an imported name leads to; empty for anything else."""
        match node:
            case ast.Name(id=name):
                return self.aliases.get(name, "")
            case ast.Attribute(value=value, attr=attr):
                root = self._resolved(value)
                return f"{root}.{attr}" if root else ""
            case _:
                return ""

    def _powerful(self, path: str) -> bool:
        """Whether the path, or what another module holds under it, is a power: `compat.os.system` is `os.system`."""
        parts = path.split(".")
        reach = 1 if parts[0] in sys.stdlib_module_names else len(parts)
        return any(is_power(".".join(parts[at:]), tests=self.tests) for at in range(reach))


def _aliases(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Local names to what they stand for; `import a.b` binds `a` alone."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                found[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{_module(node)}.{alias.name}" for alias in node.names}
    return found


def _raised(nodes: Iterable[ast.AST]) -> frozenset[int]:
    raising = (node for node in nodes if isinstance(node, ast.Raise))
    return frozenset(id(found) for node in raising for given in (node.exc, node.cause) for found in _either(given))


def _either(node: ast.expr | None) -> Iterator[ast.expr]:
    """Both values of a conditional expression, and theirs."""
    if isinstance(node, ast.IfExp):
        yield from (*_either(node.body), *_either(node.orelse))
    elif node is not None:
        yield node


def _loaded(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Dotted paths an import makes reachable."""
    head = f"{_module(node)}." if isinstance(node, ast.ImportFrom) else ""
    return (f"{head}{alias.name}" for alias in node.names)


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")
