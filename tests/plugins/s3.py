"""An S3 server on loopback, moto's, and an environment in which boto3 finds nothing else."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any

import pytest

_NUMBERS = count(1)


@dataclass(slots=True)
class S3Server:
    """A server and the bucket of one test. What lies in buckets outlives a `stop`: moto keeps it in this process."""

    port: int = 0
    bucket: str = ""
    client: Any = None
    """boto3's own, as an operator would use it."""
    _server: Any = None

    @property
    def endpoint(self) -> str:
        """What AWS_ENDPOINT_URL says."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the same port as before; nothing when it does."""
        if self._server is not None:
            return
        # Imported here: every session of tests loads this plugin, few need a server.
        self._server = import_module("moto.server").ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self._server.start()
        self.port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.stop()
        self._server = None

    def stored(self, prefix: str = "") -> list[str]:
        """The key of every object, sorted."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Credentials of nobody, and no file or address where boto3 could find others."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    return monkeypatch


@pytest.fixture(scope="session")
def s3_server() -> Generator[S3Server]:
    """One for all tests of this process: its start costs more than they do."""
    server = S3Server()
    server.start()
    known = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
    server.client = import_module("boto3.session").Session(**known).client("s3", endpoint_url=server.endpoint)
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server: S3Server, aws: pytest.MonkeyPatch) -> S3Server:
    """The server with one empty bucket, which boto3 finds by the environment."""
    s3_server.start()
    s3_server.bucket = f"bodies-{next(_NUMBERS)}"
    s3_server.client.create_bucket(Bucket=s3_server.bucket)
    aws.setenv("AWS_ENDPOINT_URL", s3_server.endpoint)
    return s3_server
