"""What both kinds of blobs promise: a body comes back as it was stored, or an error says why not."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyagent.blobs import FolderBlobs
from pyagent.bucket_blobs import open_bucket
from pyagent.errors import LedgerError
from pyagent.places import Bucket
from pyagent.ports import Blobs
from tests.plugins.s3 import S3Server


@dataclass(frozen=True)
class Kept:
    """Blobs of one kind, and a way around them to what they keep."""

    blobs: Blobs
    files: Callable[[], list[str]]
    spoil: Callable[[str, bytes], object]
    opened: str
    """An expression for the same blobs in another process."""


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "folder":
        return in_folder(tmp_path / "blobs")
    server = request.getfixturevalue("s3")
    assert isinstance(server, S3Server)
    return in_bucket(server)


def in_folder(root: Path) -> Kept:
    def files() -> list[str]:
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def spoil(key: str, body: bytes) -> object:
        return (root / key).write_bytes(body)

    opened = f"__import__('pyagent.blobs').blobs.FolderBlobs(__import__('pathlib').Path({str(root)!r}))"
    return Kept(FolderBlobs(root), files, spoil, opened)


def in_bucket(server: S3Server) -> Kept:
    def files() -> list[str]:
        return [key.removeprefix("team/pyagent/") for key in server.stored()]

    def spoil(key: str, body: bytes) -> object:
        return server.client.put_object(Bucket=server.bucket, Key=f"team/pyagent/{key}", Body=body)

    bucket = Bucket(server.bucket, "team/pyagent")
    opened = "__import__('pyagent.bucket_blobs').bucket_blobs.open_bucket("
    opened += f"__import__('pyagent.places').places.Bucket({bucket.name!r}, {bucket.prefix!r}))"
    return Kept(open_bucket(bucket), files, spoil, opened)


@pytest.mark.parametrize("body", [b"", b"body", bytes(range(256)) * 5000], ids=["empty", "short", "megabyte"])
def test_a_body_comes_back(kept: Kept, body: bytes) -> None:
    assert kept.blobs.get(kept.blobs.put(body)) == body


def test_ids_and_layout_are_the_same_everywhere(kept: Kept, tmp_path: Path) -> None:
    blob = kept.blobs.put(b"body")
    assert blob == FolderBlobs(tmp_path / "elsewhere").put(b"body")
    assert kept.files() == [f"{blob[:2]}/{blob}"]


def test_storing_twice_keeps_one(kept: Kept) -> None:
    assert kept.blobs.put(b"body") == kept.blobs.put(b"body")
    assert len(kept.files()) == 1


def test_a_missing_body_is_named(kept: Kept) -> None:
    kept.blobs.put(b"another")
    with pytest.raises(LedgerError, match=r"body a{26} is missing from .*Restore "):
        kept.blobs.get("a" * 26)


def test_a_changed_body_is_refused_and_replaced_by_storing_it_again(kept: Kept) -> None:
    blob = kept.blobs.put(b"body")
    kept.spoil(f"{blob[:2]}/{blob}", b"bodY")
    with pytest.raises(LedgerError, match=r"does not match its name.*Restore it from a backup"):
        kept.blobs.get(blob)
    kept.blobs.put(b"body")
    assert kept.blobs.get(blob) == b"body"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 26, "a" * 27, "a" * 26 + "\n"])
def test_what_is_not_an_id_is_not_looked_for(kept: Kept, name: str) -> None:
    with pytest.raises(LedgerError, match="is not the id of a stored body"):
        kept.blobs.get(name)


def test_threads_store_and_read_side_by_side(kept: Kept) -> None:
    bodies = [str(number % 5).encode() for number in range(20)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda body: kept.blobs.get(kept.blobs.put(body)), bodies)) == bodies
    assert len(kept.files()) == 5


def test_another_process_reads_what_this_one_stored(kept: Kept) -> None:
    blobs = [kept.blobs.put(body) for body in (b"one", b"two")]
    code = f"import json, sys; print(json.dumps([{kept.opened}.get(blob).decode() for blob in sys.argv[1:]]))"
    done = subprocess.run([sys.executable, "-c", code, *blobs], capture_output=True, check=True)
    assert json.loads(done.stdout) == ["one", "two"]
