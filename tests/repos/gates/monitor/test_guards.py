"""Each guard by what it lets through and what it stops: moved code is never new."""

import base64
import random
import string
from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, FileChange, Verdict
from repos.gates.monitor import characters
from repos.gates.monitor.delta import delta
from repos.gates.monitor.gate import judge
from repos.gates.monitor.opaque import is_opaque
from tests.repos.gates.workshop import trial

BASE = b'''"""See https://docs.python.org/3/ for more."""

import os
import subprocess
from yaml import safe_load

TEXT = "a plain word"


def f(path, name):
    home = os.environ.get(name)
    subprocess.run(["ls", path], check=True)
    return open(path, "r").read() + home + eval(name) + safe_load(name)
'''
DRAWN = random.Random(4)  # noqa: S311 - any text drawn by lot will do
LOT = "".join(DRAWN.choices(string.ascii_letters + string.digits, k=40))


def judged(root: Path, after: bytes, change_class: ChangeClass = ChangeClass.C, before: bytes = BASE) -> Verdict:
    return judge(trial(root, {"pkg/mod.py": before}, {"pkg/mod.py": after}, change_class=change_class))


@pytest.mark.parametrize("change_class", [ChangeClass.H, ChangeClass.A, ChangeClass.B, ChangeClass.C])
def test_code_that_moved_brings_nothing_new(tmp_path: Path, change_class: ChangeClass) -> None:
    moved = BASE.replace(
        b'    home = os.environ.get(name)\n    subprocess.run(["ls", path], check=True)\n',
        b"    home = _home(path, name)\n",
    )
    moved += (
        b'\n\ndef _home(path, name):\n    subprocess.run(["ls", path], check=True)\n    return os.environ.get(name)\n'
    )
    verdict = judged(tmp_path, moved.replace(b'open(path, "r")', b"open(path)"), change_class)
    assert (verdict.answer, verdict.reason) == (Answer.PASSED, "1 file, nothing new that acts or calls out")


SINKS = (
    "exec(name)",
    "e = eval\n",
    "__import__(name)",
    "compile(name, '', 'exec')",
    "globals()['f']",
    "import socket",
    "import urllib.request",
    "from importlib import import_module",
    "from os import system as path_join",
    "import ctypes as c",
    "import pickle",
    "import multiprocessing.connection",
    "import requests",
    "import antigravity",
    "os.system(path)",
    "os.environ['PATH']",
    "os._exit(0)",
    "subprocess.run(['ls', name], check=True)",
    "getattr(os, 'sys' + 'tem')(path)",
    "getattr(path, name)",
    "setattr(path, name, 0)",
    "().__class__.__subclasses__",
    "f.__globals__",
    "getattr(path, '__globals__')",
    "open(path, 'w')",
    "open(name)",
    "path.write_text(name)",
    "os.getcwd = f",
    "subprocess.check_call = f",
    "import sys; sys.modules['pkg']",
    "import sys; sys._getframe(1)",
    "import sys; sys.settrace(f)",
    "import atexit",
    "import signal",
    "import gc",
    "import inspect; inspect.stack()",
    "import time; time.time = f",
    "import unittest",
    "x = 'pytest'",
    "raise SystemExit(0)",
    "class A:\n    def __eq__(self, other):\n        return True",
    "class A:\n    __hash__ = None",
    "from pkg.compat import os as o; o.system(path)",
    "from .compat import subprocess",
    "import operator; operator.attrgetter(name)",
    "import types; types.FunctionType(name, {})",
    "bytes.fromhex(name)",
)


@pytest.mark.parametrize("line", SINKS)
def test_a_new_way_to_act_on_the_world_is_stopped(tmp_path: Path, line: str) -> None:
    verdict = judged(tmp_path, BASE + b"\n\n" + line.encode() + b"\n")
    assert verdict.answer is Answer.FAILED, line
    assert verdict.reason.startswith(("adds ", "imports "))


