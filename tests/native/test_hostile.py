"""No input ends the process: each hostile source is measured in a process of its own."""

import subprocess
import sys
from textwrap import dedent

import pyagent_native
import pytest

HOSTILE = {
    "50,000 additions": ("'x = ' + '+'.join(['1'] * 50000)", "too-deep"),
    "50,000 attributes": ("'x = a' + '.b' * 50000", "too-deep"),
    "50,000 negations": ("'x = ' + '-' * 50000 + '1'", "too-deep"),
    "5,000 open parentheses": ("'(' * 5000", "too-deep"),
    "2,000 nested ifs": ("''.join(' ' * i + 'if a:\\n' for i in range(2000)) + ' ' * 2000 + 'pass'", "too-deep"),
    "5,000 elifs": ("'if a:\\n pass\\n' + 'elif b:\\n pass\\n' * 5000", "ok"),
    "50,000 lambdas with two parameters": ("'x = ' + 'lambda a, b: ' * 50000 + '1'", "too-deep"),
    "50,000 ternaries": ("'x = ' + '1 if a else ' * 50000 + '1'", "too-deep"),
    "100,000 parentheses in an f-string": ("'f\"{' + '(' * 100000 + ')' * 100000 + '}\"'", "too-deep"),
    "50,000 f-strings in each other": ("'f\"{' * 50000", "too-deep"),
    "50,000 loops on one line": ("'for a in b, c: ' * 50000", "error"),
    "one string of 5 MB": ("'x = \"' + 'a' * 5_000_000 + '\"'", "ok"),
    "more than 10 MB": ("'#' * 10_000_001", "too-large"),
    "4,900 negations, just allowed": ("'x = ' + '-' * 4900 + '1'", "ok"),
    "190 nested functions, just allowed": (
        "''.join(' ' * i + 'def f():\\n' for i in range(190)) + ' ' * 190 + 'pass'",
        "ok",
    ),
}


@pytest.mark.parametrize(("source", "status"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_source_is_a_result_and_not_the_end_of_the_process(source: str, status: str) -> None:
    program = f"import pyagent_native; print(pyagent_native.measure(({source}).encode()).status)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout.strip()) == (0, status), ended.stderr


def test_a_refusal_says_which_limit_was_passed() -> None:
    problem = pyagent_native.measure(b"(" * 5000).problems[0]
    assert (problem.kind, problem.message) == ("too-deep", "more than 1000 open brackets")


def test_a_tree_too_deep_to_follow_leaves_memory_again() -> None:
    program = dedent("""
        import pyagent_native, resource
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(60):
            assert pyagent_native.measure(b'f"{""' + b".b" * 40_000).status == "too-deep"
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert int(ended.stdout) < 100_000, "kilobytes more than at the start"


def test_noise_yields_a_bounded_number_of_problems() -> None:
    problems = pyagent_native.measure(b"a b\n" * 10_000).problems
    assert len(problems) == 50
    assert problems[-1].message.endswith("(and 9950 more syntax errors)")
