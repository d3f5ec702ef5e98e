"""The Alembic environment that builds the ledger's tables; run by `pyagent.ledger.schema`."""
