"""A workshop on a small real project, and a Dagster instance that lives for one test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from assets.partitions import REPOSITORIES
from assets.workshop import Workshop
from tests.plugins.project import Project

SLUG = "shapes"


@dataclass(frozen=True)
class Place:
    """Where one test's operator works."""

    folder: Path
    workshop: Workshop
    instance: dg.DagsterInstance
    project: Project


@pytest.fixture(autouse=True)
def _dagster_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setattr("assets.workshop.WAIT_SECONDS", 0.0)


@pytest.fixture
def place(tmp_path: Path, project: Project) -> Iterator[Place]:
    """One configured repository with its partition."""
    folder = tmp_path / "operator"
    folder.mkdir()
    (tmp_path / "dagster").mkdir()
    configuration = folder / "pyagent.toml"
    configuration.write_text(f'[[repository]]\ntarget = "{project.root}"\nslug = "{SLUG}"\n', "utf-8")
    quiet = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster"), overrides=quiet) as instance:
        instance.add_dynamic_partitions(str(REPOSITORIES.name), [SLUG])
        yield Place(folder, Workshop(configuration=str(configuration), offline=True), instance, project)
