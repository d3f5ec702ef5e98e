"""Reading process trees from /proc."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from pyagent.sandbox.processes import can_see_children, kernel_bytes, kill_tree, proportional_bytes, tree_of, usage_of

HOLD = f"held = b'x' * {30 << 20}; import os; os.fork(); print(); input()"
GONE = 1 << 22
"""Above the largest process id."""


def test_a_tree_is_seen_counted_and_killed_whole() -> None:
    assert can_see_children()
    with subprocess.Popen(["sh", "-c", "sleep 600 & (sleep 600) & sleep 600"]) as top:
        while len(tree_of(top.pid)) < 4:
            pass
        assert len(usage_of(top.pid).pids) >= 4
        below = tree_of(top.pid)[1:]
        kill_tree(top.pid)
    assert top.returncode == -9
    while any(Path(f"/proc/{pid}/exe").exists() for pid in below):  # until all are gone; a zombie has none
        pass


def test_children_of_threads_are_seen() -> None:
    code = "import subprocess, threading; threading.Thread(target=lambda: subprocess.run(['sleep', '600'])).start()"
    with subprocess.Popen([sys.executable, "-c", code]) as top:
        while len(tree_of(top.pid)) < 2:
            assert top.poll() is None
        kill_tree(top.pid)


def test_shared_pages_are_divided_among_their_users() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as top:
        assert top.stdout
        top.stdout.readline()
        top.stdout.readline()
        usage = usage_of(top.pid)
        shared = proportional_bytes(usage.pids)
        kill_tree(top.pid)
    assert 30 << 20 < shared < usage.resident_bytes - (20 << 20)


def test_processes_that_are_gone_count_nothing() -> None:
    usage = usage_of(GONE)
    assert (usage.pids, usage.cpu_seconds, usage.resident_bytes) == ((GONE,), 0, 0)
    assert proportional_bytes((GONE,)) == 0
    kill_tree(GONE)


def test_our_own_time_is_counted() -> None:
    assert usage_of(os.getpid()).cpu_seconds >= os.times().user > 0


def test_sockets_of_our_own_network_are_nobodys() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert kernel_bytes(os.getpid(), ()) == 0