def rewritten(root: Path, before: str, after: str) -> Verdict:
    head = BASE + b"\n\nimport os.path\nimport socket\nimport sys\n\n\ndef g(path, name):\n    "
    return judged(root, head + after.encode() + b"\n", ChangeClass.H, head + before.encode() + b"\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("raise SystemExit()", "raise SystemExit"),
        ("raise socket.timeout() from os.error()", "raise socket.timeout from os.error"),
        ("sys.exit('no {}'.format(name))", "sys.exit(f'no {name}')"),
        ("os.system(u'ls')", "os.system('ls')"),
        ("raise socket.timeout() if path else SystemExit()", "raise socket.timeout if path else SystemExit"),
        ("sys.exit(not path in name)", "sys.exit(path not in name)"),
        ("sys.stdin.detach().write(f'{str(name)}'.encode('utf-8'))", "sys.stdin.detach().write(f'{name!s}'.encode())"),
        ("open('{}.txt'.format(path), 'w')", "open(f'{path}.txt', 'w')"),
    ],
)
def test_a_sink_written_in_another_way_is_no_new_one(tmp_path: Path, before: str, after: str) -> None:
    verdict = rewritten(tmp_path, before, after)
    assert verdict.answer is Answer.PASSED, verdict.reason


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ("raise SystemExit", "raise SystemExit()", "SystemExit()"),
        ("raise SystemExit()", "raise SystemExit(1)", "SystemExit(1)"),
        ("raise SystemExit()", "name(SystemExit)", "SystemExit"),
        ("name(SystemExit)", "raise SystemExit", "raise SystemExit"),
        ("raise socket.error", "raise socket.timeout", "raise socket.timeout"),
        ("os.system(f'{path!s}')", "os.system(f'{str(path)}'); path.str = name", "os.system('{}'.format(str(local)))"),
        (
            "os.system(f'{path!s}')",
            "os.system(f'{str(path)}')\nfrom textwrap import *",
            "os.system('{}'.format(str(local)))",
        ),
        ("os.system('ls')", "os.system(str('ls'))", "os.system(str('ls'))"),
        ("os.system(f'{path}')", "os.system(f'{path!r}')", "os.system('{!r}'.format(local))"),
        ("os.system('{}'.format(path))", "os.system(f'{path} {name}')", "os.system('{} {}'.format(local, local))"),
        ("getattr(path, 'http' + name)", "getattr('http' + name, path)", "getattr('http' + local, local)"),
    ],
)
def test_a_sink_that_does_something_else_is_new(tmp_path: Path, before: str, after: str, added: str) -> None:
    verdict = rewritten(tmp_path, before, after)
    assert (verdict.answer, verdict.reason) == (Answer.FAILED, f"adds {added}")


@pytest.mark.parametrize(
    "line",
    [
        "import re, json, collections.abc, typing as t",
        "import sys; x = sys.version_info",
        "import os.path; x = os.path.join('a', f'{TEXT}')",
        "import io; x = io.StringIO()",
        "from urllib.parse import quote",
        "x = re_compile(TEXT)",
        "x = TEXT.replace('a', 'b')",
        "class A:\n    def __init__(self):\n        self.x = 1\n    def __repr__(self):\n        return 'A'",
        "x = isinstance(f, object) and getattr(f, 'name', None)",
        "from yaml import load_all",
    ],
)
def test_what_only_computes_may_come(tmp_path: Path, line: str) -> None:
    if "yaml" in line:
        assert "adds import yaml.load_all" in judged(tmp_path, BASE + line.encode() + b"\n").reason
        return
    assert judged(tmp_path, BASE + b"\n\n" + line.encode() + b"\n").answer is Answer.PASSED


def test_tests_may_use_what_tests_are_written_with(tmp_path: Path) -> None:
    files = {"pkg/mod.py": BASE}
    good = (
        b"import pytest\n\nfrom pkg.mod import f\n\n\ndef test_f():\n    with pytest.raises(KeyError):\n        f(1)\n"
    )
    offered = trial(tmp_path, files, {"tests/test_new.py": good}, change_class=ChangeClass.T)
    assert judge(offered).answer is Answer.PASSED
    bad = trial(tmp_path, files, {"tests/test_new.py": good + b"import socket\n"}, change_class=ChangeClass.T)
    assert judge(bad).answer is Answer.FAILED


