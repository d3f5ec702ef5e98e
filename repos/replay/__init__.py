"""Recorded calls of a target's functions, replayed inside the sandbox on old and new code."""
