"""Everything that can have happened, past tense, one frozen dataclass each.

`version` rises when a field changes meaning; readers refuse versions they do not know.
A fact that belongs to no repository carries the empty slug.
"""

from dataclasses import dataclass
from typing import ClassVar

from pyagent.model import ChangeClass, Idea, Level, Status, Ticket, Verdict


@dataclass(frozen=True, slots=True)
class RepositoryAdded:
    """A target came under care."""

    version: ClassVar[int] = 1
    repository: str
    target: str
    branch: str


@dataclass(frozen=True, slots=True)
class RunRequested:
    """Somebody asked for a run of the loop; asked again under the same `run`, it is the same run."""

    version: ClassVar[int] = 1
    repository: str
    run: str
    by: str
    """The way in: command line, dagster, prefect."""
    proposals: int | None = None
    """Most proposals of this run; None for the policy's."""
    train_now: bool = False


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run began over these repositories; twice under one name when the first process was killed."""

    version: ClassVar[int] = 1
    repository: str
    run: str
    repositories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run ended; `left` tickets wait for the next one."""

    version: ClassVar[int] = 1
    repository: str
    run: str
    merged: int
    queued: int
    left: int
    reason: str


@dataclass(frozen=True, slots=True)
class IdeaSeen:
    """A wish was read."""

    version: ClassVar[int] = 1
    repository: str
    idea: Idea


@dataclass(frozen=True, slots=True)
class IdeaChanged:
    """What became of a wish."""

    version: ClassVar[int] = 1
    repository: str
    idea: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class SurveyTaken:
    """A tree was measured; the findings lie in a blob."""

    version: ClassVar[int] = 1
    repository: str
    commit: str
    tree: str
    profile: str
    findings: str
    totals: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class CoverageMeasured:
    """The base suite ran with coverage; the share of each function that it ran lies in a blob."""

    version: ClassVar[int] = 1
    repository: str
    tree: str
    environment: str
    shares: str


@dataclass(frozen=True, slots=True)
class TicketRaised:
    """Something is worth improving."""

    version: ClassVar[int] = 1
    repository: str
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """An author wrote a patch; the whole proposal lies in a blob."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    evidence: str
    proposal: str
    base: str
    change_class: ChangeClass
    title: str
    blob: str


@dataclass(frozen=True, slots=True)
class ProposalDeclined:
    """An author said why not; for needs-a-name the proven change lies in a blob."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    evidence: str
    status: Status
    reason: str
    blob: str | None


@dataclass(frozen=True, slots=True)
class GateJudged:
    """One gate answered."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    validation: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ValidationEnded:
    """The ladder was climbed."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    validation: str
    base_tree: str
    environment: str
    gate_set: str
    level: Level
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class TestsQuarantined:
    """Tests that fail or waver on base: reported, not counted."""

    __test__: ClassVar[bool] = False  # the name looks like a test class to pytest
    version: ClassVar[int] = 1
    repository: str
    base_tree: str
    environment: str
    ids: tuple[str, ...]
    reason: str
    until: str = ""
    """The moment from which they count again, as the ledger writes moments."""


@dataclass(frozen=True, slots=True)
class ChangeQueued:
    """A proven change waits for its train as one commit on its base."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    base: str
    commit: str
    change_class: ChangeClass
    score: float


@dataclass(frozen=True, slots=True)
class ChangeHeld:
    """A queued change waits for a person or for a policy."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeApproved:
    """A person approved one proposal on one base."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    by: str
    proposal: str
    base: str


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    """A person said no. `until_changed` is the target's evidence, None for ever."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    by: str
    reason: str
    until_changed: str | None


@dataclass(frozen=True, slots=True)
class ChangeSuperseded:
    """The base moved under a change; its ticket is tried anew."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrainDeparted:
    """Changes left together."""

    version: ClassVar[int] = 1
    repository: str
    train: str
    base: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainSplit:
    """A stacked prefix of a train was tested."""

    version: ClassVar[int] = 1
    repository: str
    train: str
    tested: tuple[str, ...]
    tree: str
    green: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeEjected:
    """A change failed alone, twice."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    train: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeMerged:
    """A change is one commit on the target branch."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    proposal: str
    train: str
    commit: str


@dataclass(frozen=True, slots=True)
class StatementSigned:
    """The operator's key signed what a merge was made of; the envelope lies in a blob."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    commit: str
    blob: str
    key: str


@dataclass(frozen=True, slots=True)
class ChangeReverted:
    """A merged change was taken back by one commit."""

    version: ClassVar[int] = 1
    repository: str
    change: str
    commit: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClassUnlocked:
    """A person ticked a class of change for a repository."""

    version: ClassVar[int] = 1
    repository: str
    change_class: ChangeClass
    by: str


@dataclass(frozen=True, slots=True)
class ClassStopped:
    """A class was un-ticked, by a person or after two closes in a row."""

    version: ClassVar[int] = 1
    repository: str
    change_class: ChangeClass
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergingPaused:
    """The kill switch: merging stops, or goes on, everywhere (empty slug) or in one repository."""

    version: ClassVar[int] = 1
    repository: str
    paused: bool
    by: str


@dataclass(frozen=True, slots=True)
class LessonLearnt:
    """Counted outcomes of one transform."""

    version: ClassVar[int] = 1
    repository: str
    transform: str
    proposed: int
    proven: int
    merged: int
    refused: int


Fact = (
    RepositoryAdded
    | RunRequested
    | RunStarted
    | RunEnded
    | IdeaSeen
    | IdeaChanged
    | SurveyTaken
    | CoverageMeasured
    | TicketRaised
    | ProposalMade
    | ProposalDeclined
    | GateJudged
    | ValidationEnded
    | TestsQuarantined
    | ChangeQueued
    | ChangeHeld
    | ChangeApproved
    | ChangeRefused
    | ChangeSuperseded
    | TrainDeparted
    | TrainSplit
    | ChangeEjected
    | ChangeMerged
    | StatementSigned
    | ChangeReverted
    | ClassUnlocked
    | ClassStopped
    | MergingPaused
    | LessonLearnt
)
