"""A report onto the disk, whole or not at all."""

from pathlib import Path

from cli.report.contents import Report
from cli.report.render import page
from pyagent.errors import LedgerError


def write(report: Report, path: Path) -> Path:
    """Render and write; the path. LedgerError when the disk refuses."""
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(page(report), "utf-8")
        draft.replace(path)
    except OSError as error:
        raise LedgerError(
            f"The report cannot be written to {path}: {error.strerror}.",
            "Choose another path: `run --report FILE`, `report --to FILE`.",
        ) from error
    return path
