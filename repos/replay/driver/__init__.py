"""Runs inside the sandbox on the target's Python (3.8 or newer, standard library only): makes recorded calls again.

The folder is mounted read-only as the package `pyagent_replay`, beside the recorder.
"""
