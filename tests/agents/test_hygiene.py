"""Lint fixes by the real ruff in the real sandbox: one rule, safe fixes, within the ceilings."""

from collections.abc import Callable

import pytest

from agents import hygiene
from agents.hygiene import HygieneProposer, lint_findings
from agents.lint_rules import BY_CODE, RULES
from pyagent.errors import EnvironmentFault
from pyagent.ids import change_id
from pyagent.model import ChangeClass, Claim, Declined, Level, Proposal, Ticket
from pyagent.ports import Checkout, Completed, Job, Runner

Checkouts = Callable[[dict[str, str | bytes]], Checkout]

MODERN = {"pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\n'}
EXAMPLES = {
    "E713": ("def f(a, b):\n    return not a in b\n", "def f(a, b):\n    return a not in b\n"),
    "E714": ("def f(a):\n    return not a is None\n", "def f(a):\n    return a is not None\n"),
    "FURB105": ('print("")\n', "print()\n"),
    "FURB167": (
        'import re\n\nx = re.compile("a", re.S)\n',
        'import re\n\nx = re.compile("a", re.DOTALL)\n',
    ),
    "PIE790": ('class A:\n    """Doc."""\n    pass\n', 'class A:\n    """Doc."""\n'),
    "PIE808": ("x = range(0, 3)\n", "x = range(3)\n"),
    "PLR1711": ("def f(a):\n    a()\n    return\n", "def f(a):\n    a()\n"),
    "RSE102": ("def f():\n    raise KeyError()\n", "def f():\n    raise KeyError\n"),
    "RUF010": ('def f(a):\n    return f"{repr(a)}"\n', 'def f(a):\n    return f"{a!r}"\n'),
    "RUF021": ("def f(a, b, c):\n    return a and b or c\n", "def f(a, b, c):\n    return (a and b) or c\n"),
    "SIM118": ("d = {}\nx = 1 in d.keys()\n", "d = {}\nx = 1 in d\n"),
    "F541": ('x = f"a"\n', 'x = "a"\n'),
    "UP004": ("class A(object):\n    x = 1\n", "class A:\n    x = 1\n"),
    "UP008": (
        "class A(dict):\n    def f(self):\n        return super(A, self).copy()\n",
        "class A(dict):\n    def f(self):\n        return super().copy()\n",
    ),
    "UP009": ("# -*- coding: utf-8 -*-\nx = 1\n", "x = 1\n"),
    "UP012": ('x = "a".encode("utf-8")\n', 'x = b"a"\n'),
    "UP015": ('def f(p):\n    return open(p, "r")\n', "def f(p):\n    return open(p)\n"),
    "UP018": ('x = str("a")\n', 'x = "a"\n'),
    "UP024": ("def f(e):\n    raise IOError(e)\n", "def f(e):\n    raise OSError(e)\n"),
    "UP025": ('x = u"a"\n', 'x = "a"\n'),
    "UP032": ('def f(a):\n    return "{} x".format(a)\n', 'def f(a):\n    return f"{a} x"\n'),
    "UP034": ("print((1))\n", "print(1)\n"),
    "UP035": (
        "from typing import Mapping\n\nx: Mapping\n",
        "from collections.abc import Mapping\n\nx: Mapping\n",
    ),
    "UP039": ("class A():\n    x = 1\n", "class A:\n    x = 1\n"),
}


def ticket(rule: str, *paths: str) -> Ticket:
    change = change_id("demo", paths[0], rule, "ruff")
    return Ticket(change, "demo", paths[0], rule, "ruff", ChangeClass.H, "evidence", "why", 1.0, (), None, paths)


def proposed(outcome: Proposal | Declined) -> Proposal:
    assert isinstance(outcome, Proposal), outcome
    return outcome


def refused(outcome: Proposal | Declined) -> str:
    assert isinstance(outcome, Declined), outcome
    return outcome.reason.partition(":")[0]


@pytest.mark.parametrize("rule", [rule.code for rule in RULES])
def test_every_listed_rule_fixes_its_example_safely(checkout: Checkouts, sandbox: Runner, rule: str) -> None:
    before, after = EXAMPLES[rule]
    tree = checkout(MODERN | {"a.py": before})
    findings = [finding for finding in lint_findings(tree, sandbox, ["a.py"]) if finding.name == rule]
    proposal = proposed(HygieneProposer(sandbox).propose(ticket(rule, "a.py"), tree))
    assert [(finding.path, finding.value) for finding in findings] == [("a.py", 1)]
    assert [change.after for change in proposal.patch.files] == [after.encode()]
    assert proposal.claims == (Claim("lint", "a.py", rule, 1, 0),)


def test_a_project_that_runs_on_python_2_gets_no_fix_it_could_not_read(checkout: Checkouts, sandbox: Runner) -> None:
    text = "# coding: utf-8\nclass A(object):\n    def f(self, a, b):\n        return not a in b\n"
    tree = checkout({"setup.py": "setup(python_requires='>=2.7')\n", "a.py": text})
    assert [finding.name for finding in lint_findings(tree, sandbox, ["a.py"])] == ["E713"]
    assert refused(HygieneProposer(sandbox).propose(ticket("UP004", "a.py"), tree)) == "rule-off"


def test_the_project_s_own_configuration_and_folder_names_change_nothing(checkout: Checkouts, sandbox: Runner) -> None:
    own = {"pyproject.toml": MODERN["pyproject.toml"] + '[tool.ruff]\nexclude = ["*"]\n', ".gitignore": "*\n"}
    tree = checkout(own | {"build/a.py": "print((1))\n"})
    assert [finding.path for finding in lint_findings(tree, sandbox, ["build/a.py"])] == ["build/a.py"]


def test_noqa_of_the_project_is_heeded(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "print((1))  # noqa: UP034\n"})
    assert lint_findings(tree, sandbox, ["a.py"]) == ()


