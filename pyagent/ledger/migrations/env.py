"""Alembic's entry: runs the migrations inside the transaction that the caller opened and locked."""

from alembic import context

from pyagent.ledger.tables import SCHEMA_TABLE, metadata

# Alembic executes this file as a script and hands the caller's connection over in the configuration.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=SCHEMA_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
