"""The first process inside: fills the work copy, runs the command, hands files back.

Started as `python -I -S -c <this text> PLAN RESULT ALIVE` (three file descriptors), so it imports
nothing but what a bare interpreter has at hand. The parent trusts no byte it sends: the command
runs under the same uid and may forge every record, which wins it nothing but a wrong answer
about itself.
"""

# Paths are bytes here, and pathlib costs a bare interpreter 6 ms.
# ruff: noqa: PTH102, PTH123, PTH208, PTH211

import marshal
import os
import resource
import select
import struct
import sys

TYPE_CHECKING = False  # typing's own costs a bare interpreter 8 ms
if TYPE_CHECKING:
    from typing import Any

HEADER = struct.Struct("<BIQ")
STARTED, FILE, ENDED, FAILED = 1, 2, 3, 4
REGULAR, KIND = 0o100000, 0o170000
SIGKILL, SIGPIPE, SIGXFSZ = 9, 13, 25
NOT_EXECUTABLE, NOT_FOUND = 126, 127
REAP_MILLISECONDS = 50


def plan_of(descriptor: int) -> "dict[str, Any]":
    """The plan at the end of the freight; its last 8 bytes hold its length."""
    end = os.fstat(descriptor).st_size - 8
    length = int.from_bytes(os.pread(descriptor, 8, end), "little")
    return marshal.loads(os.pread(descriptor, length, end - length))  # noqa: S302 - written by our own parent


def unpack(freight: int, plan: "dict[str, Any]") -> None:
    """Fill the current folder: folders, then files, links last, so that nothing is written through a link."""
    for folder in plan["folders"]:
        os.mkdir(folder, 0o755)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    for path, executable, offset, size in plan["files"]:
        target = os.open(path, flags, 0o755 if executable else 0o644)
        done = 0
        while done < size:
            done += os.sendfile(target, freight, offset + done, size - done)
        os.close(target)
    for path, target in plan["links"]:
        os.symlink(target, path)
    os.ftruncate(freight, 0)  # the work copy now holds the bytes; do not pay for them twice


def confine(limits: list[tuple[int, int]]) -> None:
    """Lower soft and hard limits for this process and all that follow; never raise one."""
    for kind, ceiling in limits:
        hard = resource.getrlimit(kind)[1]
        least = ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)
        resource.setrlimit(kind, (least, least))


def send(result: int, kind: int, number: int, body: bytes = b"") -> None:
    """One record to the parent."""
    view = memoryview(HEADER.pack(kind, number, len(body)) + body)
    while view:
        view = view[os.write(result, view) :]


def spawn(argv: list[bytes], environment: dict[bytes, bytes]) -> int:
    """Process id of the command in a session of its own, so that killing its own group spares us."""
    os.environb[b"PATH"] = environment.get(b"PATH", os.fsencode(os.defpath))
    return os.posix_spawnp(argv[0], argv, environment, setsid=True, setsigdef=(SIGPIPE, SIGXFSZ))


def exit_code(status: int) -> int:
    """Exit status, or 128 + n for signal n."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def watch(child: int, alive: int) -> int | None:
    """Exit code of the command, whose orphans are reaped on the way; None when the parent is gone."""
    poll = select.poll()
    poll.register(alive, select.POLLIN)
    handle = os.pidfd_open(child)
    poll.register(handle, select.POLLIN)
    while True:
        ready = [descriptor for descriptor, _ in poll.poll(REAP_MILLISECONDS)]
        status = reap(child)
        if status is not None:
            os.close(handle)
            return exit_code(status)
        if alive in ready:
            return None


def reap(child: int) -> int | None:
    """Wait status of `child` if it has ended; every other dead process is reaped as well.

    A pid namespace's first process must do this, and only what it has reaped counts as its CPU time.
    """
    status = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                status = ended[1]
    except ChildProcessError:
        pass
    return status


def read_plain(path: bytes, limit: int) -> bytes | None:
    """Bytes of a regular file below the current folder, no link on the way; None when it is not that."""
    *folders, last = path.split(b"/")
    at = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in folders:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except OSError:
        return None
    finally:
        os.close(at)
    with open(file, "rb", buffering=0) as body:
        status = os.fstat(file)
        plain = status.st_mode & KIND == REGULAR and status.st_size <= limit
        return body.read(limit) if plain else None


def collect(result: int, names: list[bytes], limit: int) -> None:
    """Send each named file that is there, with its number in `names`."""
    for number, name in enumerate(names):
        body = read_plain(name, limit)
        if body is not None:
            send(result, FILE, number, body)


def keep_private() -> None:
    """Let the command inherit nothing but stdin, stdout and stderr."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor > 2:  # noqa: PLR2004 - the three standard streams
            try:
                os.set_inheritable(descriptor, False)  # noqa: FBT003 - its only form
            except OSError:  # the descriptor of the listing itself, closed by now
                continue


def run(plan: "dict[str, Any]", result: int, alive: int) -> None:
    """Run the planned command, end what it left behind, send its files and its exit code."""
    confine(plan["limits"])
    send(result, STARTED, 0)
    child = None
    try:
        child = spawn(plan["argv"], plan["environment"])
        code = watch(child, alive)
    except OSError as error:
        os.write(2, plan["argv"][0] + b": " + os.fsencode(error.strerror or "unknown error") + b"\n")
        code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    sweep(child, namespace=plan["namespace"])
    if code is None:
        return
    collect(result, plan["collect"], plan["collect_bytes"])
    send(result, ENDED, code)


def sweep(child: int | None, *, namespace: bool) -> None:
    """End what the command left: the whole pid namespace, or its process group where we share the host's."""
    try:
        if namespace:
            os.kill(-1, SIGKILL)
            while True:
                os.wait()
        elif child is not None:
            os.killpg(child, SIGKILL)
    except (ProcessLookupError, ChildProcessError):
        return


def main(freight: int, result: int, alive: int) -> int:
    """Exit code of this process: the command's where it ran, else 1 with the reason sent."""
    keep_private()
    os.umask(0o022)
    plan = plan_of(freight)
    os.chdir(plan["work"])
    try:
        unpack(freight, plan)
    except OSError as error:
        send(
            result,
            FAILED,
            0,
            os.fsencode(error.strerror or "unknown error") + b": " + os.fsencode(error.filename or b"the work copy"),
        )
        return 1
    os.close(freight)
    run(plan, result, alive)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