def test_a_dependency_the_project_lacks_is_stopped_and_one_it_declares_is_not(tmp_path: Path) -> None:
    toml = b'[project]\nname = "demo"\nversion = "1"\ndependencies = ["attrs>=22"]\n'
    files = {"pkg/mod.py": b"x = 1\n", "pkg/other.py": b"import marko\n", "pyproject.toml": toml}
    for line, answer in (
        (b"import attr", Answer.PASSED),
        (b"import marko", Answer.PASSED),
        (b"import pkg.other", Answer.PASSED),
        (b"import leftpad", Answer.FAILED),
    ):
        given = trial(tmp_path, files, {"pkg/mod.py": b"x = 1\n" + line + b"\n"}, change_class=ChangeClass.C)
        assert judge(given).answer is answer, line


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.net/x",
        "//evil.net/x",
        "ftp://10.0.0.1",
        "evil-host.com",
        "a@evil.net",
        "93.184.215.14",
        "http://localhost.evil.net",
        "data:text/html;base64,//x.y/z",
    ],
)
def test_an_address_its_files_did_not_name_is_stopped_in_code_and_in_prose(tmp_path: Path, text: str) -> None:
    for line in (f"x = '{text}'", f"# {text}", f'def g():\n    """{text}"""'):
        verdict = judged(tmp_path, BASE + line.encode() + b"\n")
        assert "network address" in verdict.reason, line
        assert text not in verdict.reason


def test_an_address_put_together_is_an_address(tmp_path: Path) -> None:
    for line in ("x = 'ht' + 'tps:' + '//evil' + '.net'", "x = ''.join(['https:', '//ev', 'il.net'])"):
        assert "network address" in judged(tmp_path, BASE + line.encode() + b"\n").reason


def test_an_address_of_the_prose_is_new_to_the_code_and_not_the_other_way_round(tmp_path: Path) -> None:
    assert "network" in judged(tmp_path, BASE + b"x = 'https://docs.python.org/3/'\n").reason
    code = b"x = 'https://docs.python.org/3/'\n"
    assert judged(tmp_path, code + b"# https://docs.python.org/3/\n", before=code).answer is Answer.PASSED


@pytest.mark.parametrize(
    "text", ["http://localhost:80/x", "example.com", "a@example.org", "https://api.example.net/v1"]
)
def test_an_address_that_can_be_nobodys_is_none(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, BASE + f"x = '{text}'\n".encode()).answer is Answer.PASSED


@pytest.mark.parametrize(
    "text",
    [
        LOT,
        base64.b64encode(b"print('a b c d e f g h i j')").decode(),
        base64.b32encode(b"print('a b c d e f')").decode(),
        b"print('a b c d e f g')".hex(),
        "\x00\x01\x02\x03\x04\x05\x06\x07\x08",
    ],
)
def test_text_that_nobody_can_read_is_opaque(text: str) -> None:
    assert is_opaque(text)


@pytest.mark.parametrize(
    "text",
    [
        "a_very_long_name_of_a_function_with_words",
        "AVeryLongNameOfAClassWithManyWords",
        "parseHTML5DocumentTypeOfFile2AndMore",
        "averylongwordwithoutanymarksatallinit",
        "The quick brown fox jumps over the lazy dog, 42 times",
        "application/vnd.oasis.opendocument.text-template",
        "----------------------------------------",
        "path/to/some/module_of_version_2/file_name.py",
        "%Y-%m-%dT%H:%M:%S.%f%z",
    ],
)
def test_words_are_not_opaque(text: str) -> None:
    assert not is_opaque(text)


@pytest.mark.parametrize("line", [f"x = '{LOT}'", f"# {LOT}", f"x = {list(range(20))}", f"x = '{'word ' * 300}'"])
def test_a_literal_nobody_reads_is_stopped(tmp_path: Path, line: str) -> None:
    verdict = judged(tmp_path, BASE + line.encode() + b"\n")
    assert verdict.reason.startswith(("brings", "carries"))
    assert LOT not in verdict.reason


