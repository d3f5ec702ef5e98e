"""A private PostgreSQL server for tests: own data folder, UNIX socket only, never uid 0."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_NUMBERS = count(1)
# Durability is the server's own promise; what we test is our use of it, so its disk syncs are off.
_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50", "-c", "shared_buffers=16MB")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. Its `folder` holds the socket; anybody who can enter the folder is trusted."""

    folder: Path
    user: str

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one database."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of an empty database of its own."""
        name = f"ledger{next(_NUMBERS)}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            psycopg.connect(self._conninfo("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self, database: str) -> str:
        return f"host={self.folder} user={self.user} dbname={database}"


@contextmanager
def postgres_server(*extra: str) -> Generator[PostgresServer]:
    """A server for the block's duration, with `extra` command-line settings."""
    binaries = _binaries()
    account = _account()
    with tempfile.TemporaryDirectory(prefix="pyagent-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.chown(folder, account.pw_uid, account.pw_gid)
        data = str(folder / "data")
        drop = _dropping(account)
        initdb = [str(binaries / "initdb"), "-D", data, "-U", account.pw_name, "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run([*drop, *initdb], check=True, cwd=folder, capture_output=True)
        socket = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}")
        command = [*drop, str(binaries / "postgres"), "-D", data, *socket, *_FAST, *extra]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield _ready(PostgresServer(folder, account.pw_name), process)
        finally:
            process.terminate()
            _reap(process)


def _ready(server: PostgresServer, process: "subprocess.Popen[bytes]") -> PostgresServer:
    deadline = time.monotonic() + 60
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError((server.folder / "log").read_text())
        time.sleep(0.05)
    return server


def _reap(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not versions and on_path is None:
        raise AssertionError("The PostgreSQL server is not installed; `make` installs it (Debian: postgresql).")
    return (versions[-1] if versions else Path(str(on_path))).parent


def _account() -> pwd.struct_passwd:
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _dropping(account: pwd.struct_passwd) -> list[str]:
    # The server ends with the tests even when they are killed.
    tied = ["setpriv", "--pdeathsig", "TERM"]
    if os.getuid() != 0:
        return tied
    return [*tied, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
