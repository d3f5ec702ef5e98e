import tomllib

from repos.environments.runner_files import noxfile, tox_ini, tox_toml, words


def test_tox_ini_tells_installs_groups_and_commands() -> None:
    body = (
        "[testenv]\nextras = test\ndependency_groups =\n  ci\nchangedir = {toxinidir}/tests\n"
        "deps =\n  apple\n  py38: pear\n  -r{toxinidir}/t.txt\n"
        "commands =\n  {envpython} -m pytest \\\n    {posargs} -k x\n  - flake8 .\n"
    )
    found = tox_ini(body, "tox.ini")
    assert found is not None
    assert found.installs == ("apple", "-r{toxinidir}/t.txt")
    assert found.groups == ("test", "ci")
    assert found.commands == (("python", "-m", "pytest", "-k", "x"), ("flake8", "."))
    assert found.folder == "tests"


def test_conditional_rows_count_only_where_all_are_conditional() -> None:
    found = tox_ini("[testenv]\ncommands =\n  unit: pytest tests\n  docs: sphinx-build\n", "tox.ini")
    assert found is not None
    assert found.commands == (("pytest", "tests"),)


def test_tox_toml_and_its_old_form_inside_pyproject_are_read() -> None:
    body = """
        [env_run_base]
        deps = ["apple"]
        extras = ["test"]
        commands = [["pytest", "-v", {replace = "posargs"}]]
    """
    found = tox_toml(tomllib.loads(body), "tox.toml")
    assert found is not None
    assert (found.installs, found.groups, found.commands) == (("apple",), ("test",), (("pytest", "-v"),))
    legacy = tox_toml({"legacy_tox_ini": "[testenv]\ndeps = pear\n"}, "pyproject.toml")
    assert legacy is not None
    assert legacy.installs == ("pear",)


def test_files_without_a_test_environment_tell_nothing() -> None:
    assert tox_ini("[tox]\nenvlist = py\n", "tox.ini") is None
    assert tox_ini("broken", "tox.ini") is None
    assert tox_toml({}, "tox.toml") is None
    assert noxfile("def (") is None
    assert noxfile("def docs(session):\n    session.install('sphinx')\n") is None


def test_nox_sessions_named_like_tests_are_read_statically() -> None:
    body = """
@nox.session
def tests(session):
    session.install("-e", ".[test]", "apple", "-r", "t.txt", "--group", "ci", "-c", "c.txt", VERSION)
    session.run("python", "-m", "pytest", *session.posargs)
"""
    found = noxfile(body)
    assert found is not None
    assert found.installs == (".[test]", "apple", "-r t.txt")
    assert found.groups == ("ci",)
    assert found.commands == (("python", "-m", "pytest"),)


def test_a_command_that_cannot_be_split_has_no_words() -> None:
    assert words('pytest "unclosed') == ()
