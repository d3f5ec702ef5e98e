"""Is the module as quick to import as before?

Cost: nothing where no code changed that runs at import; else two dozen imports on both sides and, where valgrind is and
the import is short, three counted ones: 2 to 15 CPU-seconds.
Cannot see: imports that wait (network, disk); what a module does at import only under other settings.
"""

from itertools import chain

from pyagent.model import Verdict
from repos.gates.origin import module_names
from repos.gates.trial import Facts, Trial, failed, listing, overlay, passed, python_changes, skipped
from repos.measuring.imports import Imported, import_cost, runs_at_import
from repos.measuring.instruments import Ground, NoMeasure
from repos.measuring.statistics import Decision, Reading, Round, counted, reading
from repos.measuring.valgrind import find_valgrind

GATE = "import-time"
MARGIN = 0.05
"""Of an import's cost."""
INSTRUCTIONS, SECONDS = 10_000_000, 0.002
"""What an import may always cost more: about two milliseconds, so that a tiny module may import one more name."""
LEAST = 0.002


def judge(trial: Trial) -> Verdict:
    """Failed when an import is surely dearer by more than the margin; new modules are told either way."""
    texts = tuple(each for each in python_changes(trial) if each[1] and each[2])
    names = tuple(
        name
        for path, before, after in texts
        if runs_at_import(before) != runs_at_import(after)
        for name in module_names(path, trial.command.import_roots)[:1]
        if not any(path == place or path.startswith(f"{place}/") for place in trial.command.test_paths)
    )
    if not names:
        return passed(GATE, "no code changed that runs at import")
    if trial.environment is None:
        return skipped(GATE, "not checked: there is no environment to run the target in")
    ground = Ground(trial.base.root, overlay(trial), trial.command, trial.environment, trial.runner)
    sides = _sides(names, ground)
    return verdict(sides, names) if not isinstance(sides, NoMeasure) else _unmeasured(sides)


def verdict(sides: tuple[Imported, ...], names: tuple[str, ...]) -> Verdict:
    """The answer to base, candidate, base, candidate, base and base once more, in that order."""
    base, late = sides[0::2], sides[1::2]
    new = tuple(sorted(late[0].loaded - base[0].loaded))
    read, granted, instrument = _read(base, late)
    said = f"{instrument} {read.slowdown:+.1%}, noise {read.floor:.1%}, margin {granted:.1%}"
    facts: Facts = (("imported", listing(names)), ("cost of the import", said))
    facts = (*facts, ("newly loaded at import", listing(new, most=10))) if new else facts
    match read.beside(granted):
        case Decision.SLOWER:
            return failed(GATE, f"importing {listing(names)} costs more: {said}", facts)
        case Decision.NOT_SLOWER:
            return passed(GATE, f"importing {listing(names)} costs no more: {said}", facts)
        case Decision.OPEN:
            return skipped(GATE, f"not checked: too noisy to tell: {said}", facts)


def _sides(names: tuple[str, ...], ground: Ground) -> tuple[Imported, ...] | NoMeasure:
    """Base and candidate in turns, three times the base and twice the candidate; only the first three are counted."""
    valgrind = find_valgrind()
    found: list[Imported] = []
    for number in range(5):
        candidate = number % 2 == 1
        counting = valgrind if number < 3 else None  # noqa: PLR2004 - base, candidate, base
        side = import_cost(names, ground, ground.overlay if candidate else {}, counting)
        if isinstance(side, NoMeasure):
            return NoMeasure(side.reason, "candidate" if candidate else "base")
        found.append(side)
        if number == 2 and all(each.instructions for each in found):  # noqa: PLR2004 - counted: no clock is needed
            break
    return tuple(found)


def _read(base: tuple[Imported, ...], late: tuple[Imported, ...]) -> tuple[Reading, float, str]:
    """The slow-down, the margin for it and what it was read from."""
    before = [each.instructions for each in base[:2] if each.instructions]
    after = [each.instructions for each in late[:1] if each.instructions]
    if len(before) == 2 and after:  # noqa: PLR2004 - base, candidate, base
        read = counted(before, after, least=LEAST)
        return read, MARGIN + INSTRUCTIONS / before[0], "instructions"
    rounds = [Round(base[at].seconds, base[at + 1].seconds, late[at].seconds) for at in range(len(late))]
    seconds = min(chain.from_iterable(each.seconds for each in base))
    return reading(rounds), MARGIN + SECONDS / seconds, "processor time"


def _unmeasured(found: NoMeasure) -> Verdict:
    if found.side == "candidate":
        return failed(GATE, f"the candidate cannot be imported, the base can: {found.reason}")
    return skipped(GATE, f"not checked: {found.reason}")
