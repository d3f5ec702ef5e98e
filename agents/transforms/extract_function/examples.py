"""What extract function does, leaves alone and declines, as small files."""

CHANGES = (
    (
        '''\
def summary(rows, limit, strict):
    """Counts by kind."""
    # Check the limit
    if limit is None or limit < 0:
        raise ValueError("limit")
    if strict and limit > 100:
        raise ValueError("limit too high")

    totals = {}
    for row in rows:
        if not row or row.startswith("#"):
            continue
        name, _, count = row.partition("=")
        if name in totals and strict:
            raise KeyError(name)
        if count.isdigit() and int(count) <= limit:
            totals[name] = int(count)
        elif count == "":
            totals[name] = 0

    lines = []
    for name in sorted(totals):
        if totals[name] == 0 and strict:
            lines.append(name + ": nothing")
        elif totals[name] == 1:
            lines.append(name + ": one")
        elif totals[name] > 1:
            lines.append(name + ": " + str(totals[name]))

    if not lines and not strict:
        return "nothing"
    elif len(lines) == 1 or limit == 1:
        return lines[0] if lines else "none"
    elif strict and limit > 10 and len(lines) > 10:
        return lines[0] + " and more"
    return ", ".join(lines)
''',
        '''\
def summary(rows, limit, strict):
    """Counts by kind."""
    _check_limit(limit, strict)

    totals = {}
    for row in rows:
        if not row or row.startswith("#"):
            continue
        name, _, count = row.partition("=")
        if name in totals and strict:
            raise KeyError(name)
        if count.isdigit() and int(count) <= limit:
            totals[name] = int(count)
        elif count == "":
            totals[name] = 0

    lines = []
    for name in sorted(totals):
        if totals[name] == 0 and strict:
            lines.append(name + ": nothing")
        elif totals[name] == 1:
            lines.append(name + ": one")
        elif totals[name] > 1:
            lines.append(name + ": " + str(totals[name]))

    if not lines and not strict:
        return "nothing"
    elif len(lines) == 1 or limit == 1:
        return lines[0] if lines else "none"
    elif strict and limit > 10 and len(lines) > 10:
        return lines[0] + " and more"
    return ", ".join(lines)


def _check_limit(limit, strict):
    # Check the limit
    if limit is None or limit < 0:
        raise ValueError("limit")
    if strict and limit > 100:
        raise ValueError("limit too high")
''',
    ),
    (
        """\
class Reader:
    def read(self, kind: str, text: str, depth: int = 0) -> list[str]:
        found: list[str] = []
        if kind == "comment":
            for line in text.splitlines():
                if line.startswith("#") and (depth or len(line) > 1):
                    found.append(line)
                elif line.startswith("//") or line.startswith(";"):
                    found.append(line[1:])
        elif kind == "names":
            for word in text.split():
                # a name may be quoted
                if word[0] in "'\\"" and word[-1] == word[0]:
                    found.append(word[1:-1])
                elif word.isidentifier() or (depth and word.isnumeric()):
                    found.append(word)
        elif kind == "pairs":
            while "=" in text and depth < 9:
                name, _, text = text.partition("=")
                if not name or name in found:
                    break
                if name != "x" and name != "y":
                    found.append(name)
                depth += 1
        elif kind == "none" and not text:
            return found
        if self.strict and not found:
            raise ValueError(kind)
        return found if found or depth else [kind]
""",
        """\
class Reader:
    def read(self, kind: str, text: str, depth: int = 0) -> list[str]:
        found: list[str] = []
        if kind == "comment":
            for line in text.splitlines():
                if line.startswith("#") and (depth or len(line) > 1):
                    found.append(line)
                elif line.startswith("//") or line.startswith(";"):
                    found.append(line[1:])
        elif kind == "names":
            self._handle_names(text, depth, found)
        elif kind == "pairs":
            while "=" in text and depth < 9:
                name, _, text = text.partition("=")
                if not name or name in found:
                    break
                if name != "x" and name != "y":
                    found.append(name)
                depth += 1
        elif kind == "none" and not text:
            return found
        if self.strict and not found:
            raise ValueError(kind)
        return found if found or depth else [kind]

    @staticmethod
    def _handle_names(text, depth, found) -> None:
        for word in text.split():
            # a name may be quoted
            if word[0] in "'\\"" and word[-1] == word[0]:
                found.append(word[1:-1])
            elif word.isidentifier() or (depth and word.isnumeric()):
                found.append(word)
""",
    ),
)

_TESTS = "".join(f"    if a == {n}:\n        {{0}}\n" for n in range(26))
"""More decisions than a function should take."""

KEEPS = (
    "def f(a):\n    if a:\n        a()\n    return a\n",
    f"class C:\n{_TESTS.format('b = a')}\n    def f(self):\n        return 1\n",
)

REFUSES = (
    (f"def f(a):\n{_TESTS.format('yield a')}", "f", "yield"),
    (f"def f(a):\n{_TESTS.format('return a')}    a()\n    return locals()\n", "f", "reads-namespace"),
    (f"def f(a):\n    for a in a:\n{_TESTS.format('break').replace('    ', '        ')}", "f", "break"),
)
