"""Deterministic codemods, one per file, each with its own examples and refusals (pure)."""
