from pathlib import Path

import pytest

from pyagent.configuration import find_configuration, read_settings, state_home, trust, trusted
from pyagent.errors import ConfigurationError
from pyagent.model import ChangeClass
from pyagent.settings import RepositorySection, Settings


def write(folder: Path, text: str) -> Path:
    path = folder / "pyagent.toml"
    path.write_text(text, "utf-8")
    return path


def test_defaults_open_nothing() -> None:
    settings = read_settings(None, {})
    assert settings == Settings()
    assert settings.policy_of(RepositorySection(target=".")).classes == ()


def test_a_file_sets_what_it_names(tmp_path: Path) -> None:
    path = write(tmp_path, '[[repository]]\ntarget = "."\npolicy = "eager"\n[policy.eager]\nclasses = ["H", "A"]\n')
    settings = read_settings(path, {})
    assert settings.policy_of(settings.repository[0]).classes == (ChangeClass.H, ChangeClass.A)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[policy.default]\nthreshold = 7\n")
    settings = read_settings(path, {"PYAGENT__POLICY__DEFAULT__THRESHOLD": "3", "PYAGENT__SANDBOX__LEVEL": "unsafe"})
    assert (settings.policy["default"].threshold, settings.sandbox.level) == (3, "unsafe")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[policy.default]\ntreshold = 5\n", "Did you mean `threshold`?"),
        ("[sandbox]\nuidd = 5\n", "Did you mean `uid`?"),
        ("[pyagnt]\nstate = 'x'\n", "Did you mean `pyagent`?"),
        ("[[repository]]\ntargte = 'x'\n", "Did you mean `target`?"),
        ("[policy.default]\nthreshold = 'many'\n", "`policy.default.threshold` is 'many'"),
        ("[policy.default]\nzzz = 1\n", "`pyagent settings` lists every key."),
        ("[policy\n", "is not TOML"),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=r"pyagent\.toml") as caught:
        read_settings(write(tmp_path, text), {})
    assert says in str(caught.value)


def test_a_configuration_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no configuration"):
        find_configuration(tmp_path / "none.toml", {}, tmp_path)


def test_a_local_configuration_counts_only_once_trusted(tmp_path: Path) -> None:
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    path = write(tmp_path, "")
    assert find_configuration(None, environment, tmp_path) is None
    trust(path, environment)
    trust(path, environment)
    assert find_configuration(None, environment, tmp_path) == path
    assert trusted(environment) == (str(path),)


def test_the_environment_names_a_configuration(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    assert find_configuration(None, {"PYAGENT_CONFIG": str(path)}, Path("/")) == path


def test_state_lies_in_the_users_state_folder() -> None:
    assert state_home({"HOME": "/h"}) == Path("/h/.local/state/pyagent")
    assert state_home({"HOME": "/h", "XDG_STATE_HOME": "/s"}) == Path("/s/pyagent")


def test_a_file_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings(tmp_path, {})
