"""The terminal: verbs, progress, report."""
