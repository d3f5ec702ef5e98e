"""Source releases from a package index on this machine: checked, cached, imported as one commit."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pyagent.errors import PyagentError, TargetError, UpstreamDeferred
from repos import sdists
from repos.sdists import index_of, release
from repos.stores.git import git
from repos.targets import Ready, parse, ready
from tests.repos.git.test_archives import tar

BODY = tar(
    ("demo-1.1/demo.py", b"x = 1\n"), ("demo-1.1/setup.py", b"raise SystemExit('was run')\n"), ("demo-1.1/l", "2/etc")
)


class Index(BaseHTTPRequestHandler):
    """PEP 691 on loopback. `asked` counts requests, `promised` overrides a SHA-256, None leaves it out."""

    asked: list[str]
    promised: dict[str, str | None]
    broken: bool

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.broken:
            self.send_error(503)
        elif self.path == "/simple/demo/":
            self._answer(json.dumps(self._page()).encode(), "application/vnd.pypi.simple.v1+json")
        elif self.path.startswith("/files/"):
            self._answer(BODY, "application/octet-stream")
        else:
            self.send_error(404)

    def _page(self) -> dict[str, object]:
        names = [f"demo-{v}.tar.gz" for v in ("0.9", "1.0", "1.1", "1.2", "2.0rc1", "3.0")] + [
            "demo-1.5-py3-none-any.whl"
        ]
        names += ["demo-1.1.zip", "demo-nonsense.exe"]
        files = []
        for name in names:
            sha256 = self.promised.get(name, hashlib.sha256(BODY).hexdigest())
            files.append({"filename": name, "url": f"/files/{name}", "hashes": {"sha256": sha256} if sha256 else {}})
        return {"meta": {"api-version": "1.0"}, "name": "demo", "files": files}

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[Index]]]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    handler = type("OneIndex", (Index,), {"asked": [], "promised": {}, "broken": False})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple", handler
        server.shutdown()


@pytest.fixture
def url(served: tuple[str, type[Index]]) -> str:
    return served[0]


def bring(written: str, state: Path, index: str | None = None, *, offline: bool = False) -> Ready:
    return ready(parse(written, cwd=state), state=state, index=index, offline=offline)


def test_a_release_becomes_one_reproducible_commit(url: str, tmp_path: Path) -> None:
    first, second = (bring("sdist:demo==1.1", tmp_path / name, url) for name in ("one", "two"))
    assert first.tip == second.tip
    message = git(first.store.path, "log", "-1", "--format=%B|%ct|%P", first.tip).text
    assert f"Pyagent-Sha256: {hashlib.sha256(BODY).hexdigest()}" in message
    assert message.startswith("Import demo 1.1")
    assert message.endswith("|1700000000|")
    names = git(first.store.path, "ls-tree", "-r", "--name-only", first.tip).text
    assert names.split() == ["demo.py", "setup.py"]


def test_the_hash_and_what_was_left_out_are_notes(url: str, state: Path) -> None:
    notes = bring("sdist:Demo==1.1.0", state, url).notes
    assert "SHA-256" in notes[0]
    assert notes[1] == "demo 1.1: left out demo-1.1/l: not a regular file."


def test_a_release_works_offline_once_brought(served: tuple[str, type[Index]], state: Path) -> None:
    url, handler = served
    first = bring("sdist:demo==1.1", state, url)
    handler.asked.clear()
    assert bring("sdist:demo==1.1", state, url, offline=True).tip == first.tip
    assert release("demo", "1.1", cache=state / "sdists", offline=True).record.attested
    assert handler.asked == []


def test_offline_and_never_brought_says_so(state: Path) -> None:
    with pytest.raises(UpstreamDeferred, match="Run once without --offline"):
        bring("sdist:demo==1.1", state, offline=True)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("sdist:demo==1.3", r"no version 1\.3 .*near it: 1\.0, 1\.1, 1\.2, 2\.0rc1, 3\.0"),
        ("sdist:demo==0.1", r"near it: 0\.9, 1\.0, 1\.1, 1\.2, 2\.0rc1"),
        ("sdist:demo==1.5", "has no source release"),
        ("sdist:nobody-made-this==1", "no project nobody-made-this"),
        ("sdist:demo==one", "not a version"),
    ],
)
def test_unknown_releases_offer_the_near_ones(url: str, state: Path, written: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        bring(written, state, url)


def test_another_branch_of_a_release_is_refused(url: str, state: Path) -> None:
    with pytest.raises(TargetError, match="only main"):
        ready(parse("sdist:demo==1.1", cwd=state), state=state, branch="dev", index=url)


def test_bytes_the_index_did_not_promise_are_refused(served: tuple[str, type[Index]], state: Path) -> None:
    url, handler = served
    handler.promised["demo-1.1.tar.gz"] = "0" * 64
    with pytest.raises(TargetError, match="the index promised 0000"):
        bring("sdist:demo==1.1", state, url)
    assert not (state / "sdists").exists()


def test_an_index_without_hashes_is_a_note(served: tuple[str, type[Index]], state: Path) -> None:
    url, handler = served
    handler.promised["demo-1.1.tar.gz"] = None
    assert "gave no SHA-256" in bring("sdist:demo==1.1", state, url).notes[1]


def test_an_index_that_is_away_is_deferred_without_its_password(served: tuple[str, type[Index]], state: Path) -> None:
    url, handler = served
    handler.broken = True
    for away in (url, "http://me:secret@127.0.0.1:1/simple", "not a url"):
        with pytest.raises(UpstreamDeferred) as caught:
            bring("sdist:demo==1.1", state, away)
        assert "secret" not in str(caught.value)


def test_a_huge_archive_is_stopped(url: str, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdists, "MOST_ARCHIVE_BYTES", 10)
    with pytest.raises(TargetError, match="is larger than"):
        bring("sdist:demo==1.1", state, url)


def test_a_cached_archive_is_checked_again(url: str, tmp_path: Path) -> None:
    found = release("demo", "1.1", cache=tmp_path, index=url)
    found.archive.write_bytes(b"other")
    with pytest.raises(TargetError, match="no longer has its SHA-256"):
        release("demo", "1.1", cache=tmp_path, offline=True).read()


def test_a_damaged_record_of_the_cache_says_so(url: str, tmp_path: Path) -> None:
    release("demo", "1.1", cache=tmp_path, index=url)
    for damage in ("{", "[]", '{"sha256": "../x", "filename": "x.zip", "attested": true}'):
        (tmp_path / "demo-1.1.json").write_text(damage)
        with pytest.raises(PyagentError, match="Delete"):
            release("demo", "1.1", cache=tmp_path, offline=True)


@pytest.mark.parametrize(
    ("environ", "index"),
    [
        ({}, None),
        ({"PIP_INDEX_URL": "https://a/simple"}, "https://a/simple"),
        ({"PIP_INDEX_URL": "https://a", "UV_INDEX_URL": "https://b?x=1"}, "https://b?x=1"),
        ({"UV_DEFAULT_INDEX": "mine=https://c/simple", "UV_INDEX_URL": "https://b"}, "https://c/simple"),
        ({"UV_DEFAULT_INDEX": " "}, None),
    ],
)
def test_the_environment_names_the_index(environ: dict[str, str], index: str | None) -> None:
    assert index_of(environ) == index
