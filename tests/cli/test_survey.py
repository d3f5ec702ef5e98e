"""The day-0 report in its four formats: measured, written nowhere but into our own state."""

import json
from typing import Any

from cli.kinds import KINDS
from cli.sarif import sarif
from pyagent.model import Finding, Spot
from tests.plugins.loops import Shell
from tests.plugins.project import FILES


def test_text_says_what_is_there_what_a_run_would_try_and_what_is_blank(fresh: Shell) -> None:
    out = fresh("survey", fresh.target).out
    assert "3 files" in out
    assert "5 functions" in out
    assert "coverage: blank" in out
    assert "churn: the newest commits changed 3 of 3 files" in out
    assert "in the project: 1 unused definition, 4 definitions used by tests only" in out
    assert "superfluous-else" in out
    assert "kind (shapes/area.py:4)" in out


def test_json_holds_functions_findings_and_tickets(fresh: Shell) -> None:
    document = fresh("survey", fresh.target, "--json").json
    assert {row["name"] for row in document["functions"]} >= {"kind", "half", "Box.volume"}
    rules = {finding["rule"] for finding in document["findings"]}
    assert rules >= {"shape/superfluous-else", "lint/UP004", "unused/function", "tests-only/class", "hints"}
    assert "docs" not in rules
    assert document["tickets"][0]["parts"]


def test_ndjson_is_a_function_a_line(fresh: Shell) -> None:
    rows = [json.loads(line) for line in fresh("survey", fresh.target, "--format", "ndjson").out.splitlines()]
    assert len(rows) == 5
    assert all(row["repository"].startswith("shapes-") for row in rows)


def test_sarif_has_every_field_its_readers_require(fresh: Shell) -> None:
    document = fresh("survey", fresh.target, "--format", "sarif").json
    assert_valid(document)
    results = document["runs"][0]["results"]
    assert len(results) == len(fresh("survey", fresh.target, "--json").json["findings"])


def test_sarif_of_each_kind_names_its_rule() -> None:
    findings = [
        Finding("cyclomatic", "a.py", "f", 3, 31, 25),
        Finding("shape", "a.py", "f", 3, 1, 0, "guard-clause"),
        Finding("lint", "b ü.py", "UP004", 0, 2, 0),
    ]
    document: Any = sarif(findings)
    assert_valid(document)
    run = document["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["cyclomatic", "shape/guard-clause", "lint/UP004"]
    assert [result["level"] for result in run["results"]] == ["warning", "note", "note"]


def test_sarif_tells_every_kind_with_help_and_every_place() -> None:
    findings = [
        Finding(kind, "a.py", "f", 3, 31, 25, "exact", (Spot("a.py", 3, 9), Spot("b ü.py", 5, 11, "g")))
        for kind in KINDS
    ]
    document: Any = sarif(findings)
    assert_valid(document)
    [run] = document["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        for said in ("shortDescription", "fullDescription", "help"):
            assert len(rule[said]["text"]) > 10
    assert {rule["id"].partition("/")[0] for rule in run["tool"]["driver"]["rules"]} == set(KINDS)
    for result in run["results"]:
        assert "{" not in result["message"]["text"]
        [other] = result["relatedLocations"]
        assert other["physicalLocation"]["region"] == {"startLine": 5, "endLine": 11}


def test_what_ties_a_project_together_is_told_with_its_places(fresh: Shell) -> None:
    fresh.project.commit(
        {
            "shapes/area.py": "from shapes import box\n\n\ndef kind(sides):\n    return box.Box(sides)\n",
            "shapes/box.py": "from shapes import area\n\n\nclass Box:\n    kind = area\n",
            "shapes/copied.py": COPIES,
        }
    )
    document = fresh("survey", fresh.target, "--json").json
    found = {finding["rule"]: finding for finding in document["findings"]}
    assert [place["path"] for place in found["cycle"]["places"]] == ["shapes/area.py", "shapes/box.py"]
    assert [(p["path"], p["line"]) for p in found["clone/renamed"]["places"]] == [
        ("shapes/copied.py", 1),
        ("shapes/copied.py", 14),
    ]
    assert_valid(fresh("survey", fresh.target, "--format", "sarif").json)
    text = fresh("survey", fresh.target).out
    assert "1 import cycle" in text
    assert "1 copy" in text


def test_a_complex_function_that_changes_often_is_a_hotspot(fresh: Shell) -> None:
    body = "def busy(a):\n" + "".join(f"    if a == {n}:\n        return {n}\n" for n in range(12)) + "    return a\n"
    fresh.project.commit({"shapes/busy.py": body})
    assert "hotspot  function" not in fresh("survey", fresh.target).out
    fresh.project.commit({"shapes/busy.py": f"{body}\n\nLIMIT = 12\n"})
    out = fresh("survey", fresh.target).out
    assert "busy (shapes/busy.py:1): 2 commits on its file, complexity 13, coverage not known" in out


COPIES = "\n\n".join(
    f"""def {name}({values}):
    total = 0
    for {each} in {values}:
        if {each} > 10 and {each} < 100:
            total += {each} * 2
        elif {each} < 0:
            total -= {each} // 3
        else:
            total = total * {each} + 1
            print({each}, total)
    return total
"""
    for name, values, each in (("first", "rows", "row"), ("second", "cells", "cell"))
)


def test_a_survey_leaves_the_target_as_it_was(fresh: Shell) -> None:
    before = fresh.project.git("status", "--porcelain", "--ignored"), fresh.project.git("for-each-ref")
    fresh("survey", fresh.target)
    assert (fresh.project.git("status", "--porcelain", "--ignored"), fresh.project.git("for-each-ref")) == before


def test_what_was_tried_is_not_offered_again(merged: Shell) -> None:
    assert "A run would try nothing" in merged("survey", merged.slug).out


def test_broken_files_are_problems_not_an_end(fresh: Shell) -> None:
    fresh.project.commit({"shapes/broken.py": "def broken(:\n", **FILES})
    assert "problems:\n  shapes/broken.py:1" in fresh("survey", fresh.target).out


def test_one_bad_target_leaves_the_others(fresh: Shell) -> None:
    ended = fresh("survey", f"{fresh.target}-not", fresh.target)
    assert (ended.code, "There is no folder" in ended.err, "5 functions" in ended.out) == (4, True, True)


def assert_valid(document: Any) -> None:
    """The required properties of SARIF 2.1.0 (OASIS, sections 3.13 to 3.30), as far as we write them."""
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    for run in document["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert run["tool"]["driver"]["name"] == "pyagent"
        assert len(set(rules)) == len(rules)
        for result in run["results"]:
            assert result["ruleId"] in rules
            assert result["level"] in {"none", "note", "warning", "error"}
            assert result["message"]["text"]
            [location] = result["locations"]
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"].isascii()
            assert " " not in place["artifactLocation"]["uri"]
            assert place["region"]["startLine"] >= 1
