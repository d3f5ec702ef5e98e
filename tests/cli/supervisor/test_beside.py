"""Programs beside a running `up`."""

from pathlib import Path

import pytest

from cli.supervisor.beside import prefect_port, run_beside
from cli.supervisor.record import Record, Row
from pyagent.errors import EnvironmentFault
from pyagent.settings import Settings
from stages.opening import Sources


def test_the_port_of_prefect_is_known_without_pages_and_absent_without_prefect() -> None:
    server = Row(service="prefect-server", state="ready", port=4201)
    up = Record(machine="m", pid=1, started=1, since="", mark="", rows=(server,))
    assert (prefect_port(up), prefect_port(up.model_copy(update={"rows": ()}))) == (4201, None)


def test_a_program_is_told_of_the_server_and_one_that_hangs_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Sources(None, Settings(), tmp_path)
    told = run_beside(found, 4201, "timeit", "-n1", "-r1", "-s", "import os; print(os.environ['PREFECT_API_URL'])")
    assert told.stdout.startswith("http://127.0.0.1:4201/api\n")
    monkeypatch.setattr("cli.supervisor.beside.PATIENCE_SECONDS", 0.1)
    with pytest.raises(EnvironmentFault, match=r"timeit did not end within 0 s\."):
        run_beside(found, 4201, "timeit", "-n1", "-r1", "import time; time.sleep(9)")
