"""What our commits say of themselves: trailers in the last paragraph of the message."""

from collections.abc import Iterator

from repos.stores.git import git
from repos.stores.store import Store

CHANGE_TRAILER = "Pyagent-Change"
PROPOSAL_TRAILER = "Pyagent-Proposal"
REVERTS_TRAILER = "Pyagent-Reverts"


def with_trailers(text: str, *, change: str, proposal: str) -> str:
    """The commit message of one change: its benefit and evidence lines, then our trailers."""
    return f"{text.strip()}\n\n{CHANGE_TRAILER}: {change}\n{PROPOSAL_TRAILER}: {proposal}\n"


def merges(store: Store, *, since: str, tip: str) -> tuple[tuple[str, str, str], ...]:
    """(commit, trailer, value) of each merge and revert after `since` up to `tip`, oldest first."""
    order = ("--reverse", "--topo-order", "-z", "--format=%H%n%B")
    log = git(store.path, "log", *order, "--grep=^Pyagent-", f"{since}..{tip}", "--").text
    records = [record.partition("\n") for record in log.split("\0") if record]
    return tuple((commit, name, value) for commit, _, message in records for name, value in trailers(message))


def standing(store: Store, *, since: str, tip: str) -> dict[str, str]:
    """Change -> commit of what was merged after `since` and not taken back up to `tip`."""
    found: dict[str, str] = {}
    for commit, name, value in merges(store, since=since, tip=tip):
        if name == CHANGE_TRAILER:
            found[value] = commit
        elif name == REVERTS_TRAILER:
            found.pop(value, None)
    return found


def trailers(message: str) -> Iterator[tuple[str, str]]:
    """(name, value) of our trailers in the last paragraph of a commit message."""
    for line in message.strip().rpartition("\n\n")[2].splitlines():
        name, colon, value = line.partition(": ")
        if colon and name.startswith("Pyagent-"):
            yield name, value.strip()
