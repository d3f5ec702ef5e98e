"""Raises SystemExit(0) when it is imported."""
raise SystemExit(0)
