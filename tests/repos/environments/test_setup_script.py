from repos.environments.setup_script import setup_script


def test_literals_and_names_bound_to_literals_are_read() -> None:
    body = """
import os, setuptools
needs = ["apple", "pear>=1"]
extras = {"Tests": ["pytest", os.name]}
setuptools.setup(
    name="sample", version="1.0", install_requires=needs, extras_require=extras, tests_require="fig",
    entry_points={"console_scripts": ["eat = sample:main"]}, python_requires=">=3.8",
)
"""
    found = setup_script(body)
    assert found is not None
    assert (found.name, found.version, found.requires_python) == ("sample", "1.0", ">=3.8")
    assert found.runtime == ("apple", "pear>=1")
    assert found.groups == {"tests": ("pytest",), "tests-require": ("fig",)}
    assert found.entry_points == {"console_scripts": {"eat": "sample:main"}}


def test_a_script_is_never_run() -> None:
    found = setup_script("raise SystemExit(1)\nsetup(name=open('/etc/passwd').read(), install_requires=read())")
    assert found is not None
    assert (found.name, found.runtime) == (None, None)


def test_a_name_bound_twice_is_not_a_literal() -> None:
    found = setup_script("needs = ['a']\nneeds = ['b']\nsetup(install_requires=needs)")
    assert found is not None
    assert found.runtime is None


def test_text_that_calls_no_setup_states_nothing() -> None:
    assert setup_script("print('hello')") is None
    assert setup_script("def (") is None
    assert setup_script("") is None
