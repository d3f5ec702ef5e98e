"""Asks a starting service whether it is ready."""

import json
import os
import time
import urllib.error
import urllib.request
from http import HTTPStatus

from cli.supervisor.child import Child
from cli.supervisor.ports import holder, is_free
from cli.supervisor.services import POOL, Accepts, Answers, Ends, Lives, Readiness, prefect_api

PATIENCE_SECONDS = 2.0
"""For one answer; the supervisor does nothing else while it waits."""

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Straight to our own machine, whatever proxy the environment names."""


def is_ready(ready: Readiness, child: Child) -> bool:
    """Whether the running child shows what its service promised."""
    match ready:
        case Answers(url, port):
            return _answers(url) and _is_its_own(child, port)
        case Accepts(port):
            return not is_free(port) and _is_its_own(child, port)
        case Lives(seconds):
            return time.monotonic() - child.started >= seconds
        case Ends():
            return False  # its end says it


def workers_online(port: int) -> list[str]:
    """Workers of our pool that Prefect's server at this port heard of lately; OSError when it is away."""
    asked = urllib.request.Request(  # noqa: S310 - the address is our own record's
        f"{prefect_api(port)}/work_pools/{POOL}/workers/filter", b"{}", {"content-type": "application/json"}
    )
    with _OPENER.open(asked, timeout=PATIENCE_SECONDS) as answer:
        return sorted(each["name"] for each in json.load(answer) if each["status"] == "ONLINE")


def _answers(url: str) -> bool:
    try:
        with _OPENER.open(url, timeout=PATIENCE_SECONDS) as answer:
            return answer.status == HTTPStatus.OK
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _is_its_own(child: Child, port: int) -> bool:
    """Another project's server may have taken the port between our look and the child's start."""
    found = holder(port)
    try:
        return found is not None and os.getpgid(found.pid) == child.pid
    except ProcessLookupError:
        return False
