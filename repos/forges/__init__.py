"""The Forge port: where changes are reviewed and merged."""
