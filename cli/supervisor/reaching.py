"""Whether the orchestrators' databases can be opened, asked before anything is started."""

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import psycopg

from pyagent.errors import EnvironmentFault

PATIENCE_SECONDS = 10


def reach(storage: str, names: Iterable[str]) -> None:
    """Open each database beside the ledger's once.

    EnvironmentFault, with the server's own words, for the first that cannot be opened.
    """
    parts = urlsplit(storage)
    for name in names:
        url = urlunsplit(parts._replace(scheme="postgresql", path=f"/{name}"))
        try:
            psycopg.connect(url, connect_timeout=PATIENCE_SECONDS).close()
        except psycopg.Error as error:
            said = " ".join(str(error).split())
            raise EnvironmentFault(
                f"The database {name}, beside the ledger's, cannot be opened: {said}",
                f"Make it as an owner of that server: CREATE DATABASE {name}; and give this user rights to it.",
            ) from error
