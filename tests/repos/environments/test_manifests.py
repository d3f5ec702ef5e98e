import tomllib

from hypothesis import given
from hypothesis import strategies as st

from repos.environments.manifests import (
    dependency_groups,
    lines,
    pairs,
    pkg_info,
    poetry_specifier,
    pyproject,
    setup_cfg,
)


def test_a_pep_621_project_states_runtime_extras_and_scripts() -> None:
    body = """
        [project]
        name = "sample"
        version = "1.2"
        requires-python = ">=3.9"
        dependencies = ["apple>=1"]
        optional-dependencies.Test_It = ["pear"]
        scripts.eat = "sample:main"
        entry-points.plugins.x = "sample.x"
    """
    found = pyproject(tomllib.loads(body))
    assert (found.name, found.version, found.requires_python) == ("sample", "1.2", ">=3.9")
    assert found.runtime == ("apple>=1",)
    assert found.groups == {"test-it": ("pear",)}
    assert found.entry_points == {"plugins": {"x": "sample.x"}, "console_scripts": {"eat": "sample:main"}}


def test_dynamic_dependencies_are_not_taken_for_none() -> None:
    assert pyproject({"project": {"name": "x", "dynamic": ["dependencies"]}}).runtime is None
    assert pyproject({"project": {"name": "x"}}).runtime == ()


def test_included_groups_are_expanded_and_cycles_end() -> None:
    groups = {"Test": ["a", {"include-group": "more"}], "more": ["b", {"include-group": "test"}]}
    assert dependency_groups(groups) == {"test": ("a", "b"), "more": ("b", "a")}


def test_poetry_tables_are_read_as_requirements() -> None:
    body = """
        [tool.poetry]
        name = "sample"
        version = "0.3"
        dependencies.python = "^3.9"
        dependencies.apple = "^1.2"
        dependencies.fig = {version = "3"}
        dependencies.pear = {version = "~2", optional = true}
        group.test.dependencies = {pytest = "*"}
        extras = {all = ["pear"]}
        scripts = {eat = "sample:main"}
    """
    found = pyproject(tomllib.loads(body))
    assert found.runtime == ("apple>=1.2", "fig==3")
    assert found.requires_python == ">=3.9"
    assert found.groups["test"] == ("pytest",)
    assert found.entry_points == {"console_scripts": {"eat": "sample:main"}}


def test_poetry_constraints_become_specifiers() -> None:
    said = ["*", "^1.2", "~1.2", "~=1.2", "1.2.*", ">=1, <2", "^2 || ^3"]
    assert [poetry_specifier(s) for s in said] == ["", ">=1.2", ">=1.2", "~=1.2", "==1.2.*", ">=1,<2", ">=2"]


def test_flit_and_pdm_and_uv_tables_are_read() -> None:
    flit = {
        "tool": {
            "flit": {"metadata": {"module": "sample", "requires": ["apple"], "requires-extra": {"test": ["pear"]}}}
        }
    }
    assert pyproject(flit).runtime == ("apple",)
    assert pyproject(flit).groups == {"test": ("pear",)}
    pdm = {
        "project": {"name": "x"},
        "tool": {"pdm": {"dev-dependencies": {"test": ["a"]}}, "uv": {"dev-dependencies": ["b"]}},
    }
    assert pyproject(pdm).groups == {"test": ("a",), "dev": ("b",)}


def test_setup_cfg_states_runtime_extras_and_entry_points() -> None:
    body = (
        "[metadata]\nname = sample\nversion = attr: sample.v\n"
        "[options]\npython_requires = >=3.8\ninstall_requires =\n  apple  # red\n  # none\n  pear\n"
        "tests_require = fig\n"
        "[options.extras_require]\ntest = pytest\n"
        "[options.entry_points]\nconsole_scripts =\n  eat = sample:main\n"
    )
    found = setup_cfg(body)
    assert found is not None
    assert (found.name, found.version, found.runtime) == ("sample", None, ("apple", "pear"))
    assert found.groups == {"test": ("pytest",), "tests-require": ("fig",)}
    assert found.entry_points == {"console_scripts": {"eat": "sample:main"}}


def test_a_broken_setup_cfg_states_nothing() -> None:
    assert setup_cfg("no section = here") is None


def test_pkg_info_splits_runtime_from_extras() -> None:
    body = (
        b"Metadata-Version: 2.1\nName: sample\nVersion: 4\nRequires-Python: >=3.8\nProvides-Extra: test\n"
        b"Requires-Dist: apple (>=1)\nRequires-Dist: pear>=2; extra == 'test'\n"
        b'Requires-Dist: fig; python_version < "3.9" and extra == "test"\n\ntext\n'
    )
    found = pkg_info(body)
    assert found.runtime == ("apple (>=1)",)
    assert found.groups == {"test": ("pear>=2", 'fig; python_version < "3.9"')}


def test_pkg_info_without_requirements_says_nothing_of_them() -> None:
    assert pkg_info(b"Name: sample\nVersion: 1\n\n").runtime is None


@given(st.text())
def test_ini_lines_carry_no_comment_and_no_blank(body: str) -> None:
    assert all(line.strip() == line and line and not line.startswith("#") for line in lines(body))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[a-z.:]{1,8}", fullmatch=True)))
def test_pairs_are_read_back_as_written(rows: dict[str, str]) -> None:
    assert pairs(f"{name} = {value}" for name, value in rows.items()) == rows
