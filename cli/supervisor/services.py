"""Which programs one `up` runs, in which order, and how each shows that it is ready; pure."""

import sys
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
"""Neither web page asks who comes: nothing is offered beyond this machine."""

LOCATION = "pyagent"
SERVER = "prefect-server"
POOL = "cpu-agents"
"""The work pool `pipelines.install` makes for work without a GPU."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Ready when GET `url` answers 200 and the process listening on `port` is the service's own."""

    url: str
    port: int


@dataclass(frozen=True, slots=True)
class Accepts:
    """Ready when the service's own process listens on `port`."""

    port: int


@dataclass(frozen=True, slots=True)
class Lives:
    """Ready when it ran for `seconds`: it offers nothing that could be asked."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ends:
    """Ready when it ended with exit code 0; it is not started again."""


Readiness = Answers | Accepts | Lives | Ends


@dataclass(frozen=True, slots=True)
class Service:
    """One program of an `up`."""

    name: str
    command: tuple[str, ...]
    ready: Readiness
    url: str = ""
    """What a person opens in a browser; empty where there is nothing to see."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the three servers listen on HOST."""

    prefect: int
    dagster: int
    code: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for."""

    prefect: bool = True
    dagster: bool = True
    pages: bool = True
    """Web pages for people; False: --headless."""
    workers: int = 1
    machine: str = "localhost"
    """First part of the workers' names."""


def services(wanted: Wanted, ports: Ports, workspace: Path) -> tuple[Service, ...]:
    """The services in the order they start; each waits until the one before it is ready."""
    prefect = _prefect(wanted, ports.prefect) if wanted.prefect else ()
    return prefect + (_dagster(wanted, ports, workspace) if wanted.dagster else ())


def prefect_api(port: int) -> str:
    """Base address of our Prefect server's API."""
    return f"http://{HOST}:{port}/api"


def _prefect(wanted: Wanted, port: int) -> tuple[Service, ...]:
    server = Service(
        SERVER,
        _python("prefect", "server", "start", "--host", HOST, "--port", str(port)),
        Answers(f"{prefect_api(port)}/health", port),
        f"http://{HOST}:{port}" if wanted.pages else "",
    )
    # It makes pools, limits and deployments and reads them back: a server whose health check passes may still
    # refuse those, as some FastAPI releases were measured to do.
    install = Service("prefect-install", _python("pipelines.install"), Ends())
    workers = (_worker(f"{wanted.machine}-{number}", number) for number in range(1, wanted.workers + 1))
    return (server, install, *workers, Service("dispatcher", _python("pipelines.dispatch"), Lives(2.0)))


def _worker(name: str, number: int) -> Service:
    # Never --limit: with it a worker was seen to die when a suspended run resumed. The pool's own limit holds.
    command = _python("prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name)
    return Service(f"prefect-worker-{number}", command, Lives(2.0))


def _dagster(wanted: Wanted, ports: Ports, workspace: Path) -> tuple[Service, ...]:
    served = ("-h", HOST, "-p", str(ports.code), "-m", "assets.definitions", "--location-name", LOCATION)
    # The entry point of this interpreter, since the runs it starts must import the same packages.
    code = _python("dagster", "code-server", "start", *served, "--use-python-environment-entry-point")
    page = f"http://{HOST}:{ports.dagster}"
    shown = _python("dagster_webserver", "-h", HOST, "-p", str(ports.dagster), "-w", str(workspace))
    pages = (Service("dagster-webserver", shown, Answers(f"{page}/server_info", ports.dagster), page),)
    daemon = _python("dagster._daemon", "run", "-w", str(workspace))
    return (
        Service("dagster-code", code, Accepts(ports.code)),
        *(pages if wanted.pages else ()),
        Service("dagster-daemon", daemon, Lives(2.0)),
    )


def _python(*words: str) -> tuple[str, ...]:
    """`python -m ...` of this interpreter: the folder it starts in comes first, so the rooms are this checkout's."""
    return (sys.executable, "-m", *words)
