"""Source archives: only plain files, within limits, from any of the usual forms."""

import io
import tarfile
import zipfile

import pytest

from pyagent.errors import TargetError
from repos.stores import archives
from repos.stores.archives import unpack


def tar(*members: tuple[str, bytes | str], mode: str = "w:gz") -> bytes:
    """Members are (name, body); a text body is a tar type letter and a link target."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, body in members:
            info = tarfile.TarInfo(name)
            info.mtime = 1_700_000_000
            if isinstance(body, str):
                info.type, info.linkname = body[:1].encode(), body[1:]
                archive.addfile(info)
            else:
                info.size, info.mode = len(body), 0o755 if name.endswith(".sh") else 0o644
                archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "suffix"), [("w:gz", ".tar.gz"), ("w:bz2", ".tar.bz2"), ("w:xz", ".tar.xz"), ("w", ".tar")]
)
def test_every_usual_tar_is_read(mode: str, suffix: str) -> None:
    got = unpack(f"p-1{suffix}", tar(("p-1/b.sh", b"#!"), ("p-1/a.py", b"x = 1"), mode=mode))
    assert [(f.path, f.body, f.executable) for f in got.files] == [("a.py", b"x = 1", False), ("b.sh", b"#!", True)]
    assert (got.newest, got.left_out) == (1_700_000_000, ())


def test_a_zip_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        script = zipfile.ZipInfo("p-1/run.sh", (2020, 1, 1, 0, 0, 0))
        script.external_attr = 0o100755 << 16
        archive.writestr(script, "#!")
        link = zipfile.ZipInfo("p-1/link", (1980, 0, 0, 0, 0, 0))
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.mkdir("p-1/empty")
    got = unpack("p-1.zip", buffer.getvalue())
    assert [(f.path, f.executable) for f in got.files] == [("run.sh", True)]
    assert got.newest == 1_577_836_800
    assert got.left_out == ("p-1/link: not a regular file",)


def test_links_and_devices_are_left_out_and_named() -> None:
    got = unpack(
        "p.tar.gz",
        tar(("p/a.py", b""), ("p/sym", "2/etc/passwd"), ("p/hard", "1p/a.py"), ("p/dev", "3"), ("p/fifo", "6")),
    )
    assert [f.path for f in got.files] == ["a.py"]
    assert len(got.left_out) == 4


@pytest.mark.parametrize("name", ["/etc/x", "../x", "p/../../x", "p/.git/config", "p/.GIT/hooks/x", "p/a\\b"])
def test_unsafe_names_are_left_out(name: str) -> None:
    got = unpack("p.tar.gz", tar((name, b"x"), ("p/good.py", b"")))
    assert [f.path for f in got.files] == ["good.py"]
    assert len(got.left_out) == 1


def test_files_without_a_shared_folder_stay_where_they_are() -> None:
    assert [f.path for f in unpack("p.tar.gz", tar(("a/x", b""), ("b/x", b""))).files] == ["a/x", "b/x"]
    assert [f.path for f in unpack("p.tar.gz", tar(("./x", b""), ("a/x", b""))).files] == ["a/x", "x"]


@pytest.mark.parametrize("name", ["p.tar.gz", "p.zip", "p.tar.bz2", "p.tar.xz", "p.tar"])
def test_damaged_archives_say_so(name: str) -> None:
    with pytest.raises(TargetError, match="is damaged"):
        unpack(name, b"\x1f\x8bnot an archive at all" * 40)


def test_a_cut_archive_says_so() -> None:
    whole = tar(("p/a.py", bytes(range(256)) * 400))
    with pytest.raises(TargetError, match="is damaged"):
        unpack("p.tar.gz", whole[: len(whole) // 2])


def test_an_archive_with_wrong_bytes_inside_says_so() -> None:
    whole = bytearray(tar(("p/a.py", bytes(range(256)) * 400)))
    whole[60:70] = b"\xff" * 10
    with pytest.raises(TargetError, match="is damaged"):
        unpack("p.tar.gz", bytes(whole))


def test_an_archive_from_the_end_of_time_says_so() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("p/x")
        info.pax_headers = {"mtime": "inf"}
        archive.addfile(info)
    with pytest.raises(TargetError, match="is damaged"):
        unpack("p.tar.gz", buffer.getvalue())


def bomb_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p/zeros", bytes(1 << 20))
    return buffer.getvalue()


def bomb_headers() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("p/x")
        info.pax_headers = {"comment": "z" * (1 << 20)}
        archive.addfile(info)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [("p.tar.gz", tar(("p/zeros", bytes(1 << 20)))), ("p.zip", bomb_zip()), ("p.tar.gz", bomb_headers())],
)
def test_archives_that_grow_are_stopped(name: str, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(body) < 5000
    monkeypatch.setattr(archives, "MOST_BYTES", 500_000)
    with pytest.raises(TargetError, match="unpacks to more than"):
        unpack(name, body)


def test_too_many_files_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(TargetError, match="or 3 files"):
        unpack("p.tar.gz", tar(*((f"p/{n}", b"") for n in range(5))))