def test_a_change_that_only_reshapes_brings_no_word_of_its_own(tmp_path: Path) -> None:
    after = BASE + b"# hello somebody\n"
    assert "of its own" in judged(tmp_path, after, ChangeClass.A).reason
    assert "of its own" in judged(tmp_path, after, ChangeClass.H).reason
    assert judged(tmp_path, after, ChangeClass.C).answer is Answer.PASSED
    assert judged(tmp_path, BASE + b"# a plain word\n", ChangeClass.A).answer is Answer.PASSED


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2066", "\x0c", "\ufeff", "\x1b", "\u2028", "\ue000", "\u3164"])
def test_a_hidden_character_may_not_be_added(char: str) -> None:
    plain, hidden = b"a = 'x'\n", f"a = '{char}x'\n".encode()
    assert list(characters.problems(delta([FileChange("p.py", plain, hidden)])))
    assert not list(characters.problems(delta([FileChange("p.py", hidden, hidden.replace(b"a", b"b", 1))])))


@pytest.mark.parametrize("name", ["p\u0430th", "\u0440\u0430\u0441", "\uff45val", "\u03bf"])
def test_an_identifier_that_is_not_what_it_looks_like_is_stopped(tmp_path: Path, name: str) -> None:
    assert "looks like" in judged(tmp_path, BASE + f"{name} = 1\n".encode()).reason


@pytest.mark.parametrize("name", ["café", "größe", "данные", "λ"])
def test_a_name_in_a_language_of_its_own_is_fine(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, BASE + f"{name} = 1\n".encode()).answer is Answer.PASSED


def test_what_python_cannot_read_is_stopped(tmp_path: Path) -> None:
    assert "cannot read" in judged(tmp_path, b"def f(:\n").reason


@pytest.mark.parametrize(
    "text",
    [
        "def g(a, exit):\n    return exit(a)",
        "def g(a, *, exec=None):\n    def h():\n        return exec(a)\n    return h",
        "def g(a):\n    eval = a.eval\n    return [eval(b) for b in a]",
        "g = lambda a, open: open(a)",
        "class A:\n    def g(self, *exit, **vars):\n        return exit, vars(1)",
    ],
)
def test_a_name_that_the_function_binds_is_no_builtin(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, BASE + f"\n\n{text}\n".encode()).answer is Answer.PASSED


@pytest.mark.parametrize(
    "text",
    [
        "def g(a, exit=exit):\n    return exit(a)",
        "def g(a):\n    global eval\n    eval = a\n    return eval(a)",
        "class A:\n    exec = 1\n    def g(self, a):\n        return exec(a)",
        "def g(exec):\n    return exec\n\n\ng(exec)",
        "@exec\ndef g(exec):\n    return exec",
        "def g(a):\n    def exec():\n        return 1\n    return lambda: eval(a)",
        "def g(a):\n    return [eval := a for a in a], eval(a)",
        "def g(a, eval):\n    def h():\n        global eval\n        return eval(a)\n    return h",
        "def g(a, eval):\n    class A:\n        global eval\n        b = eval(a)\n    return A",
        "def g(a, eval):\n    def h():\n        if a:\n            global eval\n        return eval(a)\n    return h",
    ],
)
def test_a_builtin_handed_in_under_its_name_is_seen(tmp_path: Path, text: str) -> None:
    assert "adds " in judged(tmp_path, BASE + f"\n\n{text}\n".encode()).reason


@pytest.mark.parametrize(
    "line",
    ["return getattr(module, name)", "return open(name)", "return subprocess.run(name)", "return name.__globals__"],
)
def test_a_local_by_another_name_is_nothing_new_and_once_more_is(tmp_path: Path, line: str) -> None:
    before = f"import subprocess\n\n\ndef g(module, name):\n    {line}\n".encode()
    renamed = before.replace(b"name", b"other")
    assert judged(tmp_path, renamed, before=before).answer is Answer.PASSED
    twice = renamed + f"\n\ndef h(module, name):\n    {line}\n".encode()
    assert "adds " in judged(tmp_path, twice, before=before).reason
    handed = renamed.replace(b"other)\n", b"TABLE)\n").replace(b"other.", b"TABLE.")
    assert "adds " in judged(tmp_path, handed, before=before).reason
