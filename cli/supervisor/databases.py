"""Where the orchestrators keep their own tables when the ledger lives on PostgreSQL; pure."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

DAGSTER_VARIABLE = "PYAGENT_DAGSTER_STORAGE"
"""dagster.yaml names this variable, so that no password lies in a file."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Two databases beside the ledger's on the same server; the operator makes them."""

    dagster: str
    prefect: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment that points both programs there."""
        return {DAGSTER_VARIABLE: self.dagster, "PREFECT_API_DATABASE_CONNECTION_URL": self.prefect}


def beside(storage: str | None) -> Databases | None:
    """The databases `dagster` and `prefect` of the server `storage` names; None when the ledger is SQLite."""
    if storage is None or not storage.startswith("postgresql"):
        return None
    parts = urlsplit(storage)
    # Dagster's storage ships with psycopg2 only, Prefect's with asyncpg, which calls libpq's sslmode `ssl`.
    query = urlencode([("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)])
    return Databases(
        dagster=urlunsplit(parts._replace(scheme="postgresql+psycopg2", path="/dagster")),
        prefect=urlunsplit(parts._replace(scheme="postgresql+asyncpg", path="/prefect", query=query)),
    )
