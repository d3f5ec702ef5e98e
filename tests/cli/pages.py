"""Reports made by hand: the fullest, the largest, the emptiest."""

from dataclasses import replace

from cli.advice import Step
from cli.report.contents import ChangePage, DeclinedGroup, Described, FunctionPoint, Place, Report
from pyagent.model import Answer, Claim, Finding, Spot, Verdict

HOSTILE = "<img src=x onerror=alert(1)> & `code` {{ 7 * 7 }}"
LONG = "a_function_with_a_name_nobody_would_choose_" * 4

VERDICTS = (
    Verdict("size", Answer.PASSED, "4 edited lines in 1 file", cpu_seconds=0.01),
    Verdict("tests", Answer.FAILED, f"test_{LONG} fails on the change and passed before", cpu_seconds=2.4),
    Verdict("executed", Answer.SKIPPED, "no coverage of this file"),
    Verdict("origin", Answer.SKIPPED, "not reached: tests failed"),
    Verdict("loaded", Answer.SKIPPED, "not reached: tests failed"),
)


def diff(lines: int) -> str:
    body = "\n".join(f"-    before({n})\n+    after({n})" for n in range(lines))
    return f"diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -1,{lines} +1,{lines} @@\n def f():\n{body}\n"


def change(number: int, status: str = "merged", **more: object) -> ChangePage:
    page = ChangePage(
        change=f"change{number:020d}",
        title=f"Drop superfluous else after return in `function_{number}`: cognitive 9 -> 5",
        status=status,
        reason="",
        transform="superfluous-else",
        change_class="A",
        path=f"package/module_{number % 7}.py",
        name=f"Class.function_{number}",
        claims=(
            Claim("cyclomatic", "m.py", "f", 12, 9),
            Claim("nesting", "m.py", "f", 2, 2),
            Claim("cyclomatic", "m.py", "g", 0, 3),
        ),
        verdicts=VERDICTS,
        obligations=("Every name a helper reads is bound on every way to its call.",),
        assumptions=(),
        not_checked=("executed: no coverage of this file", "origin, loaded: not reached, because tests failed"),
        tally="1 passed, 1 failed, 3 not checked, 2.4 CPU seconds",
        sandbox="reduced sandbox, which does not hold everything: the number of files is not limited",
        statement="5f" * 32 if status == "merged" else "",
        diff=diff(3),
        commit="a" * 40 if status == "merged" else None,
    )
    return replace(page, **more)  # type: ignore[arg-type]  # fields by name


def points(shift: int) -> tuple[FunctionPoint, ...]:
    return tuple(
        FunctionPoint(f"package/module_{n % 7}.py", f"Class.function_{n}", 5 + n % 90, max(1, (n * 7) % 43 - shift))
        for n in range(240)
    )


SPOTS = tuple(Spot(f"package/module_{n}.py", 10 * n, 10 * n + 9, f"Class.method_{n}") for n in range(1, 9))

FINDINGS = (
    *(
        Finding("hotspot", "package/m.py", f"Class.hot_{n}", n, 900 - n, 0, f"{n} commits on its file, complexity 31")
        for n in range(2, 20)
    ),
    Finding("cycle", SPOTS[0].path, "", 10, 8, 1, "all of them", SPOTS),
    *(Finding("unused", f"package/{LONG}.py", f"{LONG}{n}", n, 60, 60, "method") for n in range(60)),
    Finding("tests-only", "package/a.py", "only_tested", 4, 60, 60, "class"),
    Finding("clone", SPOTS[0].path, "", 10, 117, 50, "renamed", SPOTS[:2]),
    Finding("near-duplicate", SPOTS[2].path, HOSTILE, 30, 0.83, 0.8, "2 functions", (Spot("a.py", 3, 9, HOSTILE),) * 2),
    Finding("docs", f"package/{LONG}.py", "", 3, 7, 0, "7 of 20 public functions"),
    Finding("hints", "package/b.py", "", 3, 2, 0, "2 of 9 public functions"),
)


EMPTY = Report(
    repository="shapes",
    target="/somewhere/shapes",
    branch="main",
    written_at="2026-05-01 12:00 UTC",
    level="not used",
    limit=25,
    commit_before="",
    commit_after="b" * 40,
    before=(),
    after=(),
    findings=(),
    described=None,
    changes=(),
    declined=(),
    left=(),
    ended="",
    ideas=(),
    approvals=(),
    stopped=(),
    steps=(),
    quarantined=(),
    take_over="",
    notes=(),
)

STATUSES = ("queued", "held", "needs-tests", "needs-a-name", "failed", "ejected", "proposed", "refused", "reverted")

FULL = replace(
    EMPTY,
    target=f"/somewhere/{LONG}",
    level="unsafe",
    commit_before="a" * 40,
    before=points(0),
    after=points(3),
    findings=FINDINGS,
    described=(Described(200, 120, 9), Described(210, 140, 60)),
    changes=(
        *(change(n) for n in range(70)),
        *(change(100 + n, status, reason=f"reason {n}") for n, status in enumerate(STATUSES)),
        change(200, title=f"Extract `{LONG}` from `{LONG}`", name=LONG, path=f"package/{LONG}.py", diff=diff(300)),
        change(201, title=HOSTILE, reason=HOSTILE, path=f"{HOSTILE}.py", name=HOSTILE, diff=f"+{HOSTILE}\udcff\n"),
    ),
    declined=tuple(
        DeclinedGroup(word, tuple(Place(f"p/m{n}.py", LONG, "extract-function", "needs `9` inputs") for n in range(9)))
        for word in ("too-wide", "too-many-outputs")
    ),
    left=tuple(Place("p/m.py", f"left_{n}", "guard-clause", "left has 1 place") for n in range(30)),
    ended="the budget of 80 proposals is spent",
    ideas=((HOSTILE, "planned", "guard-clause on m.f"),),
    approvals=("class A ticked by somebody",),
    stopped=("class H: two refusals in a row",),
    steps=(Step("go on with the 30 tickets left", "pyagent --state /some/where/else run shapes"),),
    quarantined=tuple((f"tests/test_{LONG}.py::test_{n}", "fails on the unchanged code") for n in range(20)),
    take_over="git pull /some/where/stores/shapes.git main",
    notes=("2 files have uncommitted changes; they are left alone.",),
)
