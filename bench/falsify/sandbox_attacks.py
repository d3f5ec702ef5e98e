"""More attacks than the self-test pays for, of the same shape as `pyagent/sandbox/attacks.py`.

Started inside as `python -I -S -c <this text>` with the targets as JSON on stdin; prints the names of those
that succeeded. A system call counts as a breach when it does something, not when the kernel refuses it.
"""

import ctypes
import json
import mmap
import os
import platform
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Targets = dict[str, Any]
LIBC = ctypes.CDLL(None, use_errno=True)
COMMON = {"memfd_create": 279, "userfaultfd": 282, "perf_event_open": 241, "bpf": 280, "add_key": 217}
"""System calls by number on arm64 and riscv64 (asm-generic/unistd.h)."""
LOCAL = {"memfd_create": 319, "userfaultfd": 323, "perf_event_open": 298, "bpf": 321, "add_key": 248}
"""And on x86-64."""
BOTH = {"io_uring_setup": 425, "clone3": 435, "fsopen": 430, "open_tree": 428, "pidfd_open": 434, "pidfd_getfd": 438}
NUMBERS = {**(LOCAL if platform.machine() == "x86_64" else COMMON), **BOTH, "memfd_secret": 447}
NAMESPACES = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "pid": 0x20000000}
CLONE_NEWUSER = 0x10000000
BROKEN = 3


def call(name: str, *arguments: Any) -> int:
    """Result of a system call; OSError when refused."""
    result = LIBC.syscall(NUMBERS[name], *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def connect_ipv6(targets: Targets) -> bool:
    """Reach a listener on the host's IPv6 loopback."""
    with socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(1)
        return targets["port6"] != 0 and probe.connect_ex(("::1", targets["port6"])) == 0


def send_datagram(targets: Targets) -> bool:
    """Send to a host's UDP socket; the host's side tells whether it came."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.sendto(b"breached", ("127.0.0.1", targets["udp"]))
    return False


def send_to_path(targets: Targets) -> bool:
    """Send to a host's datagram socket by path, which needs no connect."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        return probe.sendto(b"breached", targets["datagrams"]) > 0


def send_to_abstract(targets: Targets) -> bool:
    """The same by an abstract name."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        return probe.sendto(b"breached", "\0" + targets["abstract_datagrams"]) > 0


def open_odd_socket(_: Targets) -> bool:
    """Make a socket of a family that reaches hypervisors, raw frames or rarely used kernel code."""
    for family, kind, protocol in (
        (40, 1, 0),
        (17, 3, 0),
        (38, 5, 0),
        (16, 3, 16),
        (16, 3, 12),
        (15, 3, 2),
        (29, 3, 1),
    ):
        try:
            socket.socket(family, kind, protocol).close()
        except OSError:
            continue
        return True
    return False


def link_host_file(targets: Targets) -> bool:
    """Give a host file a second name in the work copy and write through it."""
    os.link(targets["writable"], "hard")
    return Path("hard").write_text("breached", encoding="ascii") > 0


def climb_out(targets: Targets) -> bool:
    """Read a host file through the roots of processes we can see."""
    roots = [f"/proc/{name}/{way}" for name in ("1", "self", str(targets["victim"])) for way in ("root", "cwd")]
    return any(readable(root + targets["secret"]) for root in roots)


def readable(path: str) -> bool:
    """Whether there is something to read at `path`."""
    try:
        return bool(Path(path).read_bytes())
    except OSError:
        return False


def walk_up(targets: Targets) -> bool:
    """Read a host file by a path of many `..`."""
    return readable("../" * 40 + targets["secret"])


def change_mode(targets: Targets) -> bool:
    """Change the mode of a host file of our own uid."""
    Path(targets["own"]).chmod(0o777)
    return True


def remove_host_file(targets: Targets) -> bool:
    """Remove a host file from a folder open to all."""
    Path(targets["open"], "removable").unlink()
    return True


def rename_host_file(targets: Targets) -> bool:
    """Rename one."""
    Path(targets["open"], "renamable").rename(Path(targets["open"], "renamed"))
    return True


def see_host_process(targets: Targets) -> bool:
    """See a process of the host in /proc."""
    return readable(f"/proc/{targets['victim']}/cmdline")


def write_memory(targets: Targets) -> bool:
    """Open a host process's memory for writing."""
    os.close(os.open(f"/proc/{targets['victim']}/mem", os.O_RDWR))
    return True


def read_memory(targets: Targets) -> bool:
    """Read a host process's memory by process_vm_readv."""

    class Piece(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))

    held = ctypes.create_string_buffer(8)
    own, far = Piece(ctypes.addressof(held), 8), Piece(targets["address"], 8)
    return LIBC.process_vm_readv(targets["victim"], ctypes.byref(own), 1, ctypes.byref(far), 1, 0) == 8  # noqa: PLR2004


