"""Views hold together whatever the history, and can be brought forward in steps."""

import time
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pyagent.ledger import facts as f
from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import Fact
from pyagent.ledger.folding import advance, fold
from pyagent.ledger.views import View
from pyagent.model import Answer, ChangeClass, Idea, Status, Verdict
from tests.pyagent.ledger.histories import MERGED, R, entries, made, queued, refused, ticket, validated, view

_CHANGES, _EVIDENCE, _PROPOSALS = (st.sampled_from(x) for x in (["c", "d"], ["e1", "e2"], ["p1", "p2"]))
_SLUGS = st.sampled_from([R, "lark"])
_CLASSES = st.sampled_from(ChangeClass)


def _of(kind: type[Fact], **special: st.SearchStrategy[object]) -> st.SearchStrategy[Fact]:
    named = {"repository": _SLUGS, "change": _CHANGES, "evidence": _EVIDENCE, "proposal": _PROPOSALS}
    own_fields = [field.name for field in fields(kind)]
    own = {name: strategy for name, strategy in named.items() if name in own_fields}
    rest = {name: st.just("x") for name in own_fields if name not in own}
    return st.builds(kind, **(own | rest | special))  # type: ignore[arg-type]


_TICKETS = st.builds(ticket, _CHANGES, _EVIDENCE)
_FACTS = st.one_of(
    _TICKETS,
    _of(f.ProposalMade),
    _of(f.ProposalDeclined, status=st.sampled_from([Status.DECLINED, Status.NEEDS_A_NAME])),
    _of(f.ValidationEnded, status=st.sampled_from([Status.PROPOSED, Status.FAILED, Status.NEEDS_TESTS, Status.OPEN])),
    _of(f.GateJudged, verdict=st.builds(Verdict, st.sampled_from("gh"), st.sampled_from(Answer), st.just(""))),
    _of(f.ChangeQueued),
    _of(f.ChangeHeld),
    _of(f.ChangeApproved),
    _of(f.ChangeRefused, until_changed=st.one_of(st.none(), _EVIDENCE)),
    _of(f.ChangeSuperseded),
    _of(f.ChangeEjected),
    _of(f.ChangeMerged),
    _of(f.StatementSigned),
    _of(f.ChangeReverted),
    _of(f.TrainDeparted),
    _of(f.TrainSplit),
    _of(f.ClassUnlocked, change_class=_CLASSES),
    _of(f.ClassStopped, change_class=_CLASSES),
    _of(f.MergingPaused, repository=st.sampled_from(["", R]), paused=st.booleans()),
    _of(f.RepositoryAdded),
    _of(f.RunStarted),
    _of(f.RunEnded),
    _of(f.IdeaSeen, idea=st.builds(Idea, _CHANGES, st.just(""), st.just(""), st.just(""), st.none())),
    _of(f.IdeaChanged, idea=_CHANGES),
    _of(f.SurveyTaken),
    _of(f.TestsQuarantined),
    _of(f.LessonLearnt),
)
_HISTORIES = st.lists(_FACTS, max_size=40)


@given(_HISTORIES, st.lists(st.integers(0, 40), max_size=4))
@settings(max_examples=200, deadline=None)
def test_folding_in_steps_is_folding_at_once_and_leaves_earlier_views_alone(facts: list[Fact], cuts: list[int]) -> None:
    whole = entries(facts)
    seen, kept = View(), [(View(), "")]
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(whole)], strict=True):
        seen = advance(seen, whole[begin:end])
        kept.append((seen, repr(seen)))
    assert seen == fold(whole)
    assert repr(seen) == repr(fold(whole))
    assert all(repr(view) == text for view, text in kept[1:])


@given(_HISTORIES)
@settings(max_examples=200, deadline=None)
def test_queue_and_standing_never_contradict_each_other(facts: list[Fact]) -> None:
    for seen in fold(entries(facts)).repositories.values():
        waiting = {change for change in seen.standings if seen.is_waiting(change)}
        assert set(seen.queue) == waiting
        assert set(seen.held) == {c for c, standing in seen.standings.items() if standing.status is Status.HELD}
        assert set(seen.tickets) <= set(seen.standings)
        assert not waiting & {t.change for t in seen.untried}
        assert all(not seen.is_refused(t.change, t.evidence) for t in seen.untried)


@given(_HISTORIES)
@settings(max_examples=200, deadline=None)
def test_a_change_refused_for_ever_never_waits_again(facts: list[Fact]) -> None:
    kept = [fact for fact in facts if not isinstance(fact, f.ChangeRefused)]
    seen = view(refused(), *kept)
    assert seen.status("c") in {Status.REFUSED, Status.MERGED, Status.REVERTED}
    assert "c" not in seen.queue


def test_ten_thousand_facts_fold_in_linear_time() -> None:
    def history(count: int) -> list[Entry]:
        facts: list[Fact] = []
        for n in range(count // 5):
            c, p = f"c{n}", f"p{n}"
            facts += [ticket(c), made(c, "e1", p), replace(validated(Status.PROPOSED, p), change=c)]
            facts += [queued(c, p), replace(MERGED, change=c, proposal=p)]
        return entries(facts)

    small, large = history(1000), history(10_000)
    ratio = _seconds(large) / _seconds(small)
    assert ratio < 40, f"10 times the facts took {ratio:.0f} times as long"


def _seconds(history: list[Entry]) -> float:
    def once() -> float:
        begin = time.process_time()
        fold(history)
        return time.process_time() - begin

    return min(once() for _ in range(3))
