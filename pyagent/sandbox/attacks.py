"""The cheap attacks of the self-test, run inside a sandbox that should withstand them all.

Started as `python -I -S -c <this text>` with the targets as JSON on stdin; prints the names of the
attacks that succeeded, as JSON. Each attack returns True for a breach; an OSError means it was refused.
"""

import ctypes
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Targets = dict[str, Any]
CLONE_NEWUSER = 0x10000000
PTRACE_ATTACH = 16
MEBIBYTE = 1 << 20


def connect_tcp(targets: Targets) -> bool:
    """Reach a listener on the host's loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", targets["port"])) == 0


def connect_abstract(targets: Targets) -> bool:
    """Reach an abstract UNIX socket of the host."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex("\0" + targets["abstract"]) == 0


def connect_path(targets: Targets) -> bool:
    """Reach a UNIX socket of the host by path."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(targets["socket"]) == 0


def write_host_file(targets: Targets) -> bool:
    """Write a host file by its path."""
    return Path(targets["writable"]).write_text("breached", encoding="ascii") > 0


def write_through_link(targets: Targets) -> bool:
    """Write a host file through a link of ours."""
    Path("link").symlink_to(targets["writable"])
    return Path("link").write_text("breached", encoding="ascii") > 0


def write_system(targets: Targets) -> bool:
    """Write into the system's folders."""
    return Path(targets["system"], "pyagent-breach").write_text("breached", encoding="ascii") > 0


def read_secret(targets: Targets) -> bool:
    """Read a host file that anybody on the host may read."""
    return bool(Path(targets["secret"]).read_text(encoding="ascii"))


def read_environment(targets: Targets) -> bool:
    """Find a variable of the parent's environment in that of any process."""
    names = {os.fsencode(name) for name in targets["environment"]}
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            found = {entry.partition(b"=")[0] for entry in process.read_bytes().split(b"\0")}
        except OSError:
            continue
        if found & names:
            return True
    return False


def kill_host_process(targets: Targets) -> bool:
    """Signal a host process of the sandbox's own uid."""
    os.kill(targets["victim"], 9)
    return True


def trace_host_process(targets: Targets) -> bool:
    """Attach a debugger to a host process of the sandbox's own uid."""
    return ctypes.CDLL(None).ptrace(PTRACE_ATTACH, targets["victim"], None, None) == 0


def write_kernel_setting(targets: Targets) -> bool:
    """Write the value a kernel setting already has."""
    path = Path(targets["setting"])
    return path.write_text(path.read_text(encoding="ascii"), encoding="ascii") > 0


def new_user_namespace(_: Targets) -> bool:
    """Become root in a user namespace of our own."""
    return ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0


def mount_something(_: Targets) -> bool:
    """Mount a file system."""
    return ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0


def open_device(_: Targets) -> bool:
    """Open a device that reaches past the kernel's borders."""
    for name in ("kvm", "mem", "kmsg", "fuse", "port", "vda", "sda", "nvme0n1", "nvidia0", "dri/card0"):
        try:
            os.close(os.open(f"/dev/{name}", os.O_RDONLY))
        except OSError:
            continue
        return True
    return False


def make_device(_: Targets) -> bool:
    """Make a device node for the machine's memory."""
    os.mknod("memory", 0o020666, os.makedev(1, 1))
    return True


def become_root(_: Targets) -> bool:
    """Be uid 0, or hold or regain a capability."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = [line for line in status.splitlines() if line.startswith(("CapPrm", "CapEff", "CapBnd", "CapAmb"))]
    if os.geteuid() == 0 or any(int(line.split()[1], 16) for line in held) or "NoNewPrivs:\t1" not in status:
        return True
    os.setuid(0)
    return True


def write_big_file(targets: Targets) -> bool:
    """Write one file beyond the limit."""
    with open("big", "wb", buffering=0) as file:  # noqa: PTH123 - a bare interpreter, no pathlib method does more
        file.writelines(bytes(MEBIBYTE) for _ in range(targets["file_bytes"] // MEBIBYTE + 1))
        return os.fstat(file.fileno()).st_size > targets["file_bytes"]


def fill(folder: str, ceiling: int) -> bool:
    """Whether more than `ceiling` bytes fit into `folder`."""
    made: list[Path] = []
    try:
        for number in range(ceiling // MEBIBYTE + 1):
            path = Path(folder, f"fill-{number}")
            made.append(path)
            path.write_bytes(bytes(MEBIBYTE))
    except OSError:
        return False
    finally:
        for path in made:
            path.unlink(missing_ok=True)
    return True


def fill_memory_folders(targets: Targets) -> bool:
    """Store without end in a folder that lies in memory."""
    folders = ["/", "/dev", "/dev/shm", "/etc", "/run", "/tmp", "/var", os.environ["HOME"], "."]  # noqa: S108 - targets
    return any(fill(folder, targets["scratch_bytes"]) for folder in folders)


def fork_without_end(targets: Targets) -> bool:
    """Start more processes than allowed."""
    children: list[int] = []
    try:
        while len(children) <= targets["processes"]:
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    except OSError:
        return False
    finally:
        for child in children:
            os.kill(child, 9)
            os.waitpid(child, 0)
    return True


def leave_daemon(targets: Targets) -> bool:
    """Leave a process behind that holds a lock; the parent looks whether it still does after the run."""
    ready, told = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import fcntl  # noqa: PLC0415 - only the daemon needs it

            lock = os.open(targets["lock"], os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.write(told, b"x")
            time.sleep(600)
        os._exit(0)
    os.wait()
    os.read(ready, 1)
    return False


ATTACKS: tuple[Callable[[Targets], bool], ...] = (
    connect_tcp,
    connect_abstract,
    connect_path,
    write_host_file,
    write_through_link,
    write_system,
    read_secret,
    read_environment,
    kill_host_process,
    trace_host_process,
    write_kernel_setting,
    new_user_namespace,
    mount_something,
    open_device,
    make_device,
    become_root,
    write_big_file,
    fill_memory_folders,
    fork_without_end,
    leave_daemon,
)


def succeeds(attack: Callable[[Targets], bool], targets: Targets) -> bool:
    """Whether `attack` is a breach; refused by the kernel is not."""
    try:
        return attack(targets)
    except OSError:
        return False


def main() -> None:
    """Try the attacks named in the targets, all when none is."""
    targets = json.load(sys.stdin)
    chosen = [attack for attack in ATTACKS if attack.__name__ in (targets.get("only") or [attack.__name__])]
    json.dump([attack.__name__ for attack in chosen if succeeds(attack, targets)], sys.stdout)


if __name__ == "__main__":
    main()
