"""Runs inside the sandbox on the target's own interpreter: standard library only, Python 3.8 and later."""
