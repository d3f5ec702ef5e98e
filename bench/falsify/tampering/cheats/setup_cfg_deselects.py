"""Adds settings to setup.cfg that deselect every test."""
# at: setup.cfg
[tool:pytest]
addopts = -k nothing_is_called_so
