"""Where valgrind is on this machine, and the command that counts instructions with it."""

import platform
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyagent.ports import Mount

_SHOWN = Path("/usr")
"""In every sandbox already."""
_LIBRARY = ("libexec/valgrind", "lib/valgrind")


@dataclass(frozen=True, slots=True)
class Valgrind:
    """An installed valgrind and what must be shown for it to start inside."""

    program: str
    mounts: tuple[Mount, ...]

    def counting(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """`argv` under the counter, which stands still until it is asked to count; the sum goes to stderr."""
        options = ("--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null", "--vgdb=no")
        return (self.program, *options, *argv)


@cache
def find_valgrind() -> Valgrind | None:
    """The valgrind on PATH; None where there is none, or where it cannot be asked to count (`stopwatch.counting`)."""
    found = shutil.which("valgrind")
    if found is None or platform.machine() != "x86_64":
        return None
    program = Path(found).resolve()
    prefix = program.parent.parent
    if _SHOWN in program.parents:
        return Valgrind(str(program), ())
    folders = [program.parent, *(prefix / part for part in _LIBRARY if (prefix / part).is_dir())]
    return Valgrind(str(program), tuple(Mount(folder, str(folder)) for folder in folders))