def test_several_files_make_one_change_with_a_claim_each(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "print((1))\nprint((2))\n", "pkg/a.py": "print((3))\n", "pkg/b.py": "x = 1\n"})
    proposal = proposed(HygieneProposer(sandbox).propose(ticket("UP034", "a.py", "pkg/a.py", "pkg/b.py"), tree))
    assert proposal.claims == (Claim("lint", "a.py", "UP034", 2, 0), Claim("lint", "pkg/a.py", "UP034", 1, 0))
    assert proposal.title == "Drop doubled parentheses (UP034): 3 in 2 files"
    assert proposal.change_class is ChangeClass.H


def test_a_large_file_is_fixed_as_far_as_one_change_may_go(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "print((1))\n" * 120})
    proposal = proposed(HygieneProposer(sandbox).propose(ticket("UP034", "a.py"), tree))
    (change,) = proposal.patch.files
    assert (change.after or b"").count(b"print(1)") == 50
    assert proposal.claims[0].after == 70


def test_crlf_bom_and_wide_characters_survive(checkout: Checkouts, sandbox: Runner) -> None:
    body = "\ufeffx = '\U0001f40d'; print(('é'))\r\nprint((1))\r\n".encode()
    tree = checkout(MODERN | {"a.py": body})
    (change,) = proposed(HygieneProposer(sandbox).propose(ticket("UP034", "a.py"), tree)).patch.files
    assert change.after == "\ufeffx = '\U0001f40d'; print('é')\r\nprint(1)\r\n".encode()


def test_parentheses_over_several_lines_are_left_alone(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "def f(a, b, c):\n    return (\n        a\n        and b\n        or c\n    )\n"})
    assert lint_findings(tree, sandbox, ["a.py"]) == ()
    assert refused(HygieneProposer(sandbox).propose(ticket("RUF021", "a.py"), tree)) == "no-site"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("UP032", 'def f(a):\n    raise ValueError("no {}"\n                     .format(a))\n'),
        ("UP034", 'print(\n    (\n        "a"\n        "b"\n    )\n)\n'),
    ],
)
def test_a_fix_that_would_leave_a_bracket_on_a_line_of_its_own_is_left_out(
    checkout: Checkouts, sandbox: Runner, rule: str, text: str
) -> None:
    tree = checkout(MODERN | {"a.py": text})
    assert not [finding for finding in lint_findings(tree, sandbox, ["a.py"]) if finding.name == rule]


def test_overlapping_fixes_are_done_one_whole_and_one_not_at_all(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "def f(a, b, c):\n    return not (not a in b) in c\n"})
    (change,) = proposed(HygieneProposer(sandbox).propose(ticket("E713", "a.py"), tree)).patch.files
    compile(change.after or b"", "a.py", "exec")


def test_files_that_do_not_parse_and_files_that_are_gone_are_passed_over(checkout: Checkouts, sandbox: Runner) -> None:
    tree = checkout(MODERN | {"a.py": "def (\n", "b.py": b"# coding: latin-1\nx = '\xe9'; print((1))\n"})
    assert lint_findings(tree, sandbox, ["a.py", "b.py"]) == ()
    assert lint_findings(tree, sandbox, []) == ()
    assert refused(HygieneProposer(sandbox).propose(ticket("UP034", "a.py", "gone.py"), tree)) == "no-site"


def test_tickets_for_unknown_rules_are_declined(checkout: Checkouts, sandbox: Runner) -> None:
    assert refused(HygieneProposer(sandbox).propose(ticket("SIM300", "a.py"), checkout(MODERN))) == "rule-off"


class Broken:
    """A runner whose ruff always fails."""

    level = Level.FULL

    def run(self, job: Job) -> Completed:  # noqa: ARG002 - the port's form
        return Completed(2, b"", b"ruff: cannot\nerror: no\n", {}, 0.0, 0.0, 0, None)


def test_a_failing_ruff_is_a_fault_and_not_an_empty_answer(checkout: Checkouts) -> None:
    with pytest.raises(EnvironmentFault, match="ruff ended with 2: error: no"):
        lint_findings(checkout(MODERN | {"a.py": "x = 1\n"}), Broken(), ["a.py"])


def test_every_rule_has_an_example_and_a_benefit_that_fits_a_subject() -> None:
    assert set(EXAMPLES) == set(BY_CODE)
    assert all(len(f"{rule.benefit} ({rule.code}): 100 in 20 files") <= 72 for rule in RULES)
    assert hygiene.MOST_LINES == 100
