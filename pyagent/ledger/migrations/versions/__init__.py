"""One file a schema version, in order; a released one is never edited."""
