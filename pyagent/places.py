"""Where large bodies lie: a folder, or a bucket on S3; pure."""

import re
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import ConfigurationError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""S3's own rule for the names of general purpose buckets."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and the prefix of our keys in it: without slashes around it, empty for none."""

    name: str
    prefix: str

    def key(self, *parts: str) -> str:
        """The key of what lies at `parts` below the prefix."""
        return "/".join(part for part in (self.prefix, *parts) if part)

    def __str__(self) -> str:
        """As in the configuration."""
        return f"s3://{self.name}/{self.prefix}".removesuffix("/")


def place(setting: str | None, state: Path) -> Path | Bucket:
    """What `[pyagent] blobs` names; the folder `blobs` in the state folder when it says nothing.

    ConfigurationError for an address of anything but a bucket.
    """
    if not setting:
        return state / "blobs"
    scheme = _SCHEME.match(setting)
    if scheme is None:
        return Path(setting)
    name, _, prefix = setting[scheme.end() :].partition("/")
    if scheme[0].lower() != "s3://" or not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"`[pyagent] blobs` is {setting!r}, which names neither a folder nor a bucket.",
            "Name a folder or `s3://bucket/prefix`; the endpoint comes from AWS_ENDPOINT_URL.",
        )
    return Bucket(name, "/".join(part for part in prefix.split("/") if part))
