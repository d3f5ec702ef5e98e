"""Imports modules in a process that has loaded next to nothing before: `imports.py MODULE,... REPORT|-`.

With a report file it writes what was loaded; with `-` it counts the imports under valgrind. Started as a
script, since a package of ours would load modules whose cost then hides.
"""

import sys


def main(names: str, report: str) -> None:
    """Import every name; what an import raises ends the process."""
    own = sys.path.pop(0)
    before = set(sys.modules)
    counter = None
    if report == "-":
        sys.path.insert(0, own)
        counter = __import__("counting").Counter()
        del sys.path[0]
        for name in set(sys.modules) - before:  # whoever wants these again pays for them
            del sys.modules[name]
        counter.start()
    for name in names.split(","):
        __import__(name)
    if counter is not None:
        counter.stop()
        return
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would be loaded
        file.write("\n".join(sorted(set(sys.modules) - before)))


if __name__ == "__main__":
    main(*sys.argv[1:])
