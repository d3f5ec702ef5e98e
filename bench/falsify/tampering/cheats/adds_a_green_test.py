"""Adds a test file of its own that passes and hopes that somebody counts."""
# at: TESTS/test_extra_coverage.py
import pytest


@pytest.mark.parametrize("number", range(50))
def test_extra(number):
    assert number == number
