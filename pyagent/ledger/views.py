"""What the journal says about each repository: values, computed by `folding` from entries alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyagent.ledger import facts
from pyagent.ledger.statuses import WAITING
from pyagent.model import ChangeClass, Idea, Lesson, Queued, Repository, Status, Ticket, Verdict

_WORKABLE = frozenset({Status.OPEN, Status.SUPERSEDED, Status.EJECTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a change stands, why, which proposal that is about, and since which sequence."""

    status: Status
    reason: str
    proposal: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Wish:
    """An idea and what became of it; `open` until something did."""

    idea: Idea
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run; `ended` is None while it goes on, or when it was killed."""

    started: facts.RunStarted
    ended: facts.RunEnded | None


@dataclass(frozen=True, slots=True)
class TrainRecord:
    """A train: who departed, which prefixes were tested, and where its changes ended."""

    departed: facts.TrainDeparted
    splits: tuple[facts.TrainSplit, ...] = ()
    merged: tuple[str, ...] = ()
    ejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """Everything known about one repository. Mappings keep the order in which their keys came."""

    slug: str
    repository: Repository | None = None
    """None before RepositoryAdded."""
    paused: bool = False
    """Merging is paused here or everywhere."""

    surveys: Mapping[str, facts.SurveyTaken] = field(default_factory=dict[str, facts.SurveyTaken])
    """The latest survey of each tree."""
    coverage: Mapping[str, facts.CoverageMeasured] = field(default_factory=dict[str, facts.CoverageMeasured])
    """The latest base run with coverage of each tree."""
    ideas: Mapping[str, Wish] = field(default_factory=dict[str, Wish])
    tickets: Mapping[str, Ticket] = field(default_factory=dict[str, Ticket])
    """The latest ticket of each change."""
    standings: Mapping[str, Standing] = field(default_factory=dict[str, Standing])
    """By change; see `statuses` for how one follows from another."""

    tried: Mapping[tuple[str, str], facts.ProposalMade | facts.ProposalDeclined] = field(
        default_factory=dict[tuple[str, str], facts.ProposalMade | facts.ProposalDeclined]
    )
    """By (change, evidence): an author's last answer. Being superseded takes an answer out again."""
    proposals: Mapping[str, facts.ProposalMade] = field(default_factory=dict[str, facts.ProposalMade])
    validations: Mapping[str, facts.ValidationEnded] = field(default_factory=dict[str, facts.ValidationEnded])
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict[str, tuple[Verdict, ...]])
    """By validation, the last verdict of each gate."""
    quarantined: Mapping[tuple[str, str], facts.TestsQuarantined] = field(
        default_factory=dict[tuple[str, str], facts.TestsQuarantined]
    )
    """By (base tree, environment)."""

    queue: Mapping[str, Queued] = field(default_factory=dict[str, Queued])
    """Waiting changes (queued, held, offered) by change, in the order in which they were queued."""
    held: Mapping[str, facts.ChangeHeld] = field(default_factory=dict[str, facts.ChangeHeld])
    approved: Mapping[tuple[str, str, str], facts.ChangeApproved] = field(
        default_factory=dict[tuple[str, str, str], facts.ChangeApproved]
    )
    """By (change, proposal, base)."""
    refused: Mapping[str, facts.ChangeRefused] = field(default_factory=dict[str, facts.ChangeRefused])
    trains: Mapping[str, TrainRecord] = field(default_factory=dict[str, TrainRecord])
    merged: Mapping[str, facts.ChangeMerged] = field(default_factory=dict[str, facts.ChangeMerged])
    """The latest merge of each change, also where it was reverted later."""
    statements: Mapping[str, facts.StatementSigned] = field(default_factory=dict[str, facts.StatementSigned])
    """By commit of the merge."""
    ejected: Mapping[str, facts.ChangeEjected] = field(default_factory=dict[str, facts.ChangeEjected])
    reverted: Mapping[str, facts.ChangeReverted] = field(default_factory=dict[str, facts.ChangeReverted])

    unlocked: Mapping[ChangeClass, facts.ClassUnlocked] = field(default_factory=dict[ChangeClass, facts.ClassUnlocked])
    stopped: Mapping[ChangeClass, facts.ClassStopped] = field(default_factory=dict[ChangeClass, facts.ClassStopped])
    """A class is in one of `unlocked` and `stopped`, or in neither."""
    lessons: Mapping[str, Lesson] = field(default_factory=dict[str, Lesson])
    """By transform, the latest counts."""

    @property
    def queued(self) -> tuple[Queued, ...]:
        """Waiting changes in the order in which they were queued."""
        return tuple(self.queue.values())

    @property
    def untried(self) -> tuple[Ticket, ...]:
        """Tickets an author has not answered on their present evidence, and that nothing closed."""
        return tuple(
            ticket
            for change, ticket in self.tickets.items()
            if self.standings[change].status in _WORKABLE and (change, ticket.evidence) not in self.tried
        )

    def status(self, change: str) -> Status | None:
        """Where a change stands, None when the journal never spoke of it."""
        standing = self.standings.get(change)
        return standing.status if standing else None

    def is_refused(self, change: str, evidence: str) -> bool:
        """Whether a person's refusal covers the change on this evidence."""
        refusal = self.refused.get(change)
        return refusal is not None and refusal.until_changed in {None, evidence}

    def is_waiting(self, change: str) -> bool:
        """Whether the change is queued, held or offered."""
        return self.status(change) in WAITING


@dataclass(frozen=True, slots=True)
class View:
    """Everything the journal says up to `sequence`."""

    sequence: int = 0
    repositories: Mapping[str, RepositoryView] = field(default_factory=dict[str, RepositoryView])
    runs: Mapping[str, Run] = field(default_factory=dict[str, Run])
    requests: Mapping[str, facts.RunRequested] = field(default_factory=dict[str, facts.RunRequested])
    """By run, the first asking of each."""
    pauses: Mapping[str, facts.MergingPaused] = field(default_factory=dict[str, facts.MergingPaused])
    """The latest word on pausing, by slug; the empty slug speaks of all repositories."""

    def of(self, slug: str) -> RepositoryView:
        """One repository's view; an empty one when the journal never spoke of it."""
        return self.repositories.get(slug) or RepositoryView(slug, paused=self.is_paused(slug))

    @property
    def due(self) -> tuple[facts.RunRequested, ...]:
        """Requests whose run has not ended, oldest first."""
        return tuple(r for name, r in self.requests.items() if name not in self.runs or self.runs[name].ended is None)

    def is_paused(self, slug: str) -> bool:
        """Whether merging is paused in this repository or everywhere."""
        return any(word in self.pauses and self.pauses[word].paused for word in ("", slug))
