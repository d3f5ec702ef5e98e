"""What is measured: the recorded calls of the functions a change rewrites (pure)."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from repos.replay.calls import Function, Recording
from repos.replay.functions import changed, rewritten


@dataclass(frozen=True, slots=True)
class Workload:
    """Calls to make again, of functions that both sides define."""

    recording: Recording
    functions: tuple[Function, ...]
    rewritten: Mapping[tuple[str, str, int], tuple[str, ...]] = field(default_factory=dict[Any, Any])
    """By path, name and order: what of a function differs, as `repos.replay.functions` names it; itself if absent."""

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
                "rewritten": self.rewritten.get((function.path, function.name, function.order), ("",)),
                "calls": [base64.b64encode(call.data).decode("ascii") for call in function.kept],
            }
            for function in self.functions
        ]
        modules = {function.path: self.recording.modules[function.path] for function in self.functions}
        told = {"search_path": self.recording.search_path, "modules": modules, "functions": rows}
        return json.dumps(told).encode("ascii")


def workload(texts: Iterable[tuple[str, bytes, bytes]], recording: Recording) -> Workload:
    """The recorded calls of every function whose code differs, by (path, before, after) of each file; may be none."""
    keys = {
        (path, *name): rewritten(path, name, before, after)
        for path, before, after in texts
        for name in changed(path, before, after)
    }
    known = (each for each in recording.functions if each.path in recording.modules and each.kept)
    return Workload(recording, tuple(each for each in known if (each.path, each.name, each.order) in keys), keys)
