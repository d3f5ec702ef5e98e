from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, Claim, Verdict
from pyagent.ports import Runner
from repos.gates.metric import judge, remeasured
from tests.repos.gates.workshop import NoRunner, checkout, text, trial

BASE = text("""
def f(a):
    if a:
        if a > 1:
            return 1
    return 2
""")
BETTER = text("""
def f(a):
    if a and a > 1:
        return 1
    return 2
""")
BEST = text("""
def f(a):
    return 1 if a else 2
""")


def claim(metric: str, before: float, after: float, name: str = "f") -> Claim:
    return Claim(metric, "pkg/mod.py", name, before, after)


def judged(root: Path, after: bytes, *claims: Claim) -> Verdict:
    return judge(trial(root, {"pkg/mod.py": BASE}, {"pkg/mod.py": after}, claims=claims))


def branches(count: int, name: str) -> bytes:
    return f"def {name}(a):\n".encode() + b"".join(b"    if a == %d:\n        return 1\n" % n for n in range(count))


def test_a_true_claim_with_a_lower_metric_passes_and_shows_both_values(tmp_path: Path) -> None:
    verdict = judged(tmp_path, BETTER, claim("nesting", 2, 1), claim("cyclomatic", 3, 3))
    assert verdict.answer is Answer.PASSED
    assert ("nesting of f", "2 → 1") in verdict.facts


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ((claim("cyclomatic", 9, 2),), "claims cyclomatic of f goes 9 to 2, measured 3 to 2"),
        ((claim("cyclomatic", 3, 1),), "measured 3 to 2"),
        ((), "claims nothing about f"),
        ((claim("cyclomatic", 0, 0, "g"),), "claims nothing about f"),
    ],
)
def test_a_false_or_missing_claim_fails(tmp_path: Path, claims: tuple[Claim, ...], why: str) -> None:
    verdict = judged(tmp_path, BEST, *claims)
    assert verdict.answer is Answer.FAILED
    assert why in verdict.reason


def test_a_true_claim_without_any_gain_fails(tmp_path: Path) -> None:
    verdict = judged(tmp_path, BASE.replace(b"return 2", b"return 3"), claim("cyclomatic", 3, 3))
    assert "nothing claimed about f got better" in verdict.reason


def test_one_metric_may_not_be_paid_for_with_another_claimed_one(tmp_path: Path) -> None:
    verdict = judge(
        trial(
            tmp_path,
            {"pkg/mod.py": BEST},
            {"pkg/mod.py": BASE.replace(b"return 2", b"return 1 if a else 2")},
            claims=(claim("cyclomatic", 2, 4), claim("statements", 1, 4)),
        )
    )
    assert "cyclomatic of f rose from 2 to 4" in verdict.reason


def test_a_metric_nobody_measures_is_skipped(tmp_path: Path) -> None:
    assert judged(tmp_path, BEST, claim("beauty", 1, 2)).answer is Answer.SKIPPED


@pytest.mark.parametrize(("count", "step"), [(11, 10), (16, 15), (26, 25)])
def test_the_target_may_not_be_met_by_growing_another_function_over_a_step(
    tmp_path: Path, count: int, step: int
) -> None:
    before = BASE + b"def g(a):\n    return a\n"
    after = BEST + branches(count, "g")
    verdict = judge(trial(tmp_path, {"pkg/mod.py": before}, {"pkg/mod.py": after}, claims=(claim("cyclomatic", 3, 2),)))
    assert verdict.answer is Answer.FAILED
    assert (f"functions over cyclomatic {step}", "0 → 1") in verdict.facts


def test_the_sum_of_cognitive_may_not_grow(tmp_path: Path) -> None:
    before = BASE + b"def g(a):\n    return a\n"
    verdict = judge(
        trial(
            tmp_path,
            {"pkg/mod.py": before},
            {"pkg/mod.py": BEST + branches(4, "g")},
            claims=(claim("cyclomatic", 3, 2),),
        )
    )
    assert verdict.answer is Answer.FAILED
    assert "sum of cognitive grew" in verdict.reason


LINTY = {"pkg/a.py": b"x = list()\ny = dict()\n", "pkg/b.py": b"x = list()\n"}
CLEAN = {"pkg/a.py": b"x = []\ny = {}\n", "pkg/b.py": b"x = []\n"}


def lint_claims(*rows: tuple[str, float, float]) -> tuple[Claim, ...]:
    return tuple(Claim("lint", path, "C408", before, after) for path, before, after in rows)


def test_a_lint_change_is_measured_by_the_findings_of_its_rule(tmp_path: Path, sandbox: Runner) -> None:
    claims = lint_claims(("pkg/a.py", 2, 0), ("pkg/b.py", 1, 0))
    offered = trial(tmp_path, LINTY, CLEAN, claims=claims, change_class=ChangeClass.H, name="C408", runner=sandbox)
    assert judge(offered).answer is Answer.PASSED


def test_a_lint_change_that_lies_or_brings_nothing_fails(tmp_path: Path, sandbox: Runner) -> None:
    lying = trial(
        tmp_path,
        LINTY,
        CLEAN,
        claims=lint_claims(("pkg/a.py", 5, 0)),
        change_class=ChangeClass.H,
        name="C408",
        runner=sandbox,
    )
    assert "measured 2 to 0" in judge(lying).reason
    same = {"pkg/b.py": b"y = list()\n"}
    idle = trial(
        tmp_path,
        LINTY,
        same,
        claims=lint_claims(("pkg/b.py", 1, 1)),
        change_class=ChangeClass.H,
        name="C408",
        runner=sandbox,
    )
    assert judge(idle).reason == "no fewer findings of C408"


def test_the_merged_tree_must_hold_what_all_changes_claimed(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"pkg/mod.py": BASE + branches(5, "g")})
    whole = checkout(tmp_path / "whole", {"pkg/mod.py": BEST + branches(3, "g")})
    half = checkout(tmp_path / "half", {"pkg/mod.py": BASE + branches(3, "g")})
    claims = (claim("cyclomatic", 3, 2), claim("cyclomatic", 6, 4, "g"))
    assert remeasured(base, whole, claims=claims, runner=NoRunner()).answer is Answer.PASSED
    short = remeasured(base, half, claims=claims, runner=NoRunner())
    assert (short.answer, short.reason) == (Answer.FAILED, "cyclomatic: 2 of 3 claimed")


def test_a_place_claimed_by_two_changes_is_found_only_once(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"pkg/mod.py": BASE})
    merged = checkout(tmp_path / "merged", {"pkg/mod.py": BEST})
    twice = (claim("cyclomatic", 3, 2), claim("cyclomatic", 3, 2))
    assert remeasured(base, merged, claims=twice, runner=NoRunner()).answer is Answer.FAILED


def test_a_vanished_file_is_no_improvement_and_an_unknown_metric_is_skipped(tmp_path: Path) -> None:
    base, empty = checkout(tmp_path / "a", {"pkg/mod.py": BASE}), checkout(tmp_path / "b", {"x": b""})
    assert remeasured(base, empty, claims=(claim("cyclomatic", 3, 2),), runner=NoRunner()).answer is Answer.FAILED
    assert remeasured(base, empty, claims=(claim("x", 3, 2),), runner=NoRunner()).answer is Answer.SKIPPED


def test_a_tests_change_needs_no_code_metric(tmp_path: Path) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": BEST}, change_class=ChangeClass.T)
    assert judge(replace(offered)).answer is Answer.PASSED
