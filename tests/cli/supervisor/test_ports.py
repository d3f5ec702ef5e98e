"""Ports, with real listeners."""

import os
import socket
from collections.abc import Generator

import pytest

from cli.supervisor.ports import any_free, chosen, holder, is_free
from pyagent.errors import EnvironmentFault


@pytest.fixture
def taken() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_asked_for_and_taken_names_its_holder(taken: int) -> None:
    with pytest.raises(EnvironmentFault, match=rf"Port {taken}, asked for Prefect, is taken by pid {os.getpid()} "):
        chosen("Prefect", "--prefect-port", taken, 4200)


def test_the_usual_port_taken_gives_the_next_free_one_and_says_so(taken: int) -> None:
    found = chosen("Dagster", "--dagster-port", None, taken)
    assert found.port > taken
    assert is_free(found.port)
    assert found.note.startswith(f"port {taken} is taken by pid {os.getpid()} ")


def test_a_free_port_asked_for_is_taken_without_a_word() -> None:
    port = any_free()
    assert chosen("Dagster", "--dagster-port", port, 3000).port == port
    assert holder(port) is None
