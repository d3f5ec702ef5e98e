from repos.environments.requirement_files import (
    DEV_FILES,
    RUNTIME_FILES,
    TEST_FILES,
    requirement_file,
    requirement_lines,
)


def test_includes_are_followed_once_and_relative_to_their_file() -> None:
    files = {
        "requirements/tests.txt": "-r base.txt\npytest==8.0  # runner\n-c constraints.txt\n",
        "requirements/base.txt": "apple>=1 \\\n    --hash=sha256:00\n-r tests.txt\n\n# nothing\n",
    }
    assert requirement_file("requirements/tests.txt", files.get) == ("apple>=1", "pytest==8.0")


def test_references_to_the_project_come_through_plainly() -> None:
    rows = ["-e .", ".[test]", "-e{toxinidir}[dev]", "./", "--no-binary :all:", "-r{toxinidir}/t.txt"]
    assert requirement_lines(rows, "", {"t.txt": "pear"}.get) == (".", ".[test]", ".[dev]", ".", "pear")


def test_an_absent_file_has_no_lines() -> None:
    assert requirement_file("gone.txt", {}.get) == ()


def test_files_are_known_by_their_names() -> None:
    tests = ["requirements-test.txt", "test-requirements.txt", "requirements/tests.txt", "tests_requirements.in"]
    assert all(TEST_FILES.match(name) for name in tests)
    assert all(
        DEV_FILES.match(name) for name in ["requirements-dev.txt", "dev-requirements.txt", "requirements/dev.in"]
    )
    assert RUNTIME_FILES.match("requirements.txt")
    assert not TEST_FILES.match("docs/requirements.txt")
