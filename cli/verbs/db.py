"""`pyagent db`: the ledger's schema, and its copies."""

from pathlib import Path

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from pyagent.errors import UsageError
from stages.backup import back_up, covers, restore
from stages.wiring import Wiring

MIGRATE, BACKUP, RESTORE = "migrate", "backup", "restore"


@click.command("db")
@click.argument("action", type=click.Choice([MIGRATE, BACKUP, RESTORE]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@options
def verb(action: str, file: Path | None) -> None:
    """Bring the ledger to this version's schema, write everything into FILE, or fill an empty state folder from FILE.

    A backup holds the ledger, whichever database it lies in, and the stores, blobs and keys of the state folder. It may
    be taken while runs go on, and restored into another kind of database. Blobs in a bucket or in a folder elsewhere
    are not in it.
    """
    if (file is None) != (action == MIGRATE):
        raise UsageError(f"`pyagent db {action}` takes {'no file' if action == MIGRATE else 'a FILE'}.", "See --help.")
    with opened() as wiring:
        where = wiring.ledger.location
        if file is None:
            answer({"migrated": where}, f"the ledger at {where} has this version's schema")
        elif action == BACKUP:
            _back_up(wiring, file)
        else:
            facts = restore(wiring, file)
            answer({"restored": where, "facts": facts}, f"{facts} facts restored to {where}")


def _back_up(wiring: Wiring, file: Path) -> None:
    files, facts = back_up(wiring, file), wiring.ledger.journal.head().count
    told, elsewhere = f"{file}: the ledger ({facts} facts) and {files} files", None
    if not covers(wiring):
        elsewhere = str(wiring.bodies)
        told += (
            f"; the bodies are NOT in it: they lie in {elsewhere}, which needs a backup of its own (a bucket: "
            "versions, or a replica), and which the configuration must name after a restore"
        )
    answer({"file": str(file), "files": files, "bodies_elsewhere": elsewhere}, told)
