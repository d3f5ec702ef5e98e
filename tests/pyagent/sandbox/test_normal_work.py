"""What test suites of real projects do must work inside."""

import sys
from pathlib import Path

import pytest

from pyagent.ports import Job, Runner

PYTHON = str(Path(sys.executable).resolve())

WORK = {
    "threads": """
import threading
done = []
threads = [threading.Thread(target=done.append, args=(n,)) for n in range(32)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(done) == list(range(32)))
""",
    "multiprocessing": """
import multiprocessing
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(abs, [-1, -2]) == [1, 2])
""",
    "shared_memory": """
from multiprocessing import shared_memory
held = shared_memory.SharedMemory(create=True, size=1 << 20)
held.buf[0] = 7; print(held.buf[0] == 7); held.close(); held.unlink()
""",
    "localhost": """
import socket
with socket.create_server(("localhost", 0)) as server, socket.create_connection(server.getsockname()) as client:
    client.sendall(b"x"); print(server.accept()[0].recv(1) == b"x")
""",
    "unix_socket": """
import socket
server = socket.socket(socket.AF_UNIX); server.bind("here.sock"); server.listen()
client = socket.socket(socket.AF_UNIX); client.connect("here.sock"); print(True)
""",
    "sqlite": """
import sqlite3
db = sqlite3.connect("x.db"); db.execute("pragma journal_mode=wal"); db.execute("create table t (a)")
db.execute("insert into t values (1)"); db.commit(); print(db.execute("select a from t").fetchall() == [(1,)])
""",
    "asyncio": """
import asyncio, sys
async def main():
    made = await asyncio.create_subprocess_exec("echo", "x", stdout=-1)
    return (await made.communicate())[0] == b"x\\n"
print(asyncio.run(main()))
""",
    "subprocess": """
import subprocess, sys
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True).stdout == b"42\\n")
""",
    "users": """
import getpass, os, pwd, socket, tempfile
from pathlib import Path
Path.home().joinpath("x").write_text("x")
print(getpass.getuser() == pwd.getpwuid(os.getuid()).pw_name == "sandbox" and socket.gethostname() == "sandbox")
""",
    "terminal": """
import os, pty
leader, follower = pty.openpty(); os.write(leader, b"x\\n"); print(os.read(follower, 2) == b"x\\n")
""",
}


@pytest.mark.parametrize("name", WORK)
def test_normal_work_is_not_hindered(runner: Runner, name: str) -> None:
    done = runner.run(Job((PYTHON, "-I", "work.py"), overlay={"work.py": WORK[name].encode()}))
    assert (done.stdout, done.code) == (b"True\n", 0), done.stderr.decode()
