from pyagent.quiet import SWITCHES, hush


def test_every_switch_is_set() -> None:
    environment: dict[str, str] = {}
    hush(environment)
    assert environment == SWITCHES


def test_what_the_operator_set_stays() -> None:
    environment = {"DO_NOT_TRACK": "0"}
    hush(environment)
    assert environment["DO_NOT_TRACK"] == "0"
