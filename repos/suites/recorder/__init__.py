"""Runs inside the sandbox on the target's Python (3.8 or newer, standard library only) and writes down what tests did.

Two processes. The keeper (`__main__`, `keeper`) starts first, runs no code of the target, owns the
clock and the record, and counts how its child ends. The child (`inside`, `session`) opens its pipe
to the keeper before any folder of the target is on sys.path, then becomes the suite.

The folder is mounted read-only as the package `pyagent_recorder`; its parent comes last on
sys.path, so no name of ours can hide one of the target's.
"""
