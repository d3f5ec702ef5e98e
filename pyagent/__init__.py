"""The shared language of pyagent: nouns, ports, errors, settings and the ledger. Imports no room."""
