"""A private PostgreSQL server for tests: own data folder, UNIX socket only, never uid 0."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

_NUMBERS = count(1)
# Durability is the server's own promise; what we test is our use of it, so its disk syncs are off.
_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50", "-c", "shared_buffers=16MB")


@dataclass(slots=True)
class PostgresServer:
    """A server under `folder`, which holds its data and its socket; who can enter the folder is trusted."""

    folder: Path
    account: pwd.struct_passwd
    settings: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one database."""
        return f"postgresql://{self.account.pw_name}@/{database}?host={self.folder}"

    def new_ledger(self) -> str:
        """The URL of an empty schema of its own: as apart as a database, and much cheaper."""
        name = f"ledger{next(_NUMBERS)}"
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    def start(self) -> None:
        """Run the server and wait until it answers."""
        where = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}")
        command = [*_dropping(self.account), _binary("postgres"), "-D", self._data, *where, *_FAST, *self.settings]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server, and its clients' connections with it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def initialise(self) -> None:
        """Make the data folder, owned by the account that will run the server."""
        os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        options = ["-U", self.account.pw_name, "-A", "trust", "--no-sync", "-E", "UTF8"]
        command = [*_dropping(self.account), _binary("initdb"), "-D", self._data, *options]
        subprocess.run(command, check=True, cwd=self.folder, capture_output=True)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self) -> str:
        return f"host={self.folder} user={self.account.pw_name} dbname=postgres"


@contextmanager
def postgres_server(*settings: str) -> Generator[PostgresServer]:
    """A running server for the block's duration, with further command-line `settings`."""
    _binary("postgres")
    with tempfile.TemporaryDirectory(prefix="pyagent-pg-") as name:
        server = PostgresServer(Path(name), _account(), settings)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _binary(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    on_path = str(found[-1]) if found else shutil.which(name)
    if on_path is None:
        pytest.fail("The PostgreSQL server is not installed; `make` installs it.", pytrace=False)
    return on_path


def _account() -> pwd.struct_passwd:
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _dropping(account: pwd.struct_passwd) -> list[str]:
    # The server ends with the tests even when they are killed.
    tied = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() != 0:
        return tied
    return [*tied, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
