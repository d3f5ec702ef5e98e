"""The tools we are measured against are for development only: the product neither names nor needs them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PRODUCT = ["pyagent", "research", "repos", "agents", "stages", "assets", "pipelines", "cli"]
PEERS = ["radon", "lizard", "complexipy", "vulture"]


def imports(peer: str, text: str) -> bool:
    return (
        re.search(rf"^\s*(?:import|from)\s+{peer}\b|import_module\([^)]*{peer}|[\"']{peer}[\"']", text, re.MULTILINE)
        is not None
    )


@pytest.mark.parametrize("peer", PEERS)
def test_no_product_code_imports_or_starts_a_peer(peer: str) -> None:
    files = [path for room in PRODUCT for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    assert [str(path) for path in files if imports(peer, path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line", ["import radon", "    from radon.visitors import x", 'import_module("radon.raw")', 'run(["radon", "cc"])']
)
def test_a_planted_use_is_seen(line: str) -> None:
    assert imports("radon", f"x = 1\n{line}\n")


@pytest.mark.parametrize("manifest", ["pyproject.toml", "native/py/pyproject.toml"])
def test_no_peer_is_needed_to_run(manifest: str) -> None:
    project = tomllib.loads((ROOT / manifest).read_text("utf-8"))["project"]
    optional = [need for needs in project.get("optional-dependencies", {}).values() for need in needs]
    needed = {Requirement(need).name for need in [*project.get("dependencies", []), *optional]}
    assert needed.isdisjoint(PEERS)


@pytest.mark.parametrize("peer", PEERS)
def test_no_dependency_brings_a_peer_along(peer: str) -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    needs = {each["name"]: {need["name"] for need in each.get("dependencies", [])} for each in lock}
    reached: set[str] = set()
    ahead = ["pyagent"]
    while ahead:
        name = ahead.pop()
        ahead += needs[name] - reached
        reached |= needs[name]
    assert {"click", "pyagent-native"} <= reached
    assert peer not in reached
