from collections.abc import Callable, Mapping
from typing import Any

from repos.environments.target import target

Make = Callable[[Mapping[str, str]], Any]


def test_pkg_info_is_taken_as_it_lies_there(tree: Make) -> None:
    info = "Metadata-Version: 2.1\nName: My.Sample\nVersion: 1.2\n\nlong text\n"
    found = target(tree({"PKG-INFO": info}))
    assert found.metadata["my_sample-1.2.dist-info/METADATA"] == info.encode()


def test_metadata_is_written_from_static_fields(tree: Make) -> None:
    named = "[project]\nname='sample'\nversion='2'\n"
    body = f"{named}requires-python='>=3.9'\ndependencies=['apple']\nscripts.eat='sample:main'\n"
    found = target(tree({"pyproject.toml": body}))
    written = found.metadata["sample-2.dist-info/METADATA"].decode()
    assert "Requires-Dist: apple" in written
    assert found.metadata["sample-2.dist-info/entry_points.txt"] == b"[console_scripts]\neat = sample:main\n"
    assert found.scripts == {"eat": "sample:main"}


def test_a_dynamic_version_is_read_from_its_literal(tree: Make) -> None:
    body = "[project]\nname='sample'\ndynamic=['version']\n"
    files = {"pyproject.toml": body, "sample/__init__.py": "__version__ = '3.1'\n", "tests/x.py": "__version__ = '9'\n"}
    assert target(tree(files)).version == "3.1"


def test_without_any_version_the_fallback_of_tag_readers_is_used(tree: Make) -> None:
    assert target(tree({"sample.py": "def (", "other.py": "__version__ = 'not a version'\n"})).version == "0.0.0"


def test_recorded_entry_points_serve_where_none_are_declared(tree: Make) -> None:
    files = {"sample.egg-info/entry_points.txt": "[plugins]\nx = sample.x\nnonsense\n"}
    points = target(tree(files)).metadata["sample-0.0.0.dist-info/entry_points.txt"]
    assert points == b"[plugins]\nx = sample.x\n"


def test_a_version_file_a_build_would_write_is_generated_where_absent(tree: Make) -> None:
    body = (
        "[project]\nname='sample'\ndynamic=['version']\n[tool.setuptools_scm]\nversion_file='src/sample/_version.py'\n"
    )
    found = target(tree({"pyproject.toml": body}))
    assert b"__version_tuple__ = version_tuple = (0, 0, 0)" in found.generated["src/sample/_version.py"]
    present = target(tree({"pyproject.toml": body, "src/sample/_version.py": "__version__ = '5'\n"}))
    assert (present.generated, present.version) == ({}, "5")


def test_a_broken_pyproject_leaves_the_fallbacks(tree: Make) -> None:
    assert target(tree({"pyproject.toml": "[[["})).name == "sample"
