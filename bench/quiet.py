"""`make quiet`: does anything that `pyagent up` runs call home?

    python bench/quiet.py [--seconds N]

Everything runs in a network of its own, whose only way out is a device that swallows what it is given and lets us
read it; names are looked up through it too. First a request of our own must be seen there, then, from the start of
`up` over a whole run of the loop and a while of rest, nothing may be.
"""

import argparse
import ctypes
import secrets
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Thread

from bench.killing.target import make
from bench.orchestra.hosts import enter, ip
from bench.orchestra.playing import END_SECONDS, START_SECONDS, orchestra
from bench.orchestra.waiting import eventually

DEVICE, PEER, ADDRESS, GATEWAY = "outside0", "nowhere", "192.0.2.1", "192.0.2.254"
"""The addresses are those that RFC 5737 keeps for documentation."""
NAMES, STRANGER = "192.0.2.53", ("198.51.100.7", 80)
SECONDS = 120.0
MS_BIND, IP_PROTOCOL, IP_DESTINATION = 4096, 9, slice(16, 20)
"""mount(2); places in an IPv4 header, RFC 791."""


def main() -> int:
    """Exit 0 when our own call was seen and nobody else made one."""
    given = _arguments()
    enter()
    base = Path(tempfile.mkdtemp(prefix="pyagent-quiet-"))
    base.chmod(0o755)  # the sandbox enters as another user
    seen = _outside(base)
    with suppress(OSError), socket.create_connection(STRANGER, timeout=1.0):
        pass
    with suppress(OSError):
        socket.getaddrinfo("a-name-that-has-to-be-asked-for.example", 80)
    asked = {destination for destination, _ in seen}
    print(f"control: our own calls were seen going to {sorted(asked)}", flush=True)
    if asked != {STRANGER[0], NAMES}:
        return 2
    seen.clear()
    with orchestra(make(base / secrets.token_hex(4), postgres="")) as playing:
        slug = playing.repository()
        playing.ask(slug)
        eventually(lambda: playing.ended(slug), START_SECONDS + END_SECONDS, f"the run on {slug} ends")
        time.sleep(given.seconds)
    print(f"`up`, a run of the loop and {given.seconds:.0f} s of rest: {seen.total()} packets to the outside")
    for (destination, protocol), count in seen.most_common():
        print(f"  {count} to {destination}, protocol {protocol}")
    return 1 if seen else 0


def _outside(base: Path) -> Counter[tuple[str, int]]:
    """The only way out, and what is seen on it from now on: destination and protocol of IPv4 packets."""
    ip("link", "add", DEVICE, "type", "veth", "peer", "name", PEER)
    for end in (DEVICE, PEER):
        ip("link", "set", end, "up")
    ip("address", "add", f"{ADDRESS}/32", "dev", DEVICE)
    ip("route", "add", GATEWAY, "dev", DEVICE)
    ip("neighbour", "add", GATEWAY, "lladdr", "02:00:00:00:00:01", "dev", DEVICE)
    ip("route", "add", "default", "via", GATEWAY)
    resolver = base / "resolv.conf"
    resolver.write_text(f"nameserver {NAMES}\noptions timeout:1 attempts:1\n", "utf-8")
    place = Path("/etc/resolv.conf").resolve()
    if ctypes.CDLL(None, use_errno=True).mount(bytes(resolver), bytes(place), None, MS_BIND, None):
        raise OSError(ctypes.get_errno(), f"{place} cannot be covered")
    ears = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    ears.bind((PEER, 0x0800))
    seen: Counter[tuple[str, int]] = Counter()

    def listen() -> None:
        while True:
            packet = ears.recv(65535)
            seen[(socket.inet_ntoa(packet[IP_DESTINATION]), packet[IP_PROTOCOL])] += 1

    Thread(target=listen, daemon=True).start()
    return seen


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of rest after the run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
