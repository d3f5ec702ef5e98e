"""Trusted bare git stores: the only place where git runs, under our configuration alone."""
