"""Requests to servers of an `up`, one of which may just have been killed."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

PATIENCE_SECONDS = 300.0


def posted(url: str, body: dict[str, Any]) -> Any:
    """The JSON answer to a POST; asked again while nobody listens, HTTPError when the server refuses."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})  # noqa: S310
    return _answered(request)


def got(url: str) -> Any:
    """The JSON answer to a GET, as patiently."""
    return _answered(urllib.request.Request(url))  # noqa: S310 - our own loopback


def _answered(request: urllib.request.Request) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own loopback
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # 5xx: it answers, but what it rests on was killed.
            if error.code < 500 or time.monotonic() > deadline:  # noqa: PLR2004 - RFC 9110
                raise
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(1.0)
