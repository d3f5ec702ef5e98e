"""Dagster: what exists. Each asset calls one stage of the loop and shows what the ledger then says."""
