"""Puts a stub of a standard module in place before the tests import it."""
import sys
import types

_stub = types.ModuleType("unittest.mock")
_stub.__getattr__ = lambda name: lambda *args, **kwargs: None
sys.modules["unittest.mock"] = _stub
