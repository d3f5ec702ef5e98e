from collections.abc import Callable, Mapping
from typing import Any

from repos.environments.inputs import Wanted, collect

Make = Callable[[Mapping[str, str]], Any]


def texts(wanted: tuple[Wanted, ...]) -> list[str]:
    return [row.text for row in wanted]


def test_runtime_comes_first_and_tests_from_their_group(tree: Make) -> None:
    groups = "[dependency-groups]\ntests=['pytest','mypy']\ndev=['ipython']\n"
    body = f"[project]\nname='sample'\ndependencies=['apple']\n{groups}"
    found = collect(tree({"pyproject.toml": body}), tests=())
    assert texts(found.wanted) == ["apple", "pytest"]
    assert found.wanted[0].runtime
    assert found.notes == ("mypy left out: a test run does not need it (pyproject.toml [tests])",)


def test_a_tool_the_tests_import_is_kept(tree: Make) -> None:
    body = "[project]\nname='sample'\n[dependency-groups]\ntests=['mypy']\n"
    found = collect(tree({"pyproject.toml": body, "tests/test_a.py": "import mypy.api\n"}), tests=("tests/test_a.py",))
    assert texts(found.wanted) == ["mypy"]
    assert found.imports == ("mypy",)


def test_development_lists_serve_only_where_nothing_names_tests(tree: Make) -> None:
    files = {"pyproject.toml": "[project]\nname='s'\n[project.optional-dependencies]\ndev=['pear']\n"}
    assert texts(collect(tree(files), tests=()).wanted) == ["pear"]
    with_tests = {**files, "requirements-test.txt": "fig\n"}
    assert texts(collect(tree(with_tests), tests=()).wanted) == ["fig"]


def test_own_extras_are_expanded_wherever_they_are_named(tree: Make) -> None:
    body = (
        "[project]\nname='my.sample'\n[project.optional-dependencies]\ntest=['my-sample[more]','pear']\nmore=['fig']\n"
    )
    found = collect(tree({"pyproject.toml": body, "tox.ini": "[testenv]\ndeps = -e .[test]\n"}), tests=())
    assert texts(found.wanted) == ["fig", "pear"]


def test_runtime_without_any_declaration_comes_from_requirements_txt(tree: Make) -> None:
    found = collect(tree({"requirements.txt": "apple==1\n"}), tests=())
    assert found.wanted == (Wanted("apple==1", "requirements.txt", runtime=True),)
    assert found.name == "sample"


def test_an_sdist_without_other_files_is_read_from_its_pkg_info(tree: Make) -> None:
    body = "Name: sample\nVersion: 1\nRequires-Dist: apple\nRequires-Dist: pytest; extra == 'test'\n\n"
    assert texts(collect(tree({"PKG-INFO": body}), tests=()).wanted) == ["apple", "pytest"]


def test_the_operators_list_replaces_what_the_tree_declares(tree: Make) -> None:
    body = "[project]\nname='sample'\ndependencies=['apple']\n"
    found = collect(tree({"pyproject.toml": body}), tests=(), override=("fig", "."))
    assert texts(found.wanted) == ["fig"]


def test_requirements_from_urls_and_on_the_project_itself_are_left_out(tree: Make) -> None:
    body = "[project]\nname='sample'\n[dependency-groups]\ntest=['x @ https://example.invalid/x.zip','sample','fig']\n"
    found = collect(tree({"pyproject.toml": body}), tests=())
    assert texts(found.wanted) == ["fig"]
    assert "URL" in found.notes[0]


def test_rows_that_differ_by_marker_are_both_kept(tree: Make) -> None:
    rows = "fig<2; python_version<'3.9'\nfig>=2; python_version>='3.9'\n"
    assert len(collect(tree({"requirements-test.txt": rows}), tests=()).wanted) == 2


def test_a_broken_pyproject_does_not_hide_the_other_files(tree: Make) -> None:
    files = {"pyproject.toml": "[[[", "setup.cfg": "[metadata]\nname=real\n[options]\ninstall_requires=apple\n"}
    found = collect(tree(files), tests=())
    assert (found.name, texts(found.wanted)) == ("real", ["apple"])


def test_only_unconditional_foreign_imports_of_tests_count(tree: Make) -> None:
    body = (
        "import os, apple.core\nfrom helper import x\nfrom . import y\nfrom sample import z\n"
        "try:\n    import lxml\nexcept ImportError: pass\ndef f():\n    import later\n"
    )
    files = {"tests/test_a.py": body, "tests/helper.py": "", "src/sample/__init__.py": "", "tests/test_b.py": "def ("}
    found = collect(tree(files), tests=("tests/test_a.py", "tests/test_b.py"))
    assert found.imports == ("apple",)
