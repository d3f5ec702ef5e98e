"""Replaces Function.runtest, so that no test function is called."""
import _pytest.python

_pytest.python.Function.runtest = lambda self: None
