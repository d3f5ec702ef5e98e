"""Adds a tox.ini whose pytest section only collects."""
# at: tox.ini
[pytest]
addopts = --collect-only
