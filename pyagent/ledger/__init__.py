"""The truth: journal, leases, effects, outbox, views; on SQLite and PostgreSQL."""
