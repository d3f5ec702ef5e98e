"""A repository's own benchmark: its command run whole on both sides, in turns, in sandboxes of its own."""

from collections.abc import Iterator

from repos.measuring.instruments import Ground, NoMeasure, ended, job
from repos.measuring.margins import TIME, Answer, said_of
from repos.measuring.statistics import LOOKS, Decision, Round, reading

ROUNDS = 3
"""Between two looks; a round runs the base twice and the candidate once."""
LONGEST_SECONDS = 20.0
"""Of processor time of one run."""
INSTRUMENT = "the repository's benchmark"


def benchmarked(command: tuple[str, ...], ground: Ground) -> Answer | NoMeasure:
    """Whether the candidate's run costs more processor time than the margin; at most `LOOKS` x `ROUNDS` rounds."""
    rounds: list[Round] = []
    for look in range(1, LOOKS + 1):
        while len(rounds) < look * ROUNDS:
            found = _round(command, ground, len(rounds))
            if isinstance(found, NoMeasure):
                return found
            rounds.append(found)
        if reading(rounds).beside(TIME) is not Decision.OPEN:
            break
    read = reading(rounds)
    return Answer(INSTRUMENT, read.beside(TIME), said_of(read, TIME), read)


def _round(command: tuple[str, ...], ground: Ground, turn: int) -> Round | NoMeasure:
    """The sides in an order that turns about, so that what drifts lies on both ends."""
    order = ("base", "candidate", "again") if turn % 2 == 0 else ("again", "candidate", "base")
    seconds: dict[str, float] = {}
    for side, took in zip(order, _seconds(command, ground, order), strict=False):
        if isinstance(took, NoMeasure):
            return took
        seconds[side] = took
    return Round((seconds["base"],), (seconds["again"],), (seconds["candidate"],))


def _seconds(command: tuple[str, ...], ground: Ground, order: tuple[str, ...]) -> Iterator[float | NoMeasure]:
    for side in order:
        done = ground.runner.run(job(command, ground, ground.overlay if side == "candidate" else {}))
        if done.stopped or done.code:
            yield NoMeasure(ended(done), "candidate" if side == "candidate" else "base")
        elif done.cpu_seconds > LONGEST_SECONDS:
            yield NoMeasure(f"one run takes over {LONGEST_SECONDS:g} s of processor time")
        else:
            yield done.cpu_seconds
