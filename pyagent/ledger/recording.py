"""What each kind of fact writes into a draft view's tables, one line of business a function."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pyagent.ledger import facts
from pyagent.ledger.drafts import drop, put
from pyagent.ledger.facts import Fact
from pyagent.ledger.views import RepositoryView, TrainRecord, Wish
from pyagent.model import Lesson


def _idea_seen(view: RepositoryView, fact: facts.IdeaSeen) -> None:
    before = view.ideas.get(fact.idea.id)
    put(view.ideas, fact.idea.id, replace(before, idea=fact.idea) if before else Wish(fact.idea, "open", ""))


def _idea_changed(view: RepositoryView, fact: facts.IdeaChanged) -> None:
    before = view.ideas.get(fact.idea)
    if before is not None:
        put(view.ideas, fact.idea, replace(before, status=fact.status, reason=fact.reason))


def _survey_taken(view: RepositoryView, fact: facts.SurveyTaken) -> None:
    put(view.surveys, fact.tree, fact)


def _coverage_measured(view: RepositoryView, fact: facts.CoverageMeasured) -> None:
    put(view.coverage, fact.tree, fact)


def _ticket_raised(view: RepositoryView, fact: facts.TicketRaised) -> None:
    put(view.tickets, fact.ticket.change, fact.ticket)


def _proposal_made(view: RepositoryView, fact: facts.ProposalMade) -> None:
    put(view.proposals, fact.proposal, fact)
    put(view.tried, (fact.change, fact.evidence), fact)


def _proposal_declined(view: RepositoryView, fact: facts.ProposalDeclined) -> None:
    put(view.tried, (fact.change, fact.evidence), fact)


def _gate_judged(view: RepositoryView, fact: facts.GateJudged) -> None:
    others = (verdict for verdict in view.verdicts.get(fact.validation, ()) if verdict.gate != fact.verdict.gate)
    put(view.verdicts, fact.validation, (*others, fact.verdict))


def _validation_ended(view: RepositoryView, fact: facts.ValidationEnded) -> None:
    put(view.validations, fact.validation, fact)


def _tests_quarantined(view: RepositoryView, fact: facts.TestsQuarantined) -> None:
    put(view.quarantined, (fact.base_tree, fact.environment), fact)


def _change_approved(view: RepositoryView, fact: facts.ChangeApproved) -> None:
    put(view.approved, (fact.change, fact.proposal, fact.base), fact)


def _change_refused(view: RepositoryView, fact: facts.ChangeRefused) -> None:
    put(view.refused, fact.change, fact)


def _change_superseded(view: RepositoryView, fact: facts.ChangeSuperseded) -> None:
    _try_again(view, fact)


def _try_again(view: RepositoryView, fact: facts.ChangeSuperseded | facts.ChangeEjected) -> None:
    """The ticket is tried anew, on the same evidence where the target itself did not change."""
    made = view.proposals.get(fact.proposal)
    if made is not None and view.tried.get((fact.change, made.evidence)) == made:
        drop(view.tried, (fact.change, made.evidence))


def _train_departed(view: RepositoryView, fact: facts.TrainDeparted) -> None:
    put(view.trains, fact.train, TrainRecord(fact))


def _train_split(view: RepositoryView, fact: facts.TrainSplit) -> None:
    train = view.trains.get(fact.train)
    if train is not None:
        put(view.trains, fact.train, replace(train, splits=(*train.splits, fact)))


def _change_ejected(view: RepositoryView, fact: facts.ChangeEjected) -> None:
    put(view.ejected, fact.change, fact)
    # Proven alone, red in company: made for the branch as it is now, it may fit.
    _try_again(view, fact)
    train = view.trains.get(fact.train)
    if train is not None:
        put(view.trains, fact.train, replace(train, ejected=(*train.ejected, fact.change)))


def _change_merged(view: RepositoryView, fact: facts.ChangeMerged) -> None:
    put(view.merged, fact.change, fact)
    train = view.trains.get(fact.train)
    if train is not None:
        put(view.trains, fact.train, replace(train, merged=(*train.merged, fact.change)))


def _statement_signed(view: RepositoryView, fact: facts.StatementSigned) -> None:
    put(view.statements, fact.commit, fact)


def _change_reverted(view: RepositoryView, fact: facts.ChangeReverted) -> None:
    put(view.reverted, fact.change, fact)


def _class_unlocked(view: RepositoryView, fact: facts.ClassUnlocked) -> None:
    put(view.unlocked, fact.change_class, fact)
    drop(view.stopped, fact.change_class)


def _class_stopped(view: RepositoryView, fact: facts.ClassStopped) -> None:
    put(view.stopped, fact.change_class, fact)
    drop(view.unlocked, fact.change_class)


def _lesson_learnt(view: RepositoryView, fact: facts.LessonLearnt) -> None:
    counts = Lesson(fact.repository, fact.transform, fact.proposed, fact.proven, fact.merged, fact.refused)
    put(view.lessons, fact.transform, counts)


RECORDED: Mapping[type[Fact], Callable[[RepositoryView, Any], None]] = {
    facts.IdeaSeen: _idea_seen,
    facts.IdeaChanged: _idea_changed,
    facts.SurveyTaken: _survey_taken,
    facts.CoverageMeasured: _coverage_measured,
    facts.TicketRaised: _ticket_raised,
    facts.ProposalMade: _proposal_made,
    facts.ProposalDeclined: _proposal_declined,
    facts.GateJudged: _gate_judged,
    facts.ValidationEnded: _validation_ended,
    facts.TestsQuarantined: _tests_quarantined,
    facts.ChangeApproved: _change_approved,
    facts.ChangeRefused: _change_refused,
    facts.ChangeSuperseded: _change_superseded,
    facts.TrainDeparted: _train_departed,
    facts.TrainSplit: _train_split,
    facts.ChangeEjected: _change_ejected,
    facts.ChangeMerged: _change_merged,
    facts.StatementSigned: _statement_signed,
    facts.ChangeReverted: _change_reverted,
    facts.ClassUnlocked: _class_unlocked,
    facts.ClassStopped: _class_stopped,
    facts.LessonLearnt: _lesson_learnt,
}
"""Which facts leave a record in a repository's view, and how."""
