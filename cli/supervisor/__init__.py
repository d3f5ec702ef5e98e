"""Keeps the services of one `pyagent up` running, and leaves nothing behind."""
