"""What Dagster was told, what it lost, and telling it again: on an instance that lasts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.events import told
from assets.inspect import main
from assets.missing import missing_of, retell, told_to
from assets.sensors import CONSUMER
from tests.assets.conftest import SLUG, Place
from tests.assets.test_loop import LOG
from tests.assets.test_waking import queued, record


def committed_without_its_events(place: Place) -> None:
    """A tick of which only the first change was told although the cursor is behind the second."""
    record(place, *queued("one"), *queued("two"))
    with place.workshop.opened(LOG) as wiring:
        for event in told(list(wiring.ledger.journal.entries())[:3]):
            place.instance.report_runless_asset_event(event)
        wiring.ledger.outbox.advance(CONSUMER, wiring.ledger.journal.head().count)


def test_what_the_cursor_passed_over_is_found_and_told_once(place: Place) -> None:
    committed_without_its_events(place)
    with place.workshop.opened(LOG) as wiring:
        lost = missing_of(wiring.ledger, told_to(place.instance))
        assert [entry.sequence for entry in lost] == [5, 6]
        assert retell(place.instance, lost) == 2
        assert missing_of(wiring.ledger, told_to(place.instance)) == ()
    assert told_to(place.instance).sequences["proposals"] == {2, 5}
    assert told_to(place.instance).sequences["queue"] == {3, 6}


def test_what_the_sensor_has_yet_to_tell_is_not_missing(place: Place) -> None:
    committed_without_its_events(place)
    record(place, *queued("three"))
    with place.workshop.opened(LOG) as wiring:
        assert [entry.sequence for entry in missing_of(wiring.ledger, told_to(place.instance))] == [5, 6]


def test_many_events_are_read_page_by_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.missing.PAGE", 1)
    committed_without_its_events(place)
    with place.workshop.opened(LOG) as wiring:
        retell(place.instance, missing_of(wiring.ledger, told_to(place.instance)))
    assert told_to(place.instance).sequences["queue"] == {3, 6}


def inspected(place: Place, *options: str) -> dict[str, object]:
    done = CliRunner().invoke(main, ["--config", place.workshop.configuration, "--json", *options])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_says_what_is_missing_and_tells_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    committed_without_its_events(place)
    monkeypatch.setenv("DAGSTER_HOME", place.instance.root_directory)
    (Path(place.instance.root_directory) / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")
    found = inspected(place, "--retell")
    assert found["partitions"] == [SLUG]
    assert found["retold"] == 2
    again = inspected(place)
    assert again["assets"] == {
        "proposals": {"told": 2, "last": 5, "missing": []},
        "validations": {"told": 0, "last": 0, "missing": []},
        "queue": {"told": 2, "last": 6, "missing": []},
        "merges": {"told": 0, "last": 0, "missing": []},
        "lessons": {"told": 0, "last": 0, "missing": []},
    }
    lines = CliRunner().invoke(main, ["--config", place.workshop.configuration])
    assert "queue: 2 events, the last 6, missing none" in lines.stdout


def test_without_a_home_of_dagster_there_is_nothing_to_inspect(place: Place) -> None:
    done = CliRunner().invoke(main, ["--config", place.workshop.configuration])
    assert done.exit_code == 3
    assert "DAGSTER_HOME is not set. Set it to the folder" in done.stderr
