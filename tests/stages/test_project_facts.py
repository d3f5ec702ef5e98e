"""What the loop keeps and uses of a project's facts: churn, coverage, hints; surveys taken before them."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from cli.progress import progress
from pyagent.codec import decode
from pyagent.ledger.facts import SurveyTaken
from pyagent.settings import RepositorySection, Settings
from stages.desk import Desk, lay
from stages.hotspots import Shares, findings
from stages.ingest import ingest
from stages.plan import plan
from stages.survey import load_survey, profile, survey
from stages.wiring import Wiring, wired
from tests.plugins.loops import Shell

BUSY = "def busy(a):\n" + "".join(f"    if a == {n}:\n        return {n}\n" for n in range(30)) + "    return a\n"


@contextmanager
def working(shell: Shell) -> Generator[tuple[Wiring, Desk]]:
    with (
        progress(quiet=True) as shown,
        wired(Settings(), shell.state, progress=shown, offline=True) as wiring,
    ):
        yield wiring, lay(wiring, RepositorySection(target=shell.target))


def test_a_run_remembers_what_the_base_suite_runs(merged: Shell) -> None:
    with working(merged) as (wiring, desk):
        view = wiring.of(desk.slug)
        first, *_ = view.coverage.values()
        shares = decode(Shares, wiring.blobs.get(first.shares)).functions
        taken = load_survey(wiring, view.surveys[first.tree])
    known = {row.name: shares[row.fingerprint] for row in taken.measured.functions}
    assert known == {"kind": 1.0, "half": 1.0, "untested": 0.0, "Box.__init__": 1.0, "Box.volume": 1.0}


def test_hotspots_use_the_coverage_of_the_functions_that_did_not_change(waiting: Shell) -> None:
    with working(waiting) as (wiring, desk):
        view = wiring.of(desk.slug)
        taken = load_survey(wiring, view.surveys[next(iter(view.coverage))])
        rows = tuple(replace(row, cyclomatic=20) for row in taken.measured.functions)
        busy = replace(taken, measured=replace(taken.measured, functions=rows), churn={"shapes/area.py": 5})
        hot = {f.name: f.value for f in findings(wiring, view, busy) if f.kind == "hotspot"}
        changed = tuple(replace(row, fingerprint="other") for row in rows)
        unknown = replace(busy, measured=replace(taken.measured, functions=changed))
        cold = {f.name: f.value for f in findings(wiring, view, unknown) if f.kind == "hotspot"}
    assert hot == {"kind": 100.0, "half": 100.0, "untested": 200.0}
    assert cold == {"kind": 100.0, "half": 100.0, "untested": 100.0}


def test_a_hotspot_lets_its_ticket_go_first(fresh: Shell) -> None:
    twin = BUSY.replace("busy", "calm")
    fresh.project.commit({"shapes/busy.py": BUSY, "shapes/calm.py": twin})
    fresh.project.commit({"shapes/busy.py": f"{BUSY}\n\nLIMIT = 12\n"})
    with working(fresh) as (wiring, desk):
        raised = {t.name: dict(t.parts)["hot"] for t in plan(wiring, desk) if t.transform == "extract-function"}
    assert raised == {"busy": 2.0, "calm": 1.0}


def test_a_wish_that_names_no_place_is_told_the_likely_ones(fresh: Shell) -> None:
    wishes = "- Say clearly what a polygon is called.\n- Zzyzx qwertz.\n"
    fresh.project.commit({"improvements.md": wishes})
    with working(fresh) as (wiring, desk):
        ingest(wiring, desk)
        plan(wiring, desk)
        reasons = {wish.idea.title: wish.reason for wish in wiring.of(desk.slug).ideas.values()}
        before = wiring.view().sequence
        plan(wiring, desk)
        assert wiring.view().sequence == before
    assert "; by its words: `shapes.area.kind`" in reasons["Say clearly what a polygon is called."]
    assert reasons["Zzyzx qwertz."].endswith("in backticks")


def test_a_survey_of_before_is_taken_anew_and_still_read(fresh: Shell) -> None:
    with working(fresh) as (wiring, desk):
        now = survey(wiring, desk)
        [fact] = wiring.of(desk.slug).surveys.values()
        older = _before(wiring, fact)
        wiring.ledger.journal.append([older], token=None)
        read = load_survey(wiring, older)
        assert survey(wiring, desk) == now
        [last] = wiring.of(desk.slug).surveys.values()
    assert (read.churn, {each.kind for each in read.findings}) == ({}, {"shape", "lint"})
    assert last.profile == fact.profile == profile(desk)


def _before(wiring: Wiring, fact: SurveyTaken) -> SurveyTaken:
    """The same survey as it was written before it held churn and findings with several places."""
    body = json.loads(wiring.blobs.get(fact.findings))
    del body["churn"]
    body["findings"] = [each for each in body["findings"] if each["kind"] in {"shape", "lint"}]
    for each in body["findings"]:
        del each["places"]
    blob = wiring.blobs.put(json.dumps(body).encode())
    return replace(fact, profile=fact.profile.rpartition("/")[0], findings=blob)


def test_no_ticket_is_raised_for_what_is_only_told(fresh: Shell) -> None:
    with working(fresh) as (wiring, desk):
        taken = survey(wiring, desk)
        raised = plan(wiring, desk)
    told = {each for each in taken.findings if each.kind not in {"cyclomatic", "shape", "lint"}}
    assert told
    assert {(t.path, t.name) for t in raised} == {(f.path, f.name) for f in set(taken.findings) - told}
