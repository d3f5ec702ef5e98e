"""Starts another session of pytest, on nothing, in place of the one that imports it."""
import os

import pytest

_made = "/tmp/test_other_suite.py"
with open(_made, "w") as _file:
    _file.write("def test_fine(): pass\n")
os._exit(pytest.main(["-q", "-p", "no:cacheprovider", _made]))
