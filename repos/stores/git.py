"""The one function that runs git: fixed argv, our configuration alone, a time limit, its own process group.

No configuration of the machine, the user or the target is read: the environment is written
anew, hooks and the file-system monitor are off, protocols are limited to file, https and ssh.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import EnvironmentFault, LedgerError

IDENTITY = ("pyagent", "pyagent@localhost")
"""Name and address of author and committer of everything we write."""

SECONDS = 120.0
"""Plumbing ends in milliseconds; this only breaks a hang."""

_FIXED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_ALLOW_PROTOCOL": "file:https:ssh",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_MERGE_AUTOEDIT": "no",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "LC_ALL": "C",
    "TZ": "UTC",
}

_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.fsync=all",
    "core.quotePath=false",
    "core.logAllRefUpdates=true",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=20",
    "protocol.version=2",
    "safe.directory=*",
)
# safe.directory: ownership says nothing about trust here. Our stores are ours whoever runs us,
# and a target is only read, through upload-pack, which runs nothing the target configures.

_PASSED = ("PATH", "TMPDIR", "TEMP")
_PASSED_TO_REMOTES = (
    "HOME",
    "USER",
    "SSH_AUTH_SOCK",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "GIT_SSL_CAINFO",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


class GitFailed(EnvironmentFault):
    """Git itself failed: `code` and the text it left on stderr."""

    def __init__(self, verb: str, folder: Path, *, code: int, stderr: str) -> None:
        """`verb` is git's command, `folder` the store it ran on."""
        said = stderr.strip().splitlines()
        super().__init__(
            f"git {verb} failed on {folder} (exit {code}): {said[0] if said else 'no message'}.",
            "Run `pyagent doctor`; when the store is damaged, move it away and run again: it is fetched anew.",
        )
        self.code = code
        self.stderr = stderr


@dataclass(frozen=True, slots=True)
class Output:
    """What one git command left: exit code, stdout as bytes, stderr as text."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """Stdout without its last newline; paths that are not UTF-8 survive as surrogates."""
        return self.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def git(
    folder: Path,
    *argv: str,
    stdin: bytes = b"",
    accept: Sequence[int] = (0,),
    seconds: float = SECONDS,
    env: Mapping[str, str] | None = None,
    remote: bool = False,
) -> Output:
    """Run `git ARGV` on the git directory `folder` and wait for its end.

    Args:
        folder: the bare store.
        argv: command and arguments; never a word from outside that could be an option.
        stdin: fed whole.
        accept: exit codes that are answers; any other raises.
        seconds: wall limit; the whole process group is killed at it.
        env: additions such as GIT_INDEX_FILE.
        remote: whether the command talks to a server and may see proxy, agent and certificate variables.

    Raises:
        GitFailed: the exit code is not in `accept`, or the time is up.
        LedgerError: the disk is full.
    """
    options = [part for setting in _CONFIG for part in ("-c", setting)]
    command = ["git", f"--git-dir={folder}", "--no-pager", *options, *argv]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(env or {}, remote=remote),
            start_new_session=True,
        )
    except FileNotFoundError as missing:
        raise EnvironmentFault("git is not installed or not on PATH.", "Install git 2.38 or newer.") from missing
    with process:
        try:
            stdout, stderr = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise GitFailed(argv[0], folder, code=-1, stderr=f"no answer within {seconds:g} s") from None
        except BaseException:
            _kill(process)
            raise
    return _judged(argv[0], folder, Output(process.returncode, stdout, stderr.decode("utf-8", "replace")), accept)


def _environment(extra: Mapping[str, str], *, remote: bool) -> dict[str, str]:
    passed = _PASSED + (_PASSED_TO_REMOTES if remote else ())
    name, address = IDENTITY
    written = {
        "HOME": "/nonexistent",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20",
        **_FIXED,
    }
    return written | {key: os.environ[key] for key in passed if key in os.environ} | dict(extra)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _judged(verb: str, folder: Path, answer: Output, accept: Sequence[int]) -> Output:
    if answer.code in accept:
        return answer
    if "No space left on device" in answer.stderr:
        raise LedgerError(f"The disk is full: git {verb} could not write to {folder}.", "Free space, then run again.")
    raise GitFailed(verb, folder, code=answer.code, stderr=answer.stderr)
