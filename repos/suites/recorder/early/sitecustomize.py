"""Stands first on the path while the suite's interpreter starts: no `sitecustomize` of a tree runs before us."""
# ruff: noqa: INP001 - a folder on PYTHONPATH, never a package
