"""`pyagent db`: the ledger's schema, and its copies."""

from pathlib import Path

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from pyagent.errors import UsageError
from stages.backup import back_up, restore

MIGRATE, BACKUP, RESTORE = "migrate", "backup", "restore"


@click.command("db")
@click.argument("action", type=click.Choice([MIGRATE, BACKUP, RESTORE]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@options
def verb(action: str, file: Path | None) -> None:
    """Bring the ledger to this version's schema, write everything into FILE, or fill an empty state folder from FILE.

    A backup holds the ledger, whichever database it lies in, and the stores, blobs and keys of the state folder. It may
    be taken while runs go on, and restored into another kind of database.
    """
    if (file is None) != (action == MIGRATE):
        raise UsageError(f"`pyagent db {action}` takes {'no file' if action == MIGRATE else 'a FILE'}.", "See --help.")
    with opened() as wiring:
        where = wiring.ledger.location
        if file is None:
            answer({"migrated": where}, f"the ledger at {where} has this version's schema")
        elif action == BACKUP:
            files, facts = back_up(wiring, file), wiring.ledger.journal.head().count
            answer({"file": str(file), "files": files}, f"{file}: the ledger ({facts} facts) and {files} files")
        else:
            facts = restore(wiring, file)
            answer({"restored": where, "facts": facts}, f"{facts} facts restored to {where}")
