"""Prefect: work in flight. A flow a file; each calls stages of the loop and shows what the ledger then says."""
