import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from pyagent.errors import TargetError
from repos.environments.interpreters import fitting, own_interpreter

UV = Path(find_uv_bin())


def test_ours_is_outside_any_virtual_environment() -> None:
    own = own_interpreter()
    assert own.version.split(".")[:2] == [str(sys.version_info.major), str(sys.version_info.minor)]
    assert own.prefix in own.path.parents


@pytest.mark.parametrize("said", ["", ">=3.8", ">=3.8,!=3.9.*", "nonsense"])
def test_ours_is_preferred_where_it_may(said: str) -> None:
    assert fitting(said, uv=UV, environ={}) == own_interpreter()


def test_a_version_nobody_has_is_the_targets_trouble(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"needs Python >=3\.99"):
        fitting(">=3.99", uv=UV, environ={"PATH": "", "HOME": str(tmp_path)})


def test_another_interpreter_is_found_where_uv_sees_it(tmp_path: Path) -> None:
    fake = tmp_path / "uv"
    fake.write_text(f"#!/bin/sh\necho {sys.executable}\n")
    fake.chmod(0o755)
    found = fitting(">=3.99", uv=fake, environ={})
    assert found.version == own_interpreter().version
