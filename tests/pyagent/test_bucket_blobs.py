"""Blobs on S3: what it refuses, and a server that is away, are told as they are."""

import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pyagent.blobs import FolderBlobs
from pyagent.bucket_blobs import REMEDIES, BucketBlobs, open_bucket
from pyagent.errors import ConfigurationError, LedgerError
from pyagent.places import Bucket
from tests.plugins.command import ROOT
from tests.plugins.s3 import S3Server

ID = "a" * 26


def both_say(blobs: BucketBlobs, pattern: str) -> None:
    with pytest.raises(LedgerError, match=rf"(?s)body \w{{26}} cannot be stored in {blobs.bucket}: .*{pattern}"):
        blobs.put(b"body")
    with pytest.raises(LedgerError, match=rf"(?s)body {ID} cannot be read from {blobs.bucket}: .*{pattern}"):
        blobs.get(ID)


def test_a_body_that_lies_there_is_not_written_again(s3: S3Server) -> None:
    s3.client.put_bucket_versioning(Bucket=s3.bucket, VersioningConfiguration={"Status": "Enabled"})
    blobs = open_bucket(Bucket(s3.bucket, ""))
    for _ in range(3):
        blobs.put(b"body")
    assert len(s3.client.list_object_versions(Bucket=s3.bucket)["Versions"]) == 1


def test_a_folder_copied_into_the_bucket_goes_on_there(s3: S3Server, tmp_path: Path) -> None:
    blob = FolderBlobs(tmp_path).put(b"body")
    s3.client.upload_file(str(tmp_path / blob[:2] / blob), s3.bucket, f"prefix/{blob[:2]}/{blob}")
    assert open_bucket(Bucket(s3.bucket, "prefix")).get(blob) == b"body"


def test_no_such_bucket(s3: S3Server) -> None:
    assert s3.port
    both_say(open_bucket(Bucket("nobodys", "")), r"does not exist.*Make the bucket, or correct `\[pyagent\] blobs`")


def test_no_credentials(s3: S3Server, aws: pytest.MonkeyPatch) -> None:
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    both_say(open_bucket(Bucket(s3.bucket, "")), "Unable to locate credentials.*Set AWS_ACCESS_KEY_ID")
    aws.setenv("AWS_PROFILE", "nobody")
    both_say(open_bucket(Bucket(s3.bucket, "")), "profile .nobody. could not be found.*Set AWS_ACCESS_KEY_ID")


def test_a_server_that_went_away_and_came_back(s3: S3Server) -> None:
    blobs = open_bucket(Bucket(s3.bucket, ""))
    blob = blobs.put(b"body")
    s3.stop()
    both_say(blobs, "Could not connect.*Run again once it answers: nothing recorded is lost")
    s3.start()
    assert blobs.get(blob) == b"body"


def test_a_server_that_is_silent_is_given_up(aws: pytest.MonkeyPatch) -> None:
    aws.setattr("pyagent.bucket_blobs.READ_SECONDS", 0.2)
    aws.setattr("pyagent.bucket_blobs.ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        aws.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        both_say(open_bucket(Bucket("bodies", "")), "Read timeout.*Run again once it answers")


def test_an_endpoint_that_is_none_is_named(aws: pytest.MonkeyPatch) -> None:
    aws.setenv("AWS_ENDPOINT_URL", "bodies.example")
    with pytest.raises(LedgerError, match=r"Invalid endpoint: bodies\.example.*Correct AWS_ENDPOINT_URL"):
        open_bucket(Bucket("bodies", "")).get(ID)


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_a_refusal_comes_with_what_to_do(aws: pytest.MonkeyPatch, code: str) -> None:
    with refusing(code) as endpoint:
        aws.setenv("AWS_ENDPOINT_URL", endpoint)
        both_say(open_bucket(Bucket("bodies", "")), f"{code}.*{REMEDIES[code].partition(' ')[0]} ")


def test_a_refusal_without_a_name_is_told_as_it_is(aws: pytest.MonkeyPatch) -> None:
    with refusing("Teapot") as endpoint:
        aws.setenv("AWS_ENDPOINT_URL", endpoint)
        both_say(open_bucket(Bucket("bodies", "")), "Teapot.*Run again")


class Refusal(BaseHTTPRequestHandler):
    """Answers everything with one of S3's codes."""

    def __init__(self, *given: Any, code: str) -> None:
        self.code = code
        super().__init__(*given)

    def refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b"" if self.command == "HEAD" else f"<Error><Code>{self.code}</Code></Error>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = refuse  # noqa: N815 - http.server's names

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@contextmanager
def refusing(code: str) -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Refusal, code=code)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyagent.bucket_blobs.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r"boto3 is not installed. Install `pyagent\[s3\]`"):
        open_bucket(Bucket("bodies", ""))


@pytest.mark.parametrize("first", ["cli.main", "stages.wiring"])
def test_no_command_pays_for_boto3_before_it_needs_it(first: str) -> None:
    code = f"import sys, {first}; print([name for name in sys.modules if name.startswith('boto')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
