"""One file per gate: each answers one question about a proposal with a verdict."""
