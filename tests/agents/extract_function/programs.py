"""Random small functions, and what calling one shows: result or exception, and everything it logged."""

import contextlib
import re
from collections.abc import Callable
from random import Random

NAMES = ("a", "b", "c", "d", "e")


class Swallow:
    """A context manager that swallows ZeroDivisionError."""

    def __init__(self, log: Callable[[object], object], value: object) -> None:
        self.log, self.value = log, value

    def __enter__(self) -> object:
        """Log, and give the value."""
        self.log(("enter", self.value))
        return self.value

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        """Log, and swallow a division by zero."""
        self.log(("exit", kind))
        return kind is ZeroDivisionError


class Program:
    """Writes one function over NAMES."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.budget = random.randint(6, 22)
        self.closures = random.random() < 0.3
        self.lines: list[str] = []
        self.kind = random.choice(["function", "function", "method", "generator", "nested"])

    def text(self) -> str:
        """The file."""
        start = {"function": 0, "generator": 0, "method": 1, "nested": 1}[self.kind]
        first = {"method": "class Box:", "nested": "def outer(log, outside):"}.get(self.kind)
        if first:
            self.lines.append(first)
        self.put(start, "def f(self, log, a, b):" if self.kind == "method" else "def f(log, a, b):")
        if self.kind == "generator":
            self.put(start + 1, "yield 0")
        if self.random.random() < 0.7:
            self.put(start + 1, "c = d = e = 3")
        self.body(start + 1, loop=False, depth=0, handler=False)
        if self.kind == "nested":
            self.put(1, "return f(log, 1, outside)")
        return "\n".join(self.lines) + "\n"

    def put(self, level: int, line: str) -> None:
        self.lines.append("    " * level + line)

    def name(self) -> str:
        return self.random.choice(NAMES)

    def value(self) -> str:
        r, n = self.random, self.name
        return r.choice(
            [
                n, n, n,
                lambda: str(r.randint(0, 3)),
                lambda: "outside" if self.kind == "nested" else n(),
                lambda: f"{n()} + {n()}",
                lambda: f"{n()} // {n()}",
                lambda: f"log({n()})",
                lambda: f"[{n()} for _ in range(2)][0]",
                lambda: f"sum({n()} + x for x in range(2))",
                lambda: f"({n()} := {n()}) + 1",
                lambda: f"({n()} if {n()} else {n()})",
                lambda: f"({n()} and ({n()} := 2))",
                lambda: f"(lambda x: x + {n()})(1)" if self.closures else n(),
                lambda: f"len([{n()}, ({n()} := 1)])",
            ]
        )()  # fmt: skip

    def body(self, level: int, *, loop: bool, depth: int, handler: bool) -> None:
        for _ in range(self.random.randint(1, 4)):
            self.statement(level, loop=loop, depth=depth, handler=handler)

    def statement(self, level: int, *, loop: bool, depth: int, handler: bool) -> None:
        self.budget -= 1
        simple = [*[self.assign] * 8, *[self.log] * 5, *[self.leave] * 3, self.other]
        if self.closures:
            simple += [self.closure, self.closure]
        compound = [self.if_, self.if_, self.for_, self.try_, self.with_, self.match, self.while_]
        kinds = simple if self.budget < 0 or depth > 3 else simple + compound
        self.random.choice(kinds)(level, loop, depth, handler)

    def assign(self, level: int, *_: object) -> None:
        n = self.name
        forms = [f"{n()} = {self.value()}"] * 4 + [
            f"{n()} += {self.value()}",
            f"{n()}, {n()} = {self.value()}, {self.value()}",
            f"{n()}, *{n()} = 1, 2, 3",
            f"{n()}: int = {self.value()}",
            f"{n()} = {n()} = {self.value()}",
        ]
        self.put(level, self.random.choice(forms))

    def log(self, level: int, *_: object) -> None:
        self.put(level, f"log({self.value()})")

    def other(self, level: int, *_: object) -> None:
        n = self.name
        forms = (
            [f"{n()}: int"]
            if self.random.random() < 0.2
            else [f"del {n()}", f"import math as {n()}", f"assert {n()}, {n()}", "pass"]
        )
        self.put(level, self.random.choice(forms))

    def leave(self, level: int, loop: bool, _depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        forms = [f"return {self.value()}", "return", f"raise ValueError({self.name()})", "1 // 0"]
        forms += ["continue", "continue", "break"] if loop else []
        forms += ["raise"] if handler else []
        if self.random.random() < 0.5:
            self.put(level, f"if {self.value()}:")
            level += 1
        self.put(level, self.random.choice(forms))

    def closure(self, level: int, *_: object) -> None:
        n = self.name
        forms = [
            (f"{n()} = lambda: {n()}",),
            (f"{n()} = (x + {n()} for x in range(2))",),
            (f"def {n()}():", f"    return {n()}"),
            ("def g():", f"    nonlocal {n()}", f"    {n()} = 5", "    return 1", "log(g())"),
        ]
        for line in self.random.choice(forms):
            self.put(level, line)
        if self.random.random() < 0.5:
            self.put(level, f"log(call({n()}))")

    def if_(self, level: int, loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        self.put(level, f"if {self.value()}:")
        self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)
        for _ in range(self.random.randint(0, 2)):
            self.put(level, f"elif {self.value()}:")
            self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)
        if self.random.random() < 0.5:
            self.put(level, "else:")
            self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)

    def for_(self, level: int, _loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        self.put(level, f"for {self.name()} in range({self.random.randint(0, 3)}):")
        self.body(level + 1, loop=True, depth=depth + 1, handler=handler)
        if self.random.random() < 0.3:
            self.put(level, "else:")
            self.body(level + 1, loop=False, depth=depth + 1, handler=handler)

    def while_(self, level: int, _loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        self.put(level, f"while tick() and {self.value()}:")
        self.body(level + 1, loop=True, depth=depth + 1, handler=handler)

    def try_(self, level: int, loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        self.put(level, "try:")
        self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)
        kind = self.random.choice(["except", "finally", "both"])
        if kind != "finally":
            caught = self.random.choice(["ZeroDivisionError", "Exception", "(TypeError, ValueError)"])
            named = f" as {self.name()}" if self.random.random() < 0.5 else ""
            self.put(level, f"except {caught}{named}:")
            self.body(level + 1, loop=loop, depth=depth + 1, handler=True)
            if self.random.random() < 0.4:
                self.put(level, "else:")
                self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)
        if kind != "except":
            self.put(level, "finally:")
            self.put(level + 1, f"log({self.name()})" if self.random.random() < 0.5 else f"{self.name()} = 7")

    def with_(self, level: int, loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        named = f" as {self.name()}" if self.random.random() < 0.5 else ""
        self.put(level, f"with Swallow(log, {self.value()}){named}:")
        self.body(level + 1, loop=loop, depth=depth + 1, handler=handler)

    def match(self, level: int, loop: bool, depth: int, handler: bool) -> None:  # noqa: FBT001 - dispatched by position
        self.put(level, f"match [{self.value()}, {self.value()}]:")
        patterns = ["[0, _]", f"[{NAMES[2]}, 1]", f"[*{NAMES[3]}, 2]", f"[1, {NAMES[0]}] if {self.name()}"]
        for pattern in self.random.sample(patterns, 2):
            self.put(level + 1, f"case {pattern}:")
            self.body(level + 2, loop=loop, depth=depth + 1, handler=handler)
        if self.random.random() < 0.4:
            self.put(level + 1, f"case {self.random.choice(['_', *NAMES])}:")
            self.body(level + 2, loop=loop, depth=depth + 1, handler=handler)


def plain(value: object) -> str:
    """What repr says, without addresses and without the function a nested one was defined in."""
    return re.sub(r" at 0x[0-9a-f]+|[\w.]+\.<locals>", "", repr(value))


def seen(text: str, a: object, b: object) -> tuple[object, ...]:
    """What running the program with (a, b) shows."""
    logged: list[str] = []
    ticks = iter(range(6))

    def shown(value: object) -> str:
        return type(value).__name__ if callable(value) or hasattr(value, "__next__") else plain(value)

    def log(value: object) -> object:
        logged.append(shown(value))
        if len(logged) > 200:
            raise RecursionError("too long")
        return value

    def call(value: object) -> object:
        if hasattr(value, "__next__"):
            return list(value)
        return value() if callable(value) else value

    world = {"Swallow": Swallow, "call": call, "tick": lambda: next(ticks, -1) >= 0}
    exec(compile(text, "program", "exec"), world)  # noqa: S102 - our own random program
    try:
        result = _called(world, log, a, b)
    except Exception as error:  # noqa: BLE001 - any exception is a result here
        chain = [plain(error)]
        while error.__context__ is not None:
            error = error.__context__
            chain.append(plain(error))
        return ("raised", chain, logged)
    return ("returned", shown(result), logged)


def _called(world: dict[str, object], log: Callable[[object], object], a: object, b: object) -> object:
    if "Box" in world:
        return world["Box"]().f(log, a, b)
    if "outer" in world:
        return world["outer"](log, a)
    result = world["f"](log, a, b)
    if hasattr(result, "__next__") and hasattr(result, "send"):
        with contextlib.suppress(StopIteration):
            next(result)
            while True:
                next(result)
        return "generator"
    return result
