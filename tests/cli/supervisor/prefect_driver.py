"""The Prefect half of `pyagent up` without what `pipelines` adds: `python prefect_driver.py STATE PORT`."""

import os
import sys
from pathlib import Path

from cli.supervisor.services import Ports, Wanted, services
from cli.supervisor.surroundings import Surroundings, environment
from cli.supervisor.upkeep import Plan, keep
from tests.cli.supervisor.driver import ROOT, say, show

state, port = Path(sys.argv[1]), int(sys.argv[2])
half = services(Wanted(dagster=False, machine="here"), Ports(port, 0, 0), state)
listed = tuple(each for each in half if not each.command[2].startswith("pipelines"))
around = Surroundings(state, None, "full", port, pages=True)
keep(state, lambda: Plan(listed, environment(around, os.environ), ROOT), tell=say, up=show)
