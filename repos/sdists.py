"""Source releases by name and version: found on a package index, checked by SHA-256, cached. Nothing in them runs."""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pypi_simple
import requests
from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

from pyagent.codec import decode, encode
from pyagent.errors import TargetError, UpstreamDeferred

MOST_ARCHIVE_BYTES = 256 << 20
"""Downloaded; the largest source release in wide use is about a tenth of it."""

_WAIT_SECONDS = (10.0, 60.0)  # to connect, and between two pieces
_NEAR = 5
_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar", ".zip")  # in order of preference
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Record:
    """What the cache knows of a release; `version` as published, `attested` when the index gave this SHA-256."""

    name: str
    version: str
    filename: str
    sha256: str
    attested: bool


@dataclass(frozen=True, slots=True)
class Release:
    """A source release on disk."""

    record: Record
    archive: Path

    def read(self) -> bytes:
        """The archive's bytes, checked again. TargetError when they changed since the download."""
        body = self.archive.read_bytes()
        if hashlib.sha256(body).hexdigest() != self.record.sha256:
            raise TargetError(f"{self.archive} no longer has its SHA-256.", "Delete the file, then run again.")
        return body


def index_of(environ: Mapping[str, str]) -> str | None:
    """The package index the operator's environment names, None for the usual one."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if value := environ.get(name, "").strip():
            before, named, url = value.partition("=")  # uv allows `name=url`
            return url if named and "/" not in before else value
    return None


def release(name: str, version: str, *, cache: Path, index: str | None = None, offline: bool = False) -> Release:
    """The source release `name==version`, from the cache, else from the index.

    Raises:
        TargetError: no such project, version or source release, or the bytes are not what the index says.
        UpstreamDeferred: the index did not answer, or `offline` and not cached.
    """
    name, wanted = canonicalize_name(name), _version(name, version)
    place = cache / f"{name}-{canonicalize_version(wanted)}.json"
    if place.is_file() and (cached := _cached(place)).archive.is_file():
        return cached
    if offline:
        raise UpstreamDeferred(f"{name}=={wanted} is not in {cache}.", "Run once without --offline.")
    record, body = _download(name, wanted, index or pypi_simple.PYPI_SIMPLE_ENDPOINT)
    cache.mkdir(parents=True, exist_ok=True)
    _write_whole(_archive(cache, record), body)
    _write_whole(place, encode(record))
    return Release(record, _archive(cache, record))


def _cached(place: Path) -> Release:
    try:
        record = decode(Record, place.read_bytes())
        return Release(record, _archive(place.parent, record))
    except ValueError as damaged:
        raise TargetError(f"{place} is damaged.", "Delete it, then run again.") from damaged


def _version(name: str, text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise TargetError(f"`{text}` is not a version of {name}.", f"Write sdist:{name}==1.2.3.") from None


def _download(name: str, wanted: Version, endpoint: str) -> tuple[Record, bytes]:
    try:
        with pypi_simple.PyPISimple(endpoint) as client:
            chosen = _choose(name, wanted, client.get_project_page(name, timeout=_WAIT_SECONDS[1]).packages)
            body = _body(client, chosen)
    except pypi_simple.NoSuchProjectError:
        raise TargetError(f"There is no project {name} on the package index.", "Check its spelling.") from None
    except (requests.RequestException, pypi_simple.UnsupportedContentTypeError, ValueError) as away:
        # Only the host and the kind of error: an index URL may carry a password.
        host = urlsplit(endpoint).hostname or "the configured address"
        what = f"The package index at {host} did not answer: {type(away).__name__}."
        raise UpstreamDeferred(what, "Run again later.") from None
    sha256 = hashlib.sha256(body).hexdigest()
    promised = chosen.digests.get("sha256")
    if promised not in {None, sha256}:
        raise TargetError(
            f"{chosen.filename} has SHA-256 {sha256}, the index promised {promised}.",
            "Do not use it; tell the index's operator, or run again if the download was cut.",
        )
    return Record(name, chosen.version or str(wanted), chosen.filename, sha256, promised is not None), body


def _choose(
    name: str, wanted: Version, packages: list[pypi_simple.DistributionPackage]
) -> pypi_simple.DistributionPackage:
    releases: dict[Version, list[pypi_simple.DistributionPackage]] = {}
    for package in packages:
        if (
            package.package_type == "sdist"
            and package.filename.endswith(_ARCHIVES)
            and (at := _parsed(package.version))
        ):
            releases.setdefault(at, []).append(package)
    if wanted in releases:
        return min(releases[wanted], key=lambda p: [p.filename.endswith(suffix) for suffix in _ARCHIVES].index(True))
    known = any(_parsed(package.version) == wanted for package in packages)
    near = ", ".join(map(str, _near(wanted, sorted(releases)))) or "none"
    what = f"{name} {wanted} has no source release" if known else f"{name} has no version {wanted}"
    raise TargetError(f"{what} on the package index.", f"Source releases near it: {near}.")


def _near(wanted: Version, ordered: list[Version]) -> list[Version]:
    place = sum(version < wanted for version in ordered)
    start = max(0, min(place - _NEAR // 2 - 1, len(ordered) - _NEAR))
    return ordered[start : start + _NEAR]


def _parsed(text: str | None) -> Version | None:
    try:
        return Version(text or "")
    except InvalidVersion:
        return None


def _body(client: pypi_simple.PyPISimple, package: pypi_simple.DistributionPackage) -> bytes:
    body = bytearray()
    with client.s.get(package.url, stream=True, timeout=_WAIT_SECONDS) as response:
        response.raise_for_status()
        for piece in response.iter_content(1 << 16):
            body += piece
            if len(body) > MOST_ARCHIVE_BYTES:
                raise TargetError(
                    f"{package.filename} is larger than {MOST_ARCHIVE_BYTES >> 20} MiB.",
                    "Take the project's git repository as target instead.",
                )
    return bytes(body)


def _write_whole(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _archive(cache: Path, record: Record) -> Path:
    suffix = next((suffix for suffix in _ARCHIVES if record.filename.endswith(suffix)), None)
    if suffix is None or not _SHA256.fullmatch(record.sha256):
        raise ValueError(record)
    return cache / (record.sha256 + suffix)
