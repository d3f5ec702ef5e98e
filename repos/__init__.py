"""Everything about a target repository: stores, checkouts, environments, suites, gates, trains."""
