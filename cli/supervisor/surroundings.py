"""The environment every service of one `up` runs in; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.supervisor.databases import Databases
from cli.supervisor.services import HOST, prefect_api
from pyagent.quiet import hush

MARK = "PYAGENT_UP"
"""Names the `up` a process descends from; inherited by everything below it, new sessions included."""

PREFECT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # The default keeps leases in memory: a server that restarted was measured to lose a limit's slots for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",  # the default: events only
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # no second server behind our back
    # Candidates wait for their turn by design. Marked late after the default of 15 s, 200 of them kept SQLite locked:
    # 12 ended in 6 minutes.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "3600",
    # Seconds. A candidate often takes two; with the default of ten its slot stood empty most of the time.
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    # What the server answers while its database is away; five tries take a minute. Without it the flow ends at once.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the services must agree on with the `up` that starts them."""

    state: Path
    configuration: Path | None
    level: str
    """The sandbox's level in force, as in settings."""
    prefect_port: int
    pages: bool
    databases: Databases | None = None


def environment(around: Surroundings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The operator's environment with ours laid over it; no secret is added that was not there or configured."""
    found = dict(inherited)
    hush(found)
    found |= {
        **PREFECT,
        "DO_NOT_TRACK": "1",
        "PYAGENT__PYAGENT__STATE": str(around.state),
        "PYAGENT__SANDBOX__LEVEL": around.level,
        "PREFECT_API_URL": prefect_api(around.prefect_port),
        "PREFECT_HOME": str(around.state / "prefect"),
        "PYAGENT_PREFECT_UI": f"http://{HOST}:{around.prefect_port}",  # Dagster's pages link to its runs
        "PREFECT_SERVER_UI_ENABLED": str(around.pages).lower(),
        "DAGSTER_HOME": str(around.state / "dagster"),
        "PYTHONUNBUFFERED": "1",  # a log that ends before the fault helps nobody
    }
    if around.configuration is not None:
        found["PYAGENT_CONFIG"] = str(around.configuration)
    if around.databases is not None:
        found |= around.databases.variables
    return found
