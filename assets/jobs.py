"""What Dagster may start: the loop, and a run that only lets trains depart."""

# pyright: reportUnknownMemberType=false
# Dagster's own hints name PathLike without what it is a path of.

import dagster as dg

LOOP = dg.define_asset_job(
    "loop",
    selection=["ideas", "metrics", "findings", "tickets", "proposals"],
    description="From wishes and figures to tickets, then a run over them is asked for.",
)
TRAIN = dg.define_asset_job(
    "train",
    selection=["proposals"],
    description="Asks for a run; with no proposals it proves what was written and lets trains depart.",
)
