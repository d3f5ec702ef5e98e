import json

from hypothesis import given
from hypothesis import strategies as st

from repos.suites.outcomes import FileCoverage
from repos.suites.record import read_coverage, read_journal


def written(*events: dict[str, object]) -> bytes:
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def report(name: str, when: str, outcome: str, text: str = "") -> dict[str, object]:
    return {"event": "report", "id": name, "when": when, "outcome": outcome, "text": text}


def test_the_worst_phase_decides() -> None:
    body = written(
        report("a", "setup", "passed"), report("a", "call", "passed"), report("a", "teardown", "failed", "x")
    )
    found = read_journal(body)
    assert found.outcomes == {"a": "error"}
    assert found.causes == {"a": "x"}


def test_a_test_whose_call_never_came_has_no_outcome() -> None:
    assert read_journal(written(report("a", "setup", "passed"))).outcomes == {}


def test_addresses_become_numbers_in_order_of_collection() -> None:
    ids = ["t[<o at 0x7fa3b1c2d3e4>]", "t[<o at 0x7fa3b1c2d3f5>]", "t[0x10]"]
    body = written({"event": "collected", "ids": ids}, *(report(name, "call", "passed") for name in reversed(ids)))
    assert set(read_journal(body).outcomes) == {"t[<o at 0x*>]#1", "t[<o at 0x*>]#2", "t[0x10]"}


EXIT: dict[str, object] = {"event": "exit", "status": 0, "forged": 0, "by": "keeper", "at": 1.5}
END: dict[str, object] = {"event": "end", "code": 0, "by": "suite"}


def test_end_late_and_modules_are_read() -> None:
    found = read_journal(written({"event": "modules", "modules": [["b", "/b"]]}, END, EXIT))
    assert (found.complete, found.late, found.modules, found.seconds) == (True, None, (("b", "/b"),), 1.5)
    late = read_journal(written({"event": "late", "limit": "idle", "by": "keeper"}, END, EXIT))
    assert (late.late, late.complete) == ("idle", False)


def test_only_the_keeper_says_how_the_process_ended() -> None:
    assert not read_journal(written(END)).complete
    assert not read_journal(written(END, EXIT | {"by": "suite"})).complete
    assert not read_journal(written(END, EXIT | {"status": 137})).complete
    assert not read_journal(written(END, EXIT | {"forged": 1})).complete
    assert read_journal(written({"event": "late", "limit": "idle", "by": "suite"}, END, EXIT)).late is None


def test_a_record_that_contradicts_itself_says_where() -> None:
    collected = {"event": "collected", "ids": ["a", "b"]}
    start_a, start_b = ({"event": "start", "id": name} for name in "ab")
    whole = [report("a", "call", "passed"), report("b", "call", "passed")]
    assert read_journal(written(collected, start_a, start_b, *whole)).odd == frozenset()
    assert read_journal(written(collected, start_a, *whole)).odd == {("reported without a start", "b")}
    assert read_journal(written(collected, start_b, start_a, *whole)).odd == {
        ("ran in another order than collected", "")
    }
    lost = ("started or collected, without an outcome", "b")
    assert read_journal(written(collected, start_a, start_b, whole[0])).odd == {lost}
    assert ("speaks after its end", "") in read_journal(written(start_a, END, whole[0])).odd


def test_the_test_in_whose_middle_a_run_ended_is_named() -> None:
    started = [{"event": "start", "id": "a"}, report("a", "teardown", "passed"), {"event": "start", "id": "b"}]
    assert read_journal(written(*started)).running == "b"
    assert read_journal(written(*started, END, EXIT)).running is None
    assert read_journal(written(*started, report("b", "whole", "passed"))).running is None


@given(st.integers(min_value=0, max_value=400))
def test_a_journal_cut_anywhere_is_read_as_far_as_it_goes(cut: int) -> None:
    whole = written(*(report(name, "call", "passed") for name in "abcd"), END, EXIT)
    found = read_journal(whole[:cut])
    assert set(found.outcomes) <= set("abcd")
    assert not found.complete or cut >= len(whole) - 1


def test_forged_lines_of_other_shapes_are_ignored() -> None:
    assert read_journal(b'[]\n7\nnull\n{"event": "report", "id": 1, "outcome": "odd"}\n').outcomes == {}


def test_coverage_leaves_the_tests_out() -> None:
    row = {"statements": [1, 2], "executed": [1], "ran_by": [[1, 1], [3, 0]]}
    files = dict.fromkeys(("a.py", "t/x.py", "ts.py"), row)
    body = json.dumps({"tests": ["x", "y"], "seconds": [1, 2], "sets": ["1", "3"], "files": files}).encode()
    found = read_coverage(body, ["t"])
    assert found is not None
    assert found.files.keys() == {"a.py", "ts.py"}
    assert found.files["a.py"] == FileCoverage(frozenset({1, 2}), frozenset({1}), {1: 3, 3: 1})
    assert (found.tests, found.seconds) == (("x", "y"), (1, 2))
    assert read_coverage(b"cut off", []) is None
