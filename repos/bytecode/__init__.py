"""What the interpreter makes of a text, and whether two texts are made the same of (pure)."""
