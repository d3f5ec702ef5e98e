"""What is measured: the recorded calls of the functions a change rewrites (pure)."""

import ast
import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from repos.replay.calls import Function, Recording
from repos.suites.recorder.definitions import definitions

Key = tuple[str, str, int]
"""File, qualified name, and order among the definitions of that name, as the recorder says them."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Calls to make again, of functions that both sides define."""

    recording: Recording
    functions: tuple[Function, ...]

    @property
    def calls(self) -> int:
        """How many there are."""
        return sum(len(function.kept) for function in self.functions)

    def body(self) -> bytes:
        """What a worker in the sandbox reads."""
        rows = [
            {
                "path": function.path,
                "name": function.name,
                "order": function.order,
                "calls": [base64.b64encode(call.data).decode("ascii") for call in function.kept],
            }
            for function in self.functions
        ]
        modules = {function.path: self.recording.modules[function.path] for function in self.functions}
        told = {"search_path": self.recording.search_path, "modules": modules, "functions": rows}
        return json.dumps(told).encode("ascii")


def rewritten(path: str, before: bytes, after: bytes) -> frozenset[Key]:
    """Functions that both texts define and whose code differs; layout and comments are no difference.

    SyntaxError when a side does not parse. Functions inside functions count as part of the outer one.
    """
    old, new = _codes(path, before), _codes(path, after)
    return frozenset(key for key in old.keys() & new.keys() if old[key] != new[key])


def workload(changed: Iterable[tuple[str, bytes, bytes]], recording: Recording) -> Workload:
    """The recorded calls of every rewritten function; none when no recorded call reaches one."""
    keys = {key for path, before, after in changed for key in rewritten(path, before, after)}
    known = (each for each in recording.functions if each.path in recording.modules and each.kept)
    return Workload(recording, tuple(each for each in known if (each.path, each.name, each.order) in keys))


def _codes(path: str, source: bytes) -> dict[Key, str]:
    return dict(_dumped(ast.parse(source), path)) if source else {}


def _dumped(tree: ast.Module, path: str) -> Iterator[tuple[Key, str]]:
    for function, key in definitions(tree, path):
        yield key, ast.dump(function)
