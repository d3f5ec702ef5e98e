"""What happened, for a person: histograms and one line that says it all. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.killing.blows import How
from bench.killing.gits import VERBS
from bench.killing.scenarios import Played, Struck
from pyagent.failpoints import POINTS
from pyagent.ledger.entries import KINDS

KILLS = frozenset({How.STEP, How.ALONE, How.TREE, How.GIT})


def report(played: Sequence[Played]) -> Iterator[str]:
    """Lines of the whole report."""
    struck = [each for scenario in played for each in scenario.struck]
    yield "kill -9 at named steps"
    yield from _by_step([each for each in struck if each.blow.how is How.STEP])
    yield "kill -9 at random times, by the newest fact in the journal (seconds after the start)"
    yield from _by_fact([each for each in struck if each.blow.how in {How.ALONE, How.TREE}])
    yield "kill -9 around a write of git"
    yield from _by_git([each for each in struck if each.blow.how is How.GIT])
    for how in How:
        yield f"{how.value}: {sum(each.blow.how is how for each in struck)}"
    missed = sum(len(scenario.script.blows) - len(scenario.struck) for scenario in played)
    cold, postgres = (sum(getattr(each.script, kind) for each in played) for kind in ("cold", "postgres"))
    yield f"blows that came after the end of the run, or never: {missed}"
    yield f"scenarios {len(played)}: {cold} from nothing, {postgres} with the ledger in PostgreSQL"
    faults = [fault for scenario in played for fault in scenario.faults]
    counts = {word: sum(fault.startswith(word) for fault in faults) for word in ("lost", "doubled")}
    outlived = max((scenario.orphan_seconds for scenario in played), default=0.0)
    yield (
        f"{kills(played)} kills: lost {counts['lost']}, doubled {counts['doubled']}, "
        f"other faults {len(faults) - sum(counts.values())}; nothing outlived its process by more than {outlived:.2f} s"
    )


def kills(played: Sequence[Played]) -> int:
    """How many SIGKILLs fell."""
    return sum(each.blow.how in KILLS for scenario in played for each in scenario.struck)


def _by_step(struck: Sequence[Struck]) -> Iterator[str]:
    for point in POINTS:
        passes = sorted({int(each.blow.failpoint.rpartition(":")[2]) for each in struck if each.blow.step == point})
        count = sum(each.blow.step == point for each in struck)
        yield f"  {point:<20} {count:>3} {'#' * count:<14} passes {', '.join(map(str, passes)) or '-'}"


def _by_fact(struck: Sequence[Struck]) -> Iterator[str]:
    moments: defaultdict[str, list[float]] = defaultdict(list)
    for each in struck:
        moments[each.after].append(each.blow.seconds)
    for kind in ("", *KINDS):
        if seconds := moments.get(kind):
            row = f"{len(seconds):>3} {'#' * len(seconds):<14} {min(seconds):.1f} to {max(seconds):.1f} s"
            yield f"  {kind or '(no fact yet)':<20} {row}"


def _by_git(struck: Sequence[Struck]) -> Iterator[str]:
    for verb in VERBS:
        moments = sorted(each.blow.order.split()[2] for each in struck if each.blow.order.startswith(f"{verb} "))
        if moments:
            yield f"  {verb:<20} {len(moments):>3} {'#' * len(moments):<14} {', '.join(dict.fromkeys(moments))}"
