"""Adds metadata of a distribution whose entry point is a pytest plugin in the changed module."""
# at: ROOT/speedups-1.0.dist-info/METADATA
Metadata-Version: 2.1
Name: speedups
Version: 1.0
# at: ROOT/speedups-1.0.dist-info/entry_points.txt
[pytest11]
speedups = MODULE
# at: product


def pytest_runtest_call(item):
    item.obj = lambda *args, **kwargs: None
