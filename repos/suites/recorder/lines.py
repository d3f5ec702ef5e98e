"""Which lines of the product ran, by coverage.py under settings of ours alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Measured:
    """Measures from now until `finish`; the project's own coverage configuration is never read."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Start; `told` names product paths, test paths and where the report goes."""
        import coverage  # noqa: PLC0415 - present only where lines are measured

        self._root = Path.cwd().resolve()
        self._report = Path(told["report"])
        self._product = [self._root / path for path in told["product"]]
        self._tests = frozenset(self._root / path for path in told["tests"])
        self._coverage = coverage.Coverage(
            data_file=None,
            config_file=False,
            branch=False,
            include=[pattern for path in self._product for pattern in (str(path), f"{path}/*")],
            messages=False,
        )
        self._coverage.set_option("run:disable_warnings", ["no-data-collected", "module-not-measured"])
        for kind in ("exclude", "partial"):
            self._coverage.clear_exclude(kind)
        self._coverage.start()

    def finish(self) -> None:
        """Stop and write `{path: {statements, executed}}` for every product file that parses."""
        self._coverage.stop()
        report: dict[str, dict[str, list[int]]] = {}
        for path in self._files():
            try:
                _, statements, _, missing, _ = self._coverage.analysis2(str(path))
            except Exception:  # noqa: BLE001, S112 - a file coverage cannot parse has no lines to report
                continue
            executed = sorted(set(statements) - set(missing))
            report[path.relative_to(self._root).as_posix()] = {"statements": list(statements), "executed": executed}
        self._report.write_text(json.dumps(report), encoding="utf-8")

    def _files(self) -> list[Path]:
        found = [path for place in self._product for path in ([place] if place.is_file() else place.rglob("*.py"))]
        return sorted(path for path in set(found) if not self._tests.intersection([path, *path.parents]))
