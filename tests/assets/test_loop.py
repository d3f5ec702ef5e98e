"""The assets materialized for real: a git repository, a ledger, the sandbox, Great Expectations."""

import base64
import logging

import dagster as dg
import pytest

from assets.checks import figures_are_whole, figures_do_not_regress, regressions, tickets_are_whole
from assets.loop import findings, ideas, metrics, tickets
from assets.suites import TICKETS, unmet
from assets.work import proposals
from assets.workshop import Workshop
from pyagent.ledger.facts import SurveyTaken, TicketRaised
from pyagent.model import ChangeClass, Ticket
from tests.assets.conftest import SLUG, Place

CHECKS = [figures_are_whole, tickets_are_whole, figures_do_not_regress]
ALL = [ideas, metrics, findings, tickets, *CHECKS]
LOG = logging.getLogger(__name__)


def materialized(place: Place, *more: dg.AssetsDefinition, raising: bool = True) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*ALL, *more], partition_key=SLUG, instance=place.instance, resources={"workshop": place.workshop},
        raise_on_error=raising,
    )  # fmt: skip


def facts(place: Place) -> list[str]:
    with place.workshop.opened(LOG) as wiring:
        return [type(entry.fact).__name__ for entry in wiring.ledger.journal.entries()]


def metadata(place: Place, asset: str) -> dict[str, object]:
    event = place.instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event
    assert event.asset_materialization
    assert event.asset_materialization.partition == SLUG
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_a_run_records_what_the_stages_record_and_a_second_one_nothing(place: Place) -> None:
    assert materialized(place).success
    first = facts(place)
    assert first.count("SurveyTaken") == 1
    assert first.count("TicketRaised") >= 4
    assert materialized(place).success
    assert facts(place) == first


def test_pages_show_figures_tables_and_pictures(place: Place) -> None:
    assert materialized(place).success
    shown = metadata(place, "metrics")
    assert shown["functions"] == 5
    assert shown["commit"] == place.project.git("rev-parse", "HEAD")
    head, _, body = str(shown["functions by size and complexity"]).partition("base64,")
    assert head == "![Functions by size, coloured by complexity](data:image/svg+xml;"
    assert b"</svg>" in base64.b64decode(body.removesuffix(")"))
    assert "| change | transform | where | why | score |" in str(metadata(place, "tickets")["most promising"])
    assert metadata(place, "tickets")["waiting"] == facts(place).count("TicketRaised")
    assert "| lint |" in str(metadata(place, "findings")["by kind"])


def test_wishes_of_the_operator_are_ideas_and_none_of_their_text_is_markup(place: Place) -> None:
    (place.folder / "improvements.md").write_text("# Wishes\n\n- Simplify `kind` <img src=x> | in area\n", "utf-8")
    assert materialized(place).success
    shown = metadata(place, "ideas")
    assert (shown["new"], shown["ideas"]) == (3, 3)  # two are the project's own
    assert "<img" not in str(shown["wishes"])


def test_figures_are_judged_before_anything_rests_on_them(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.checks.unmet", lambda *_: {"figures": "not so 3 times"})
    done = materialized(place, raising=False)
    assert not done.success
    assert facts(place).count("SurveyTaken") == 1
    assert "TicketRaised" not in facts(place)
    assert not done.asset_materializations_for_node("tickets")


def test_tickets_are_judged_before_a_run_over_them_is_asked_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.checks.unmet", lambda suite, *_: {"score": "null"} if suite is TICKETS else {})
    done = materialized(place, proposals, raising=False)
    assert not done.success
    assert done.asset_materializations_for_node("tickets")
    assert "RunRequested" not in facts(place)


def test_a_ticket_without_a_name_a_place_or_a_rank_is_seen() -> None:
    def ticket(change: str, path: str, score: float) -> Ticket:
        return Ticket(change, "r", path, "f", "split", ChangeClass.A, "e", "why", score, ())

    whole = ticket("a" * 26, "a.py", 1.0)
    columns = ["change", "path", "score"]
    assert unmet(TICKETS, [whole], columns) == {}
    assert unmet(TICKETS, [], columns) == {}
    failed = unmet(TICKETS, [whole, whole, ticket("b", "", float("nan"))], columns)
    assert {name.split()[-1]: said for name, said in failed.items() if "unique" not in name} == {
        "change": "not so 1 times",
        "score": "not so 1 times",
        "path": "not so 1 times",
    }
    assert any("unique" in name for name in failed)


def test_what_got_worse_is_told(place: Place) -> None:
    assert materialized(place).success
    branches = "".join(f"    if a == {n}:\n        return {n}\n" for n in range(30))
    place.project.commit({"shapes/worse.py": f"def worse(a):\n{branches}    return a\n"})
    done = materialized(place)
    assert done.success
    (said,) = [each for each in done.get_asset_check_evaluations() if each.check_name == "figures_do_not_regress"]
    assert not said.passed
    assert said.description
    assert "over_25 0 -> 1" in said.description


def test_the_share_and_not_the_count_of_docstrings_matters() -> None:
    def taken(functions: float, documented: float) -> SurveyTaken:
        over = (("over_10", 0.0), ("over_15", 0.0), ("over_25", 0.0))
        counts = (("functions", functions), ("documented", documented), ("annotated", 0.0))
        return SurveyTaken("r", "c", "t", "p", "b", (*counts, *over))

    assert regressions(taken(4, 2), taken(8, 4)) == {}
    assert regressions(taken(4, 2), taken(8, 3)) == {"documented": "50.0% -> 37.5%"}


def test_a_repository_that_nobody_configured_is_named_with_what_to_do(place: Place) -> None:
    place.instance.add_dynamic_partitions("repositories", ["stranger"])
    done = dg.materialize(
        [ideas], partition_key="stranger", instance=place.instance, resources={"workshop": place.workshop},
        raise_on_error=False,
    )  # fmt: skip
    (failure,) = done.get_step_failure_events()
    error = failure.step_failure_data.error
    assert error
    assert "stranger is neither configured nor under care. Add it as [[repository]]" in error.to_string()


def test_a_stage_that_another_process_works_on_is_asked_again_later(place: Place) -> None:
    with place.workshop.opened(LOG) as wiring, wiring.ledger.leases.hold(f"{SLUG}/store"):
        done = dg.materialize(
            [ideas], partition_key=SLUG, instance=place.instance, resources={"workshop": place.workshop},
            raise_on_error=False, run_config={},
        )  # fmt: skip
    assert any(event.is_step_up_for_retry for event in done.all_events)


def test_the_workshop_opens_the_configuration_it_is_given(place: Place) -> None:
    other = Workshop(configuration=place.workshop.configuration, state=str(place.folder / "elsewhere"))
    with other.opened(LOG) as wiring:
        assert wiring.state == place.folder / "elsewhere"
        assert wiring.settings.repository[0].slug == SLUG
        assert not any(wiring.ledger.journal.entries(kinds=(TicketRaised,)))
