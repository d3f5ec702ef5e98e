"""Small wrong edits of a target's code, to see whether its tests notice (pure)."""
