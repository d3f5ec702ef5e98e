import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uv import find_uv_bin

from pyagent.errors import EnvironmentFault, UpstreamDeferred
from repos.environments.interpreters import own_interpreter
from repos.environments.wheels import Installer, Lock, Unresolved, index_settings, install, resolve

OWN = own_interpreter()
names = st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True)


def test_pips_index_settings_serve_where_uv_has_none() -> None:
    environ = {"PIP_INDEX_URL": "a", "PIP_FIND_LINKS": "b", "UV_FIND_LINKS": "c", "VIRTUAL_ENV": "v", "PATH": "p"}
    found = index_settings(environ)
    assert found["UV_DEFAULT_INDEX"] == "a"
    assert found["UV_FIND_LINKS"] == "c"
    assert found["PATH"] == "p"
    assert "VIRTUAL_ENV" not in found


def test_an_index_that_is_away_asks_for_another_run(installer: Installer) -> None:
    environ = {**installer.environ, "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}
    with pytest.raises(UpstreamDeferred) as caught:
        resolve(["apple"], OWN, replace(installer, environ=environ))
    assert "127.0.0.1" not in str(caught.value)


def test_what_cannot_be_met_is_a_value_with_names(installer: Installer) -> None:
    found = resolve(["nowhere-at-all"], OWN, installer)
    assert isinstance(found, Unresolved)
    assert found.unknown == {"nowhere-at-all"}


def test_a_damaged_lock_is_an_environment_fault(installer: Installer, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="not installed"):
        install(Lock("apple==2.0 --hash=sha256:" + "0" * 64), tmp_path / "venv", OWN, installer)


@given(st.lists(names, unique=True, min_size=1), st.data())
def test_a_lock_loses_exactly_the_distribution_named(rows: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(rows))
    lock = Lock("".join(f"{name}==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n" for name in rows))
    assert lock.without(gone).pins() == tuple(f"{name}==1.0" for name in rows if name != gone)
    assert lock.without("other-name") == lock


def test_the_index_of_the_tests_asks_nobody(folder_index: Path) -> None:
    alone = ["unshare", "--net", "--map-root-user", "--", str(find_uv_bin()), "pip", "compile", "-", "--quiet"]
    done = subprocess.run(alone, input="pytest", capture_output=True, text=True, check=False)
    assert folder_index.is_dir()
    assert (done.returncode, "pytest==" in done.stdout) == (0, True), done.stderr
