"""Hosts that are namespaces of this machine: each with its network, its processes and its name."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NET, CORE = "10.77.0", "10.77.0.1"
"""A network of this bench's own namespace: no other program on this machine reaches it."""
BRIDGE = "pyagent0"
INSIDE = "PYAGENT_BENCH_NET"
"""Holds the network namespace that `enter` made."""
_WAIT_FOR_NETWORK = 'hostname "$0"; read _; exec "$@"'


def enter() -> None:
    """Go on in network and mount namespaces of our own, as a new process; nothing when these are already ours."""
    if os.environ.get(INSIDE) != str(_network("self")):
        inside = f'{INSIDE}=$(stat -L -c %i /proc/self/ns/net) exec "$@"'
        os.execvp("unshare", ["unshare", "--net", "--mount", "--", "sh", "-c", inside, "sh", sys.executable, *sys.argv])  # noqa: S606
    ip("link", "set", "lo", "up")


def bridge() -> None:
    """What the hosts' cables end in, and our own place in their network."""
    ip("link", "add", BRIDGE, "type", "bridge")
    ip("address", "add", f"{CORE}/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")


@dataclass
class Host:
    """One program on a host of its own."""

    number: int
    process: "subprocess.Popen[bytes]"

    @property
    def cable(self) -> str:
        """Our end of its only way to the others."""
        return f"host{self.number}"

    def cut(self) -> None:
        """From now on nothing reaches it and it reaches nobody; its processes go on."""
        ip("link", "set", self.cable, "down")

    def join(self) -> None:
        """As before."""
        ip("link", "set", self.cable, "up")

    def end(self) -> None:
        """Every process on it ends with the first."""
        self.process.kill()
        self.process.wait()


def host(number: int, command: Sequence[str], environ: Mapping[str, str], log: Path) -> Host:
    """A host that runs a command once its network is there."""
    apart = ["unshare", "--net", "--uts", "--pid", "--mount", "--fork", "--mount-proc", "--kill-child"]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*apart, "--", "sh", "-c", _WAIT_FOR_NETWORK, f"host{number}", *command],
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
        )
    made = Host(number, process)
    while _network(process.pid) == _network("self"):
        time.sleep(0.05)
    ip("link", "add", made.cable, "type", "veth", "peer", "name", "eth0", "netns", str(process.pid))
    ip("link", "set", made.cable, "master", BRIDGE, "up")
    for words in (
        ("link", "set", "lo", "up"),
        ("address", "add", f"{NET}.{number + 1}/24", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
    ):
        subprocess.run(["nsenter", "--net", "--target", str(process.pid), "ip", *words], check=True)
    assert process.stdin is not None  # noqa: S101 - a pipe was asked for
    process.stdin.write(b"\n")
    process.stdin.flush()
    return made


def _network(pid: int | str) -> int:
    return Path(f"/proc/{pid}/ns/net").stat().st_ino


def ip(*words: str) -> None:
    """One `ip` command."""
    subprocess.run(["ip", *words], check=True)
