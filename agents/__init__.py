"""Who writes changes: triage, deterministic transforms, hygiene."""
