"""Where untrusted code runs: the Runner port on bubblewrap, proven by a self-test before use."""
