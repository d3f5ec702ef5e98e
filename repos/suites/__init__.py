"""Test suites of target repositories: detect, run inside the sandbox, compare outcomes."""
