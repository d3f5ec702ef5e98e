"""Prefect: work in flight. Flows arrive with the orchestration step."""
