"""What to strike next: pure, from what is still wanted and a random number generator."""

import random
from collections import Counter
from dataclasses import dataclass, field

from bench.killing.blows import Blow, How
from bench.killing.gits import MOMENTS, VERBS
from pyagent.failpoints import POINTS

UNDO = tuple(point for point in POINTS if point.startswith("undo."))
LONGEST = 8
"""Kills in one scenario: a run that was killed is started again, and killed again further on."""
COLD_SHARE = 0.15
"""Of random scenarios that begin with nothing: environment, store and sandbox proof are made under fire too."""
LOCKS_SHARE = 0.25
"""Of random scenarios that find locks of a dead git besides."""
POSTGRES_SHARE = 0.2
"""Of scenarios that keep their ledger in PostgreSQL rather than SQLite."""
SOONEST = 0.01
"""Seconds after the start."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a run without kills is like."""

    cold: float
    """Seconds from nothing."""
    warm: float
    """Seconds with environment and sandbox proof at hand."""
    passes: Counter[str]
    """How often each named step is passed."""
    gits: Counter[str]
    """How often git is asked for each kind of write."""


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario: the blows, in order, and what it starts from."""

    blows: tuple[Blow, ...]
    seed: int
    cold: bool = False
    undo: bool = False
    postgres: bool = False
    """The ledger lies in PostgreSQL."""
    locks: bool = False
    """Leave ref locks behind, as a git that was killed in the middle of an update would."""


@dataclass(slots=True)
class Plan:
    """Blows still to be struck."""

    steps: Counter[str]
    """Kills still wanted at each named step."""
    moments: int
    gits: int
    interrupts: int
    disks: int
    under_way: Counter[str] = field(default_factory=Counter[str])

    @property
    def open_steps(self) -> dict[str, int]:
        """Kills wanted at each step beyond those under way."""
        left = {point: self.steps[point] - self.under_way[point] for point in POINTS}
        return {point: count for point, count in left.items() if count > 0}

    @property
    def left(self) -> dict[str, int]:
        """Blows that are still wanted, by step or kind."""
        kinds = {"moments": self.moments, "gits": self.gits, "interrupts": self.interrupts, "disks": self.disks}
        return {name: count for name, count in {**self.steps, **kinds}.items() if count > 0}

    def next(self, rng: random.Random, usual: Usual) -> Script | None:
        """The next scenario, None when nothing is left to plan; what it strikes counts as under way."""
        seed = rng.randrange(2**32)
        wanted = self.open_steps
        if undo := [point for point in UNDO if point in wanted]:
            return self._taken(Script(_undo(undo, rng), seed, undo=True))
        if wanted:
            return self._taken(Script(_chain(wanted, rng, usual.passes), seed, postgres=rng.random() < POSTGRES_SHARE))
        if self.moments > 0:
            script = _moments(rng, usual, seed)
            self.moments -= len(script.blows)
            return script
        return self._single(rng, usual, seed)

    def _single(self, rng: random.Random, usual: Usual, seed: int) -> Script | None:
        """A scenario of one blow of the rarer kinds."""
        if self.gits > 0:
            self.gits -= 1
            return Script((_git(rng, usual.gits),), seed)
        if self.interrupts > 0:
            self.interrupts -= 1
            return Script((Blow(How.INTERRUPT, seconds=rng.uniform(SOONEST, usual.warm)),), seed)
        if self.disks > 0:
            self.disks -= 1
            return Script((_disk(rng, usual.passes),), seed)
        return None

    def settle(self, script: Script, struck: tuple[Blow, ...]) -> None:
        """Count what was struck; what was missed is wanted again."""
        for blow in script.blows:
            if blow.how is How.STEP:
                self.under_way[blow.step] -= 1
        for blow in struck:
            if blow.how is How.STEP:
                self.steps[blow.step] -= 1
        missed = len(script.blows) - len(struck)
        match script.blows[0].how:
            case How.ALONE | How.TREE:
                self.moments += missed
            case How.GIT:
                self.gits += missed
            case How.INTERRUPT:
                self.interrupts += missed
            case How.DISK:
                self.disks += missed
            case How.STEP:
                pass

    def _taken(self, script: Script) -> Script:
        self.under_way.update(blow.step for blow in script.blows)
        return script


def _chain(wanted: dict[str, int], rng: random.Random, passes: Counter[str]) -> tuple[Blow, ...]:
    """Kills at the steps most wanted, in the order a run passes them, so that each is still ahead when its turn comes.

    The first may come at any pass; a later one early, for less work is left.
    """
    points = [point for point in wanted if point not in UNDO]
    rng.shuffle(points)
    points.sort(key=lambda point: -wanted[point])
    chosen = sorted(points[: rng.randint(1, LONGEST)], key=POINTS.index)
    return tuple(
        _kill(point, rng.randint(1, max(1, passes[point] if at == 0 else passes[point] // 3)))
        for at, point in enumerate(chosen)
    )


def _undo(wanted: list[str], rng: random.Random) -> tuple[Blow, ...]:
    """Kills of `undo`: once the branch has moved only the last step is still ahead."""
    first = rng.choice(wanted)
    return (_kill(first, 1), *((_kill(UNDO[-1], 1),) if first != UNDO[-1] and UNDO[-1] in wanted else ()))


def _moments(rng: random.Random, usual: Usual, seed: int) -> Script:
    """Kills at uniformly random times of the first run, then of what is left to do."""
    cold = rng.random() < COLD_SHARE
    whole = usual.cold if cold else usual.warm
    blows = tuple(
        Blow(rng.choice((How.ALONE, How.TREE)), seconds=rng.uniform(SOONEST, whole if at == 0 else usual.warm / at))
        for at in range(rng.randint(1, 3))
    )
    chances = rng.random(), rng.random()
    return Script(blows, seed, cold=cold, locks=chances[0] < LOCKS_SHARE, postgres=chances[1] < POSTGRES_SHARE)


def _git(rng: random.Random, usual: Counter[str]) -> Blow:
    verb = rng.choice([verb for verb in VERBS if usual[verb]])
    return Blow(How.GIT, order=f"{verb} {rng.randint(1, usual[verb])} {rng.choice(MOMENTS)} {rng.randint(0, 15):02}")


def _disk(rng: random.Random, passes: Counter[str]) -> Blow:
    point = rng.choice([point for point in POINTS if point not in UNDO])
    return Blow(How.DISK, failpoint=f"{point}:{rng.choice(('eio', 'enospc'))}:{rng.randint(1, max(1, passes[point]))}")


def _kill(point: str, at: int) -> Blow:
    return Blow(How.STEP, failpoint=f"{point}:kill:{at}")
