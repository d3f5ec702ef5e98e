"""`pyagent up` with services of a test's own: `python driver.py STATE SERVICES_JSON`."""

import json
import os
import sys
from pathlib import Path

from cli.supervisor import services
from cli.supervisor.record import Row
from cli.supervisor.services import Service
from cli.supervisor.upkeep import Plan, keep
from pyagent.errors import PyagentError

ROOT = Path(__file__).parents[3]


def service(row: dict[str, object]) -> Service:
    kind, *values = row["ready"]
    return Service(row["name"], (sys.executable, "-c", row["code"]), getattr(services, kind)(*values))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - read by the tests


def show(rows: tuple[Row, ...]) -> None:
    print(json.dumps([row.model_dump() for row in rows]), flush=True)  # noqa: T201 - read by the tests


def main(state: str, listed: str) -> None:
    made = tuple(map(service, json.loads(listed)))
    try:
        keep(Path(state), lambda: Plan(made, dict(os.environ), ROOT), tell=say, up=show)
    except PyagentError as error:
        say(f"{error.what} {error.remedy}")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
