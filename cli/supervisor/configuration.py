"""The two files Dagster reads, written into the state folder."""

import json
from pathlib import Path

from cli.supervisor.databases import DAGSTER_VARIABLE
from cli.supervisor.services import HOST, LOCATION
from pyagent.errors import ConfigurationError
from pyagent.places import Bucket

MARKER = "# Written by `pyagent up`, anew at each start. Delete this line to keep changes of your own."

INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
run_retries:  # crashes only: a stage that fails says why, and once more would be the same
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
run_launcher:  # knows whether a run's process lives, which Dagster's own does not
  module: assets.launching
  class: WatchedRunLauncher
run_monitoring:  # a machine or a code server that went down leaves runs that nobody ends
  enabled: true
  poll_interval_seconds: 5
  start_timeout_seconds: 30  # ten times what a start takes; a daemon killed while it starts a run costs this long
  max_runtime_seconds: 21600
concurrency:
  runs:
    max_concurrent_runs: 4
run_queue:  # a code server that is being started again fails no run
  max_user_code_failure_retries: 20
  user_code_failure_retry_delay: 5
retention:  # days
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 2
      failure: 30
      success: 30
"""

POSTGRES = f"""\
storage:
  postgres:
    postgres_url:
      env: {DAGSTER_VARIABLE}
"""


LOGS = "dagster-logs"
"""Below the prefix of our bodies: what Dagster's runs print, where these lie on S3."""


def instance_text(*, postgres: bool, logs: str = "") -> str:
    """dagster.yaml; its tables lie in SQLite, and what its runs print in files, in the same folder unless told."""
    return f"{MARKER}\n{INSTANCE}{POSTGRES if postgres else ''}{logs}"


def logs_text(bucket: Bucket, folder: Path) -> str:
    """The part of dagster.yaml that sends what runs print to `bucket`; it lies in `folder` until a step ends."""
    # Endpoint, region and credentials are boto3's affair, as for our own bodies. Dagster's own choice of a folder is
    # the machine's temporary one.
    config = {"bucket": bucket.name, "prefix": bucket.key(LOGS), "local_dir": str(folder)}
    manager = {"module": "dagster_aws.s3.compute_log_manager", "class": "S3ComputeLogManager", "config": config}
    return f"compute_logs: {json.dumps(manager)}\n"  # JSON is YAML


def workspace_text(code_port: int) -> str:
    """workspace.yaml: one code location, served by our code server."""
    server = json.dumps({"host": HOST, "port": code_port, "location_name": LOCATION})  # JSON is YAML
    return f"{MARKER}\nload_from:\n  - grpc_server: {server}\n"


def workspace_path(state: Path) -> Path:
    """Where the workspace is written."""
    return state / "dagster" / "workspace.yaml"


def write(state: Path, code_port: int, *, postgres: bool, bucket: Bucket | None = None) -> tuple[str, ...]:
    """Write both files; a sentence for each that an operator took over and that stays as it is.

    ConfigurationError when such a workspace cannot reach our code server: its port changes with each start.
    """
    workspace = workspace_path(state)
    if _is_taken_over(workspace):
        raise ConfigurationError(
            f"{workspace} is not ours, and every start has to write it.", "Rename it and run `pyagent up` again."
        )
    _write(workspace, workspace_text(code_port))
    instance = state / "dagster" / "dagster.yaml"
    if _is_taken_over(instance):
        return (f"{instance} is yours and stays as it is; keep `telemetry: {{enabled: false}}` in it",)
    logs = logs_text(bucket, state / "dagster" / "storage") if bucket is not None else ""
    _write(instance, instance_text(postgres=postgres, logs=logs))
    return ()


def _is_taken_over(path: Path) -> bool:
    return path.exists() and not path.read_text("utf-8").startswith(MARKER)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
