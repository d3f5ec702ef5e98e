from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass
from repos.gates.api import compared, judge
from tests.repos.gates.workshop import text, trial

BASE = text("""
import os
from typing import overload

LIMIT: int = 3
other = u"x"

def f(a, b: int = 1, *c, d: "str" = "x", **e) -> int:
    return g(a)

def _private(a):
    return a

class C(dict):
    y = 1

    def __init__(self, q):
        self.q = q

    @property
    def p(self) -> int:
        return 1

    def _hidden(self):
        return 1

class D(object):
    pass

class E(IOError):
    pass

if os.name == "nt":
    def g(a): ...
else:
    def g(a, b): ...
""")


def broken(old: bytes, new: bytes, path: str = "pkg/mod.py") -> tuple[str, ...]:
    assert old in BASE
    return compared(BASE, BASE.replace(old, new), path).breaks


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"b: int = 1", b"b: int = 2"),
        (b"b: int = 1", b"b: str = 1"),
        (b"b: int = 1", b"b=1"),
        (b"b: int = 1, *c", b"b: int = 1, c=()"),
        (b"def f(a, b", b"def f(b, a"),
        (b", **e", b""),
        (b") -> int:\n    return g", b"):\n    return g"),
        (b"def f(", b"async def f("),
        (b"def f(", b"def f2("),
        (b"class C(dict)", b"class C"),
        (b"    @property\n", b""),
        (b"LIMIT: int", b"LIMIT: float"),
        (b"LIMIT", b"_LIMIT"),
        (b"    y = 1\n", b""),
        (b"self.q = q", b"self._q = q"),
        (b"def g(a): ...", b"def g(z): ..."),
        (b"(self, q)", b"(self, q, r)"),
    ],
)
def test_what_callers_rely_on_may_not_change(old: bytes, new: bytes) -> None:
    assert broken(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"return g(a)", b"return _private(g(a))"),
        (b"def _private(a)", b"def _private(a, b)"),
        (b"def _hidden(self)", b"def _hid(self)"),
        (b"LIMIT: int = 3", b"LIMIT: int = 4"),
        (b'u"x"', b'"x"'),
        (b"        self.q = q", b"        self._set_q(q)\n\n    def _set_q(self, q):\n        self.q = q"),
        (b"from typing import overload\n", b""),
        (b"class E(IOError):", b"class E(OSError):"),
        (b"class D(object):", b"class D:"),
    ],
)
def test_what_callers_cannot_see_may_change(old: bytes, new: bytes) -> None:
    assert broken(old, new) == ()


def test_imports_of_a_package_are_its_interface() -> None:
    assert broken(b"from typing import overload\n", b"", "pkg/__init__.py") == ("overload was removed",)


def test_new_public_names_are_listed() -> None:
    assert compared(BASE, BASE + b"\ndef extra(): ...\ndef _own(): ...\n", "pkg/mod.py").added == ("extra",)
    assert compared(BASE, BASE.replace(b"    y = 1\n", b"    y = 1\n    z = 2\n"), "pkg/mod.py").added == ("C.z",)


def test_classes_h_and_a_add_no_public_name_and_class_c_reports_it(tmp_path: Path) -> None:
    after = {"pkg/mod.py": BASE + b"\ndef extra(): ...\n"}
    refused = judge(trial(tmp_path, {"pkg/mod.py": BASE}, after))
    assert (refused.answer, refused.reason) == (Answer.FAILED, "adds public names: pkg/mod.py: extra")
    reported = judge(trial(tmp_path, {"pkg/mod.py": BASE}, after, change_class=ChangeClass.C))
    assert reported.answer is Answer.PASSED
    assert ("public names added", "1") in reported.facts


def test_a_new_module_breaks_nothing_and_a_broken_interface_is_named(tmp_path: Path) -> None:
    assert compared(b"", BASE, "pkg/new.py").breaks == ()
    verdict = judge(trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": BASE.replace(b"def f(", b"def h(")}))
    assert verdict.answer is Answer.FAILED
    assert verdict.reason.startswith("pkg/mod.py: f was removed")


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    source = f"open({str(tmp_path / 'ran')!r}, 'w')\ndef f(): ...\n".encode()
    compared(source, source + b"x = 1\n", "pkg/mod.py")
    assert not (tmp_path / "ran").exists()
