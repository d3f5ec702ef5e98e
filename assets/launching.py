"""Runs as Dagster's code server launches them, and whether their process still lives.

Dagster's own launcher cannot say: a run whose process died together with its code server stayed STARTED for the
hours that `max_runtime_seconds` allows.
"""

# pyright: reportUnknownMemberType=false
# Dagster's serialisation has no hints. It offers no public way to ask a code server: hence its underscored modules,
# under the cap that the package's metadata sets on its version.

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

PATIENCE_SECONDS = 10
"""For the code server's answer."""


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """The default launcher, which the monitoring daemon can ask after a run's process."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Asked by the daemon before it asks for health."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """FAILED when the code server that should hold the run's process knows of none.

        A code server that does not answer is started again by `pyagent up`, and asked at the next look.
        """
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            return CheckRunHealthResult(WorkerStatus.SUCCESS, "The run has ended, or was never launched.")
        try:
            said = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=PATIENCE_SECONDS)
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "The code server does not answer.")
        if deserialize_value(said, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "The code server has no process for this run.")
