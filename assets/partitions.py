"""One partition a repository: Dagster's pages then speak of one project at a time."""

import dagster as dg

REPOSITORIES = dg.DynamicPartitionsDefinition(name="repositories")
"""Keys are slugs; the sensor `repositories_under_care` adds them. Changes are rows of the ledger, never partitions."""
