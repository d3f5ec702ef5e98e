"""Errors that end a command, each with the exit code that says who must act.

PyagentError
|-- UsageError            2   the command line is wrong
|-- ConfigurationError    3   pyagent.toml or an environment variable is wrong
|-- TargetError           4   the target repository cannot be worked on
|-- EnvironmentFault      5   the machine, the sandbox or a target's environment
|-- UpstreamDeferred      6   a server is away; run again
|-- LedgerError           7   the ledger or the disk
    |-- StaleToken            a newer holder of the lease exists; this process stops
    |-- LeaseHeld             somebody else is at work; says who

Every message says what happened, to which thing, and what to do. Expected refusals are
values (`Declined`, `Verdict`), never exceptions.
"""

from typing import ClassVar


class PyagentError(Exception):
    """The root: `what` happened to which thing, and the `remedy`."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, remedy: str) -> None:
        """Keep both halves apart, so a page can set them apart."""
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class UsageError(PyagentError):
    """The command line is wrong."""

    exit_code = 2


class ConfigurationError(PyagentError):
    """pyagent.toml or an environment variable is wrong."""

    exit_code = 3


class TargetError(PyagentError):
    """The target repository cannot be worked on; other repositories of the run go on."""

    exit_code = 4


class EnvironmentFault(PyagentError):
    """The machine, the sandbox or a target's environment does not allow the work."""

    exit_code = 5


class UpstreamDeferred(PyagentError):
    """A server (package index, git host) did not answer; the same command may pass later."""

    exit_code = 6


class LedgerError(PyagentError):
    """The ledger is damaged, newer than this program, or cannot be written."""

    exit_code = 7


class StaleToken(LedgerError):
    """A newer holder of the lease wrote; this process must stop without another write."""


class LeaseHeld(LedgerError):
    """Another process holds the lease; the message says which."""
