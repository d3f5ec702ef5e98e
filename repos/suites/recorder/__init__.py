"""Runs inside the sandbox on the target's Python (3.8 or newer, standard library only) and writes down what tests did.

The folder is mounted read-only as the package `pyagent_recorder`; its parent comes last on
sys.path, so no name of ours can hide one of the target's.
"""
