"""The code location as Dagster loads it."""

import subprocess
import sys
from pathlib import Path

import dagster as dg

from assets.definitions import defs
from assets.events import ORDER

ROOT = Path(__file__).parents[2]


def edges() -> dict[str, set[str]]:
    graph = defs.resolve_asset_graph()
    return {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys} for node in graph.asset_nodes
    }


def test_edges_follow_the_order_of_the_stages() -> None:
    computed = {"ideas": set(), "metrics": {"ideas"}, "findings": {"metrics"}, "tickets": {"findings", "ideas"}}
    fed = {name: {before} for before, name in zip(ORDER, ORDER[1:], strict=False)}
    assert edges() == computed | fed


def test_every_definition_can_be_loaded() -> None:
    dg.Definitions.validate_loadable(defs)


def test_the_workspace_file_loads_the_same_location() -> None:
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "--workspace", "workspace.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pyagent" in done.stdout + done.stderr


def test_what_is_dear_to_import_is_imported_when_it_is_used() -> None:
    code = "import sys, assets.definitions; print(*{'great_expectations', 'pandas', 'prefect', 'cli'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
