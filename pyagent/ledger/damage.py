"""Database errors that a person can do something about, in words."""

from pyagent.errors import LedgerError

_FULL = "Free some space on that disk, then run again; nothing recorded so far is lost."
_DAMAGED = "Restore it from a backup, or move it away to start a new ledger; do not edit it."
_RIGHTS = "Give this user the right to read and write it."
_BUSY = "Another process holds it for very long; find and end that process."
_AWAY = "Start the server, or correct the storage URL; then run again. Nothing recorded so far is lost."
_DISK = "Look at the disk (it may be full or failing) and at the system's log, then run again."

# SQLite's primary result codes, by name; extended ones (SQLITE_IOERR_WRITE) begin with theirs.
_SQLITE = {
    "SQLITE_FULL": ("found no space left on the disk", _FULL),
    "SQLITE_CORRUPT": ("is damaged", _DAMAGED),
    "SQLITE_NOTADB": ("is not a ledger: the file was overwritten or damaged", _DAMAGED),
    "SQLITE_CANTOPEN": ("cannot be opened", _RIGHTS),
    "SQLITE_READONLY": ("cannot be written", _RIGHTS),
    "SQLITE_PERM": ("cannot be opened", _RIGHTS),
    "SQLITE_BUSY": ("is busy", _BUSY),
    "SQLITE_LOCKED": ("is busy", _BUSY),
    "SQLITE_IOERR": ("met a disk error", _DISK),
}

# PostgreSQL SQLSTATE classes and codes, the longer first (PostgreSQL manual, appendix A).
_POSTGRES = {
    "53100": ("found no space left on the server's disk", _FULL),
    "42501": ("refuses this user", _RIGHTS),
    "25006": ("is a read-only server", "Name the primary server in the storage URL."),
    "XX001": ("is damaged", _DAMAGED),
    "XX002": ("is damaged", _DAMAGED),
    "08": ("lost its server", _AWAY),
    "53": ("is out of resources", "Give the server more room or connections, then run again."),
    "57": ("was stopped by its server", _AWAY),
    "58": ("met a disk error on the server", _DISK),
}


def explain(where: str, error: BaseException | None, *, unreachable: bool) -> LedgerError | None:
    """What a driver's `error` means for the ledger at `where`; None when it is a bug of ours."""
    known = _known(error)
    if known is None and unreachable:
        known = ("cannot be reached", _AWAY)
    if known is None:
        return None
    what, remedy = known
    detail = " ".join(str(error).split()).rstrip(".")
    return LedgerError(f"The ledger {where} {what} ({detail}).", remedy)


def _known(error: BaseException | None) -> tuple[str, str] | None:
    for attribute, table in (("sqlite_errorname", _SQLITE), ("sqlstate", _POSTGRES)):
        code: str | None = getattr(error, attribute, None)
        found = next((words for prefix, words in table.items() if code and code.startswith(prefix)), None)
        if found is not None:
            return found
    return None
