"""Dagster: what exists. Definitions arrive with the orchestration step."""
