from collections.abc import Mapping
from pathlib import Path

from repos.gates.bases import Bases, Quarantine
from repos.suites.outcomes import SuiteRun
from tests.repos.gates.workshop import run


class Script:
    """A suite whose runs were written beforehand; remembers how it was asked."""

    def __init__(self, *runs: SuiteRun) -> None:
        self.runs = list(runs)
        self.asked: list[bool] = []

    def __call__(self, tree: Path, *, overlay: Mapping[str, bytes | None], coverage: bool) -> SuiteRun:
        assert (tree, overlay) == (Path("tree"), {})
        self.asked.append(coverage)
        return self.runs[min(len(self.asked), len(self.runs)) - 1]


def test_nothing_runs_before_it_is_needed_and_coverage_only_when_asked() -> None:
    script = Script(run({"a": "passed"}))
    bases = Bases(script, Path("tree"))
    assert script.asked == []
    bases.latest()
    bases.covered()
    bases.covered()
    assert script.asked == [False, True]


def test_ids_that_fail_on_base_are_quarantined() -> None:
    bases = Bases(Script(run({"a": "passed", "b": "failed", "c": "error"})), Path("tree"))
    bases.latest()
    assert bases.quarantines == [Quarantine(("b", "c"), "fails on base")]


def test_ids_that_waver_between_base_runs_are_quarantined_once() -> None:
    first = run({"a": "passed", "b": "passed", "gone": "passed"})
    second = run({"a": "passed", "b": "skipped", "new": "passed"})
    bases = Bases(Script(first, second, first), Path("tree"))
    bases.latest()
    assert bases.fresh() == {"b", "gone", "new"}
    assert bases.fresh() == set()
    assert bases.quarantines == [Quarantine(("b", "gone", "new"), "wavers on base")]


def test_known_ids_stay_quarantined_and_are_not_told_again() -> None:
    bases = Bases(Script(run({"a": "passed", "b": "failed"})), Path("tree"), known=["b"])
    bases.latest()
    assert (bases.quarantined, bases.quarantines) == ({"b"}, [])


def test_a_cut_off_run_quarantines_nothing_and_is_tried_once_more() -> None:
    broken, whole = run({"a": "failed"}, complete=False), run({"a": "passed", "b": "passed"})
    script = Script(broken, whole)
    bases = Bases(script, Path("tree"))
    assert bases.usable() is whole
    assert (bases.quarantined, len(script.asked)) == (frozenset(), 2)


def test_catching_up_runs_only_after_a_candidate() -> None:
    script = Script(run({"a": "passed"}))
    bases = Bases(script, Path("tree"))
    bases.latest()
    bases.catch_up()
    assert len(bases.runs) == 1
    bases.candidate(Path("tree"), overlay={})
    bases.catch_up()
    assert len(bases.runs) == 2


def test_a_measured_run_serves_as_base_only_where_nothing_failed_in_it() -> None:
    clean = Script(run({"a": "passed"}))
    bases = Bases(clean, Path("tree"))
    assert bases.covered() is bases.latest()
    assert clean.asked == [True]
    disturbed = Script(run({"a": "passed", "b": "failed"}), run({"a": "passed", "b": "passed"}))
    bases = Bases(disturbed, Path("tree"))
    bases.covered()
    assert bases.latest().outcomes["b"] == "passed"
    assert (disturbed.asked, bases.quarantines) == ([True, False], [])


def test_what_only_measuring_changes_does_not_waver() -> None:
    bases = Bases(Script(run({"a": "passed", "b": "skipped"}), run({"a": "passed", "b": "passed"})), Path("tree"))
    bases.covered()
    assert bases.fresh() == set()
    assert len(bases.runs) == 2
