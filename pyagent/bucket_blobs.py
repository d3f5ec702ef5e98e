"""Large bodies by content hash, in a bucket on S3: the folder's ids, layout and promises.

Credentials, region and endpoint come by boto3's own chain (AWS_* variables, its files, the machine's role).
"""

import base64
import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pyagent.blobs import checked, require_id
from pyagent.errors import ConfigurationError, LedgerError
from pyagent.ids import digest
from pyagent.places import Bucket

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 30, 4
"""A server that takes no connection is given up after 20 s, one that takes it and is silent after two minutes."""
MISSING, AWAY = "NoSuchKey", "Run again once it answers: nothing recorded is lost."
REMEDIES = {
    "NoSuchBucket": "Make the bucket, or correct `[pyagent] blobs`.",
    "AccessDenied": "Allow s3:GetObject and s3:PutObject below that prefix, and s3:ListBucket: without it S3 refuses "
    "to say that a body is missing.",
    "InvalidAccessKeyId": "Correct AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Correct AWS_SECRET_ACCESS_KEY.",
    "ExpiredToken": "Renew the AWS credentials.",
}
"""By S3's code of an answer that says no."""


@dataclass(frozen=True, slots=True)
class BucketBlobs:
    """The Blobs port over S3: one object a body, `prefix/ab/abcdef...`; S3 shows an object whole or not at all."""

    bucket: Bucket
    client: Callable[[], Any]
    """boto3's client for S3, made on first use: its import costs more than most commands."""

    def put(self, body: bytes) -> str:
        """Store `body`, durable once S3 has said yes; its id. A damaged copy is replaced."""
        blob = digest("blob", body)
        where = {"Bucket": self.bucket.name, "Key": self._key(blob)}
        sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
        with _explained(f"The body {blob} cannot be stored in {self.bucket}"):
            client = self.client()
            # Written again only where it must be: a bucket with versions keeps each writing.
            if _stored_sum(client, where) != sha256:
                client.put_object(**where, Body=body, ChecksumAlgorithm="SHA256", ChecksumSHA256=sha256)
        return blob

    def get(self, blob: str) -> bytes:
        """The body; LedgerError when it is missing or its bytes no longer match the id."""
        key = self._key(blob)
        with _explained(f"The body {blob} cannot be read from {self.bucket}"):
            try:
                body: bytes = self.client().get_object(Bucket=self.bucket.name, Key=key)["Body"].read()
            except _refusal() as error:
                if _code(error) != MISSING:
                    raise
                raise LedgerError(
                    f"The stored body {blob} is missing from {self.bucket}.",
                    "Restore it from the bucket's versions, or from a copy of the bucket that belongs to this ledger.",
                ) from error
        return checked(blob, body, f"s3://{self.bucket.name}/{key}")

    def _key(self, blob: str) -> str:
        require_id(blob)
        return self.bucket.key(blob[:2], blob)


def open_bucket(bucket: Bucket) -> BucketBlobs:
    """Blobs in `bucket`, asked for the first time when a body is; ConfigurationError where boto3 is not installed."""
    if find_spec("boto3") is None:
        raise ConfigurationError(
            f"`[pyagent] blobs` is {bucket}, and boto3 is not installed.", "Install `pyagent[s3]`."
        )
    return BucketBlobs(bucket, lru_cache(maxsize=1)(_client))


def _client() -> Any:
    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = import_module("botocore.config").Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries
    )
    session = import_module("boto3.session").Session()  # boto3's shared one may not be used by two threads
    try:
        return session.client("s3", config=config)
    except ValueError as error:
        raise LedgerError(f"S3 cannot be asked: {error}.", "Correct AWS_ENDPOINT_URL.") from error


def _stored_sum(client: Any, where: dict[str, str]) -> str | None:
    """The SHA-256 S3 keeps of an object; None where there is none, or no answer: writing tells why."""
    try:
        return client.head_object(**where, ChecksumMode="ENABLED").get("ChecksumSHA256")
    except _refusal():
        return None


def _refusal() -> type[Exception]:
    return import_module("botocore.exceptions").ClientError


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _explained(what: str) -> Generator[None]:
    kinds: Any = import_module("botocore.exceptions")
    try:
        yield
    except kinds.ClientError as error:
        raise LedgerError(f"{what}: {error}.", REMEDIES.get(_code(error), AWAY)) from error
    except (kinds.NoCredentialsError, kinds.PartialCredentialsError, kinds.ProfileNotFound) as error:
        remedy = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or whatever else boto3 reads them from."
        raise LedgerError(f"{what}: {error}.", remedy) from error
    except kinds.BotoCoreError as error:
        raise LedgerError(f"{what}: {error}.", AWAY) from error
