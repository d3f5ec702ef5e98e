from pyagent.model import Answer, Verdict
from repos.gates.worth import Worth, worths


def verdict(gate: str, answer: Answer, seconds: float) -> Verdict:
    return Verdict(gate, answer, "", (), seconds)


def test_the_cheapest_stop_comes_first_and_what_never_stops_last() -> None:
    found = worths(
        [
            verdict("dear", Answer.FAILED, 9.0),
            verdict("cheap", Answer.FAILED, 1.0),
            verdict("cheap", Answer.PASSED, 1.0),
            verdict("never", Answer.PASSED, 0.1),
            verdict("away", Answer.SKIPPED, 0.0),
        ]
    )
    assert found == (Worth("cheap", 2, 1, 2.0), Worth("dear", 1, 1, 9.0), Worth("never", 1, 0, 0.1))
