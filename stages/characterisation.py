"""Who answers tickets for tests: a search in the sandbox finds calls, the author of tests writes them down."""

from dataclasses import dataclass

from agents.characterisation.proposing import Style, propose_tests
from pyagent.model import Declined, Proposal, Status, Ticket
from pyagent.observations import Observation
from pyagent.ports import Checkout
from repos.gates.scopes import read
from repos.replay.exploring import Quarry, explore
from repos.replay.replaying import Place
from repos.suites.outcomes import SuiteCommand, SuiteKind
from stages.ground import Ground


@dataclass(frozen=True, slots=True)
class CharacterisationProposer:
    """Satisfies the Proposer port for tickets that ask for tests."""

    ground: Ground
    """Of the tree that the proposals are against."""
    seconds: float
    """Processor time of one search."""

    def propose(self, ticket: Ticket, checkout: Checkout) -> Proposal | Declined:
        """A test file that runs lines of the function which no test ran, or why not."""
        style = style_of(self.ground.command, checkout)
        if style is None:
            return _declined(ticket, "no-test-folder: this project keeps its tests in no folder of their own")
        wanted = unrun(self.ground, ticket.path, ticket.name)
        if not wanted:
            return _declined(ticket, f"all-run: tests run every line of {ticket.name} already, and notice too little")
        quarry = Quarry(ticket.path, ticket.name, wanted)
        found = search(self.ground, quarry, seed=ticket.evidence, seconds=self.seconds)
        if not found:
            return _declined(ticket, f"unreached: no call was found that runs more of {ticket.name} than the tests do")
        return propose_tests(ticket, found, style=style, commit=checkout.commit, taken=frozenset(checkout.paths()))


def search(ground: Ground, quarry: Quarry, *, seed: str, seconds: float) -> tuple[Observation, ...]:
    """Calls that run wanted lines of the quarry; none where the base suite's calls were not recorded."""
    bench = ground.bench
    if bench.recorded is None:
        return ()
    place = Place(bench.base, ground.command, ground.environment, bench.runner, bench.recorded())
    return explore(place, quarry, seed=seed, seconds=seconds)


def unrun(ground: Ground, path: str, name: str) -> frozenset[int]:
    """First lines of the function's statements that the base suite does not run; none for a file it never loads."""
    known = (ground.bench.bases.covered().coverage or {}).get(path)
    if known is None or path not in ground.checkout.paths():
        return frozenset()
    own = frozenset(read(ground.checkout.read(path)).scopes.get(name, ()))
    return (known.statements - known.executed) & own


def style_of(command: SuiteCommand, checkout: Checkout) -> Style | None:
    """Where a new test file goes: the first of the suite's test folders; None where there is none."""
    paths = checkout.paths()
    folders = (place for place in command.test_paths if any(path.startswith(f"{place}/") for path in paths))
    folder = next(folders, None)
    return Style(folder, pytest=command.kind is SuiteKind.PYTEST) if folder else None


def _declined(ticket: Ticket, reason: str) -> Declined:
    return Declined(ticket.change, ticket.evidence, Status.DECLINED, reason)
