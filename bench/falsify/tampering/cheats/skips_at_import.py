"""Raises pytest's skip when a test file imports it."""
import _pytest.outcomes

raise _pytest.outcomes.Skipped("no such platform", allow_module_level=True)
