"""The oldest Python of a project, read from whatever metadata it has."""

from collections.abc import Callable

import pytest

from agents.floors import Floor, floor, target_minor
from pyagent.ports import Checkout

Checkouts = Callable[[dict[str, str | bytes]], Checkout]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}, Floor((3, 9), declared=True)),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.8.1,<4"\n'}, Floor((3, 8), declared=True)),
        ({"setup.cfg": "[options]\npython_requires = >=3.7\n"}, Floor((3, 7), declared=False)),
        ({"setup.py": "setup(python_requires='>=2.7')\n"}, Floor((2, 7), declared=False)),
        ({"setup.py": "c = ['Programming Language :: Python :: 3.8',\n]\n"}, Floor((3, 8), declared=False)),
        ({"PKG-INFO": "Requires-Python: >=3.6\n\nbody\n"}, Floor((3, 6), declared=False)),
        (
            {
                "setup.cfg": "[options]\npython_requires = >=3.7\n",
                "PKG-INFO": "Classifier: Programming Language :: Python :: 2\n",
            },
            Floor((2, 7), declared=False),
        ),
    ],
)
def test_floor_is_read_from_each_kind_of_metadata(
    checkout: Checkouts, files: dict[str, str | bytes], expected: Floor
) -> None:
    assert floor(checkout(files)) == expected


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[project\n"},
        {"pyproject.toml": 'project = "x"\n'},
        {"pyproject.toml": "[project]\nrequires-python = 3\n"},
        {"pyproject.toml": '[project]\nrequires-python = ""\n'},
        {"pyproject.toml": b"\xff\xfe"},
        {"setup.cfg": "no section\n"},
        {"setup.py": "def (\n"},
        {"setup.py": "setup(python_requires=REQUIRED, x='new')\n"},
        {"PKG-INFO": "Requires-Python: newest\n"},
        {"setup.py": "c = 'Programming Language :: Python :: 3'\n"},
    ],
)
def test_what_cannot_be_read_gives_no_floor(checkout: Checkouts, files: dict[str, str | bytes]) -> None:
    assert floor(checkout(files)) is None


def test_unknown_and_python_2_floors_write_for_the_oldest_target() -> None:
    assert target_minor(None) == target_minor(Floor((2, 7), declared=False)) == 7


def test_target_is_never_newer_than_what_can_be_checked_here() -> None:
    assert target_minor(Floor((3, 14), declared=True)) == 11
