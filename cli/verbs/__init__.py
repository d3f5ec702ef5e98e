"""One verb a file; each module's `verb` is its click command."""
