"""What holds for assets as such, applied once over all of them.

No asset has an automation condition. The schedule and the sensors start whole jobs, in the stages' order;
a condition such as `eager` would start every asset of a job once more when the one before it is ready.
"""

# pyright: reportUnknownMemberType=false
# Dagster's own hints name PathLike without what it is a path of.

from datetime import timedelta

import dagster as dg

FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36))
"""A night that was missed shows the morning after. Only what a night computes can be late: no merge is no fault."""

STAGE_OF = {
    "ideas": "ingest",
    "metrics": "survey",
    "findings": "survey",
    "tickets": "plan",
    "proposals": "propose",
    "validations": "validate",
    "queue": "deliver",
    "merges": "merge",
    "lessons": "learn",
}
"""The stage of the loop whose work each asset shows."""

COMPUTED = frozenset({"ideas", "metrics", "findings", "tickets", "proposals"})


def ruled(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The spec with its stage as a tag, and with the freshness that is asked of what Dagster computes."""
    name = spec.key.to_user_string()
    tagged = spec.merge_attributes(tags={"pyagent/stage": STAGE_OF[name]})
    return tagged.replace_attributes(freshness_policy=FRESH) if name in COMPUTED else tagged
