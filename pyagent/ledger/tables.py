"""The ledger's tables. `migrations/` builds them; a test proves that both agree."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

SCHEMA = "0001"
"""The newest migration, so that an up-to-date ledger opens without loading Alembic."""

SCHEMA_TABLE = "ledger_schema"
"""Where the database's own version stands: not Alembic's default, which a neighbour in the same database may use."""

schema_version = Table(SCHEMA_TABLE, MetaData(), Column("version_num", Text))

metadata = MetaData()

journal = Table(
    "journal",
    metadata,
    # Taken from `head` under its lock, never from a database sequence: those leave gaps and
    # become visible out of order, and an outbox cursor would step over a late commit.
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("repository", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("lease", Text),
    Column("token", BigInteger),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("journal_by_repository", "repository", "sequence"),
    Index("journal_by_kind", "kind", "sequence"),
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    # Everything below is null while nobody holds the lease; the row stays, so numbers never repeat.
    Column("holder", Text),
    Column("machine", Text),
    Column("pid", BigInteger),
    Column("pid_started", BigInteger),
    Column("expires_at", Text),
)

effects = Table(
    "effects",
    metadata,
    Column("key", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("result", Text),
    Column("intended_at", Text, nullable=False),
    Column("done_at", Text),
)

cursors = Table(
    "cursors",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
