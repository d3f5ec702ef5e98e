"""Source releases by name and version: found on a package index, checked by SHA-256, cached. Nothing in them runs."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pypi_simple
import requests
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pyagent.errors import PyagentError, TargetError, UpstreamDeferred

MOST_ARCHIVE_BYTES = 256 << 20
"""Downloaded; the largest source release in wide use is about a tenth of it."""

_WAIT_SECONDS = (10.0, 60.0)  # to connect, and between two pieces
_NEAR = 5
_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar", ".zip")  # in order of preference
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Release:
    """A source release on disk. `attested`: the index gave the same SHA-256 as the bytes have."""

    name: str
    version: str
    filename: str
    sha256: str
    attested: bool
    archive: Path

    def read(self) -> bytes:
        """The archive's bytes, checked again. TargetError when they changed since the download."""
        body = self.archive.read_bytes()
        if hashlib.sha256(body).hexdigest() != self.sha256:
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
    record = cache / f"{name}-{wanted}.json"
    if record.is_file():
        fields = json.loads(record.read_text(encoding="utf-8"))
        return Release(name, str(wanted), **fields, archive=cache / _stored_as(fields["sha256"], fields["filename"]))
    if offline:
        raise UpstreamDeferred(f"{name}=={wanted} is not in {cache}.", "Run once without --offline.")
    return _download(name, wanted, cache, index)


def _version(name: str, text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise TargetError(f"`{text}` is not a version of {name}.", f"Write sdist:{name}==1.2.3.") from None


def _download(name: str, wanted: Version, cache: Path, index: str | None) -> Release:
    endpoint = index or pypi_simple.PYPI_SIMPLE_ENDPOINT
    try:
        with pypi_simple.PyPISimple(endpoint) as client:
            chosen = _choose(name, wanted, client.get_project_page(name, timeout=_WAIT_SECONDS[1]).packages)
            body = _body(client, chosen)
    except pypi_simple.NoSuchProjectError:
        raise TargetError(f"There is no project {name} on the package index.", "Check its spelling.") from None
    except (requests.RequestException, pypi_simple.UnsupportedContentTypeError, ValueError) as away:
        raise UpstreamDeferred(f"The package index at {_host(endpoint)} did not answer: {type(away).__name__}.",
                               "Run again later.") from None  # fmt: skip
    sha256 = hashlib.sha256(body).hexdigest()
    promised = chosen.digests.get("sha256")
    if promised not in {None, sha256}:
        raise TargetError(
            f"{chosen.filename} has SHA-256 {sha256}, the index promised {promised}.",
            "Do not use it; tell the index's operator, or run again if the download was cut.",
        )
    return _keep(Release(name, str(wanted), chosen.filename, sha256, promised is not None, cache), body)


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


def _keep(found: Release, body: bytes) -> Release:
    cache = found.archive
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / _stored_as(found.sha256, found.filename)
    _write_whole(archive, body)
    fields = {"filename": found.filename, "sha256": found.sha256, "attested": found.attested}
    _write_whole(cache / f"{found.name}-{found.version}.json", json.dumps(fields).encode())
    return Release(found.name, found.version, found.filename, found.sha256, found.attested, archive)


def _write_whole(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _stored_as(sha256: str, filename: str) -> str:
    suffix = next(suffix for suffix in _ARCHIVES if filename.endswith(suffix))
    if not _SHA256.fullmatch(sha256):
        raise PyagentError(f"`{sha256}` is not a SHA-256.", "Delete the cache of source releases, then run again.")
    return sha256 + suffix


def _host(endpoint: str) -> str:
    # Only the host: an index URL may carry a password.
    return urlsplit(endpoint).hostname or "the configured address"
