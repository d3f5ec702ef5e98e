"""Ports, with real listeners."""

import os
import socket
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from cli.supervisor.ports import any_free, chosen, holder, is_free
from pyagent.errors import EnvironmentFault


@pytest.fixture
def taken() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def claims() -> Generator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_port_asked_for_and_taken_names_its_holder(taken: int, claims: ExitStack) -> None:
    with pytest.raises(EnvironmentFault, match=rf"Port {taken}, asked for Prefect, is taken by pid {os.getpid()} "):
        chosen("Prefect", "--prefect-port", taken, 4200, claims)


def test_the_usual_port_taken_gives_the_next_free_one_and_says_so(taken: int, claims: ExitStack) -> None:
    found = chosen("Dagster", "--dagster-port", None, taken, claims)
    assert found.port > taken
    assert is_free(found.port)
    assert found.note.startswith(f"port {taken} is taken by pid {os.getpid()} ")


def test_a_free_port_asked_for_is_taken_without_a_word(claims: ExitStack) -> None:
    port = any_free()
    assert chosen("Dagster", "--dagster-port", port, 3000, claims).port == port
    assert holder(port) is None


def test_a_port_that_nobody_listens_on_yet_is_no_second_ups(claims: ExitStack) -> None:
    usual = any_free()
    first = chosen("Prefect", "--prefect-port", None, usual, claims)
    with ExitStack() as others:
        second = chosen("Prefect", "--prefect-port", None, usual, others)
        assert (first.port, second.port > usual) == (usual, True)
        assert second.note.startswith(f"port {usual} is taken by another `pyagent up` that is starting: ")
        with pytest.raises(EnvironmentFault, match=f"Port {usual}, asked for Dagster"):
            chosen("Dagster", "--dagster-port", usual, 3000, others)
    claims.close()
    assert chosen("Prefect", "--prefect-port", None, usual, claims).port == usual