def take_descriptor(targets: Targets) -> bool:
    """Take an open file out of a host process."""
    return call("pidfd_getfd", call("pidfd_open", targets["victim"], 0), 0, 0) >= 0


def change_limits_of_host_process(targets: Targets) -> bool:
    """Change a limit of a host process of our uid."""
    resource.prlimit(targets["victim"], resource.RLIMIT_CORE, (0, 0))
    return True


def signal_group(targets: Targets) -> bool:
    """Signal the process group of a host process."""
    os.killpg(targets["victim"], signal.SIGCONT)
    return True


def new_namespace(_: Targets) -> bool:
    """Enter a new namespace of any kind."""
    return any(LIBC.unshare(flag) == 0 for flag in NAMESPACES.values())


def clone_user_namespace(_: Targets) -> bool:
    """Become root by clone instead of unshare."""
    child = LIBC.syscall(56 if platform.machine() == "x86_64" else 220, ctypes.c_long(CLONE_NEWUSER | 17), 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    if child < 0:
        return False
    os.waitpid(child, 0)
    return True


def clone3_user_namespace(_: Targets) -> bool:
    """The same by clone3, whose flags no filter can read."""
    arguments = (ctypes.c_uint64 * 8)(CLONE_NEWUSER, 0, 0, 0, 17, 0, 0, 0)
    child = call("clone3", arguments, 64)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def enter_namespace(targets: Targets) -> bool:
    """Enter a namespace of a host process."""
    with Path(f"/proc/{targets['victim']}/ns/net").open("rb") as handle:
        return LIBC.setns(handle.fileno(), 0) == 0


def change_root(_: Targets) -> bool:
    """Change the root folder."""
    os.chroot(".")
    return True


def new_mount_api(_: Targets) -> bool:
    """Make a file system by the newer calls."""
    return call("fsopen", b"tmpfs", 0) >= 0


def clone_mount(_: Targets) -> bool:
    """Copy a mount by the newer calls."""
    return call("open_tree", -100, b"/", 1) >= 0


def use_io_uring(_: Targets) -> bool:
    """Start a ring, past which no filter sees."""
    return call("io_uring_setup", 1, ctypes.create_string_buffer(240)) >= 0


def use_userfaultfd(_: Targets) -> bool:
    """Handle page faults by hand."""
    return call("userfaultfd", 1) >= 0


def use_performance_counters(_: Targets) -> bool:
    """Count events, which other processes' secrets leak into."""
    event = ctypes.create_string_buffer(128)
    event[0:8] = (1).to_bytes(4, "little") + (128).to_bytes(4, "little")
    return call("perf_event_open", event, 0, -1, -1, 0) >= 0


def use_bpf(_: Targets) -> bool:
    """Make a map in the kernel."""
    return call("bpf", 0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 128) >= 0


def use_keyring(_: Targets) -> bool:
    """Keep a key in the kernel, where the next run would find it."""
    return call("add_key", b"user", b"pyagent", b"x", 1, -4) >= 0


def make_hidden_file(_: Targets) -> bool:
    """Make a file that no process maps and no folder holds."""
    return call("memfd_create", b"x", 0) >= 0


def make_secret_memory(_: Targets) -> bool:
    """The same that the kernel itself cannot read."""
    return call("memfd_secret", 0) >= 0


def make_shared_segment(_: Targets) -> bool:
    """Make a System V segment."""
    made = LIBC.shmget(0, 4096, 0o600)
    return made >= 0 and LIBC.shmctl(made, 0, None) == 0


def make_message_queue(_: Targets) -> bool:
    """Make a System V queue, whose messages lie in the kernel."""
    made = LIBC.msgget(0, 0o600)
    return made >= 0 and LIBC.msgctl(made, 0, None) == 0


def change_personality(_: Targets) -> bool:
    """Switch off address randomisation."""
    return LIBC.personality(0x0040000) >= 0


def call_as_32_bit(_: Targets) -> bool:
    """Make system calls by 32-bit numbers, which another filter would have to judge (x86-64)."""
    if platform.machine() != "x86_64":
        return False
    child = os.fork()
    if child == 0:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
        os._exit(0 if run() == os.getpid() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def type_into_terminal(_: Targets) -> bool:
    """Reach the terminal that started us."""
    os.close(os.open("/dev/tty", os.O_RDWR))
    return True


def read_kernel_log(_: Targets) -> bool:
    """Read the kernel's messages."""
    return LIBC.klogctl(3, ctypes.create_string_buffer(16), 16) > 0


def write_sysfs(_: Targets) -> bool:
    """Open anything below /sys for writing."""
    return any(opens(path) for path in ("/sys/kernel/mm/ksm/run", "/sys/power/state", "/sys/fs/cgroup/cgroup.procs"))


def write_proc(_: Targets) -> bool:
    """Open a switch of the kernel below /proc for writing."""
    return any(opens(f"/proc/{path}") for path in ("sysrq-trigger", "sys/vm/drop_caches", "sys/kernel/sysrq", "kcore"))


def opens(path: str) -> bool:
    """Whether `path` can be opened for writing; nothing is written."""
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        return False
    return True


def raise_limits(_: Targets) -> bool:
    """Raise a hard limit."""
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY:
            return True
        try:
            resource.setrlimit(kind, (hard + 1, hard + 1))
        except (OSError, ValueError):
            continue
        return True
    return False


def raise_priority(_: Targets) -> bool:
    """Run before everybody else."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    return True


def spare_ourselves(_: Targets) -> bool:
    """Tell the kernel to kill others first when memory is short."""
    return Path("/proc/self/oom_score_adj").write_text("-1000", encoding="ascii") > 0


def find_open_descriptors(_: Targets) -> bool:
    """Find a descriptor of our parent's open."""
    standard = 3
    found: list[int] = []
    for descriptor in range(standard, 256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(descriptor)
    return bool(found)


def read_host_facts(targets: Targets) -> bool:
    """Read the host's name, or its users."""
    return socket.gethostname() == targets["hostname"] or readable("/etc/machine-id") or users() > 10  # noqa: PLR2004


def users() -> int:
    """Lines of the list of users."""
    return len(Path("/etc/passwd").read_text(encoding="utf-8").splitlines())


ATTACKS: tuple[Callable[[Targets], bool], ...] = (
    connect_ipv6,
    send_datagram,
    send_to_path,
    send_to_abstract,
    open_odd_socket,
    link_host_file,
    climb_out,
    walk_up,
    change_mode,
    remove_host_file,
    rename_host_file,
    see_host_process,
    write_memory,
    read_memory,
    take_descriptor,
    change_limits_of_host_process,
    signal_group,
    new_namespace,
    clone_user_namespace,
    clone3_user_namespace,
    enter_namespace,
    change_root,
    new_mount_api,
    clone_mount,
    use_io_uring,
    use_userfaultfd,
    use_performance_counters,
    use_bpf,
    use_keyring,
    make_hidden_file,
    make_secret_memory,
    make_shared_segment,
    make_message_queue,
    change_personality,
    call_as_32_bit,
    type_into_terminal,
    read_kernel_log,
    write_sysfs,
    write_proc,
    raise_limits,
    raise_priority,
    spare_ourselves,
    find_open_descriptors,
    read_host_facts,
)


def succeeds(attack: Callable[[Targets], bool], targets: Targets) -> bool:
    """Whether `attack`, in a process of its own so that the next finds the world unchanged, is a breach."""
    child = os.fork()
    if child == 0:
        answer = BROKEN
        try:
            answer = int(attack(targets))
        except (OSError, AttributeError):  # refused, or not there in this C library
            answer = 0
        finally:
            os._exit(answer)
    answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if answer == BROKEN:
        message = f"{attack.__name__} is broken"
        raise RuntimeError(message)
    return answer == 1


def main() -> None:
    """Try the attacks named in the targets, all when none is."""
    targets = json.load(sys.stdin)
    chosen = [attack for attack in ATTACKS if attack.__name__ in (targets.get("only") or [attack.__name__])]
    json.dump([attack.__name__ for attack in chosen if succeeds(attack, targets)], sys.stdout)


if __name__ == "__main__":
    main()
