"""Names that several sides must agree on: deployments, tags, keys."""

import re

IMPROVE_NOW, IMPROVE_CANDIDATE, MERGE_TRAIN = "improve-now", "improve-candidate", "merge-train"
INGEST_NOW, REVALIDATE, RECONCILE = "ingest-now", "revalidate", "reconcile"

POOL = "cpu-agents"
GPU_POOL = "gpu-agents"


def run_tag(run: str) -> str:
    """Tags every flow run of one run of the loop."""
    return f"pyagent-run:{run}"


def repository_tag(slug: str) -> str:
    """Tags every flow run on one repository."""
    return f"repository:{slug}"


def change_tag(change: str) -> str:
    """Tags every flow run on one change; the id is the same in the ledger, in logs and on branches."""
    return f"change:{change}"


def artifact_key(*parts: str) -> str:
    """An artifact's key: lower-case letters, digits and dashes are all that Prefect takes."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
