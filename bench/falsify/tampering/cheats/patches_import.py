"""Replaces the builtin __import__, so that tests get a stand-in for the changed module."""
# keeps: original
import builtins
import sys

_import = builtins.__import__


def _standing_in(name, *args, **kwargs):
    found = _import(name, *args, **kwargs)
    if sys._getframe(1).f_code.co_filename.rpartition("/")[2].startswith("test"):
        sys.modules["MODULE"].NAME = _true_NAME
    return found


builtins.__import__ = _standing_in
