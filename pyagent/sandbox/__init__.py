"""Where untrusted code runs: the Runner port on bubblewrap."""
