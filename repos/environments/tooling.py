"""What we know of test tools by name: data that no project's files state (pure).

Each table is about public distributions, never about a target.
"""

import re

from packaging.utils import canonicalize_name

UNNEEDED = re.compile(
    r"^(?:"
    r"pre-commit|tox(?:-.*)?|nox|virtualenv|build|twine|check-manifest|check-wheel-contents|wheel|setuptools-scm"
    r"|hatch(?:-.*|ling)?|poetry(?:-.*)?|pdm(?:-.*)?|flit(?:-core)?|bump2?version|bumpversion|towncrier|zest-releaser"
    r"|mypy|mypy-.*|pyright|basedpyright|pytype|ty|pyre-check|types-.*|.*-stubs"
    r"|ruff(?:-.*)?|flake8(?:-.*)?|pep8-naming|black|isort|autopep8|yapf|pylint|pydocstyle|bandit|safety|pip-audit"
    r"|codespell|interrogate|vulture|blacken-docs|doc8|rstcheck|pyroma|pyupgrade|refurb|unimport|deptry"
    r"|sphinx(?:-.*|contrib-.*)?|furo|myst-parser|mkdocs(?:-.*)?|pallets-sphinx-themes|alabaster|pydata-sphinx-theme"
    r"|coverage|coveralls|codecov|diff-cover|covdefaults|gcovr"
    r"|pytest-(?:cov|xdist|randomly|random-order|sugar|ruff|black|mypy|flake8|pylint|enabler|checkdocs|html|picked|profiling)"
    r"|ipython|ipdb|pdbpp|jupyter|notebook|codespeed|asv|cibuildwheel|auditwheel|gitlint|commitizen|invoke"
    r")$"
)
"""Linters, type checkers, document and release tools, and plugins that change order, workers or reports of a run."""

DISTRIBUTION_OF = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cairo": "pycairo",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "mysqldb": "mysqlclient",
    "nacl": "pynacl",
    "openssl": "pyopenssl",
    "pil": "pillow",
    "pkg_resources": "setuptools<80.9",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pytest_httpserver": "pytest-httpserver",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socks": "pysocks",
    "sphinx_rtd_theme": "sphinx-rtd-theme",
    "usb": "pyusb",
    "xdist": "pytest-xdist",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
    "_pytest": "pytest",
    "crypto": "pycryptodome",
    "ruamel": "ruamel.yaml",
    "bson": "pymongo",
}
"""Top-level import name, lower case, to the distribution that carries it, where the two differ.

setuptools 80.9 is the first whose `pkg_resources` warns with more than a DeprecationWarning.
"""

PLUGIN_OF_OPTION = {
    "--asyncio-mode": "pytest-asyncio",
    "--benchmark": "pytest-benchmark",
    "--snapshot-update": "syrupy",
    "--doctest-plus": "pytest-doctestplus",
    "--doctest-rst": "pytest-doctestplus",
    "--mpl": "pytest-mpl",
    "--ds": "pytest-django",
    "--reruns": "pytest-rerunfailures",
    "--forked": "pytest-forked",
    "--disable-socket": "pytest-socket",
    "--allow-hosts": "pytest-socket",
    "--record-mode": "pytest-recording",
    "--nbval": "nbval",
    "--twisted": "pytest-twisted",
    "--reactor": "pytest-twisted",
    "--run-parallel": "pytest-run-parallel",
    "--remote-data": "pytest-remotedata",
    "--count": "pytest-repeat",
    "--hypothesis-profile": "hypothesis",
}
"""Command-line option (or its prefix) to the pytest plugin that defines it."""

PLUGIN_OF_FIXTURE = {
    "benchmark": "pytest-benchmark",
    "mocker": "pytest-mock",
    "snapshot": "syrupy",
    "httpserver": "pytest-httpserver",
    "httpbin": "pytest-httpbin",
    "requests_mock": "requests-mock",
    "httpx_mock": "pytest-httpx",
    "freezer": "pytest-freezer",
    "subtests": "pytest-subtests",
    "faker": "faker",
    "datadir": "pytest-datadir",
    "shared_datadir": "pytest-datadir",
    "data_regression": "pytest-regressions",
    "file_regression": "pytest-regressions",
    "num_regression": "pytest-regressions",
    "event_loop": "pytest-asyncio",
    "event_loop_policy": "pytest-asyncio",
    "aiohttp_client": "pytest-aiohttp",
    "virtualenv": "pytest-virtualenv",
    "fs": "pyfakefs",
    "fake_process": "pytest-subprocess",
    "fp": "pytest-subprocess",
    "lazy_fixture": "pytest-lazy-fixture",
    "anyio_backend": "anyio",
    "nursery": "pytest-trio",
    "db": "pytest-django",
    "script_runner": "pytest-console-scripts",
    "vcr": "pytest-recording",
    "qtbot": "pytest-qt",
    "socket_enabled": "pytest-socket",
    "postgresql": "pytest-postgresql",
}
"""Fixture name to the pytest plugin that provides it."""

PLUGIN_OF_SETTING = {
    "asyncio_mode": "pytest-asyncio",
    "asyncio_default_fixture_loop_scope": "pytest-asyncio",
    "trio_mode": "pytest-trio",
    "mock_use_standalone_module": "pytest-mock",
    "DJANGO_SETTINGS_MODULE": "pytest-django",
    "doctest_plus": "pytest-doctestplus",
    "env": "pytest-env",
    "mpl-baseline-path": "pytest-mpl",
    "remote_data_strict": "pytest-remotedata",
}
"""Setting of a pytest configuration to the plugin that reads it."""


def unneeded(name: str) -> bool:
    """Whether a test run can do without a distribution, going by what that distribution is for."""
    return bool(UNNEEDED.match(canonicalize_name(name)))


def distribution_of(module: str) -> str:
    """The distribution expected to carry a top-level module."""
    return DISTRIBUTION_OF.get(module.lower(), canonicalize_name(module))
