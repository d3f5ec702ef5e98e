"""The code location as Dagster loads it."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

import stages.loop
from assets.definitions import defs
from assets.policies import COMPUTED, STAGE_OF

ROOT = Path(__file__).parents[2]


def edges() -> dict[str, set[str]]:
    graph = defs.resolve_asset_graph()
    return {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys}
        for node in graph.asset_nodes
    }


def stage_order() -> list[str]:
    """The stages in the order in which a round of the loop has them carried out; to judge is to validate."""
    tree = ast.parse(inspect.getsource(stages.loop))
    (one_round,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "_round")
    calls = [n for n in ast.walk(one_round) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    of_conduct = [call for call in calls if ast.unparse(call.func).startswith("conduct.")]
    return [_stage(call) for call in sorted(of_conduct, key=lambda call: call.lineno)]


def _stage(call: ast.Call) -> str:
    first = call.args[0]
    return str(first.value) if isinstance(first, ast.Constant) else "validate"


def test_the_loop_calls_its_stages_as_the_design_lists_them() -> None:
    assert stage_order() == ["ingest", "survey", "plan", "propose", "validate", "deliver", "merge", "learn"]


def test_every_stage_has_an_asset_and_every_edge_goes_forward() -> None:
    order = stage_order()
    assert STAGE_OF.keys() == edges().keys()
    assert set(STAGE_OF.values()) == set(order)
    backward = [
        (parent, child)
        for child, parents in edges().items()
        for parent in parents
        if order.index(STAGE_OF[parent]) > order.index(STAGE_OF[child])
    ]
    assert backward == []


def test_the_assets_and_what_they_rest_on() -> None:
    assert edges() == {
        "ideas": set(),
        "metrics": {"ideas"},
        "findings": {"metrics"},
        "tickets": {"findings", "ideas"},
        "proposals": {"tickets"},
        "validations": {"proposals"},
        "queue": {"validations"},
        "merges": {"queue"},
        "lessons": {"merges"},
    }


def test_policies_hold_for_every_asset() -> None:
    for spec in defs.resolve_all_asset_specs():
        name = spec.key.to_user_string()
        assert spec.tags["pyagent/stage"] == STAGE_OF[name]
        assert (spec.freshness_policy is not None) == (name in COMPUTED)
        assert spec.automation_condition is None
        assert spec.description


def test_every_definition_can_be_loaded() -> None:
    dg.Definitions.validate_loadable(defs)


def test_the_workspace_file_loads_the_same_location(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "--workspace", "workspace.yaml"]
    env = os.environ | {"DAGSTER_HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pyagent" in done.stdout + done.stderr


@pytest.mark.parametrize("module", ["assets.definitions", "assets.inspect"])
def test_what_is_dear_to_import_is_imported_when_it_is_used(module: str) -> None:
    dear = "{'great_expectations', 'pandas', 'prefect', 'libcst', 'litellm', 'cli', 'pipelines'}"
    code = f"import sys, {module}; print(*{dear} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
