"""Whether a candidate's run keeps everything the base's run had (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from repos.suites.outcomes import SuiteRun

_BAD = frozenset({"failed", "error"})
_RISING = ("passed", "xpassed", "xfailed", "skipped", "failed", "error")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side, quarantined ids left out; green only when nothing was lost."""

    green: bool
    lost: tuple[str, ...]
    """Passed on the base, ran on the candidate without passing or failing."""
    newly_failing: tuple[str, ...]
    """Fail on the candidate, did not on the base."""
    missing: tuple[str, ...]
    """Had an outcome on the base, have none on the candidate."""
    added: tuple[str, ...]
    """Have an outcome on the candidate alone."""
    reason: str


def compare(base: SuiteRun, candidate: SuiteRun, quarantined: frozenset[str]) -> Comparison:
    """What the candidate lost against the base.

    A run that did not end by itself, or in which nothing passed, proves nothing and is never green.
    """
    before, after = (_counted(run.outcomes, quarantined) for run in (base, candidate))
    failing = _sorted(name for name, outcome in after.items() if outcome in _BAD and before.get(name) not in _BAD)
    lost = _sorted(
        name for name, outcome in before.items()
        if outcome == "passed" and name in after and after[name] != "passed" and after[name] not in _BAD
    )  # fmt: skip
    missing = _sorted(before.keys() - after.keys())
    added = _sorted(after.keys() - before.keys())
    strange = tuple(sorted(row for row in candidate.odd - base.odd if row[1] not in quarantined))
    reason = _unproven(base, candidate, after) or _loss(failing, missing, lost) or _strange(strange)
    return Comparison(not reason, lost, failing, missing, added, reason or f"{len(after)} test ids as on the base")


def quarantine(runs: Sequence[SuiteRun]) -> frozenset[str]:
    """Ids that cannot judge a change: they fail, waver or come and go between runs of the base.

    Where cases of one parametrized test come and go under other names, but as many each time, the
    test itself stands here as `test[*]`: its cases are then compared together.
    """
    known = {name for run in runs for name in run.outcomes}
    seen = {name: {run.outcomes.get(name) for run in runs} for name in known}
    shaky = {name for name, outcomes in seen.items() if len(outcomes) > 1 or outcomes & _BAD}
    renamed = {family(name) for name in shaky if None in seen[name]} - {""}
    steady = {one for one in renamed if len({sum(family(name) == one for name in run.outcomes) for run in runs}) == 1}
    return frozenset({name for name in shaky if family(name) not in steady} | steady)


def family(name: str) -> str:
    """The parametrized test a case belongs to, as `test[*]`; empty where it is none."""
    head, bracket, _ = name.partition("[")
    return f"{head}[*]" if bracket else ""


def _counted(outcomes: Mapping[str, str], quarantined: frozenset[str]) -> dict[str, str]:
    """Outcomes that count; the cases of a quarantined `test[*]` are one id that holds their number and the worst."""
    found: dict[str, str] = {}
    together: dict[str, list[str]] = {}
    for name, outcome in outcomes.items():
        if family(name) in quarantined:
            together.setdefault(family(name), []).append(outcome)
        elif name not in quarantined:
            found[name] = outcome
    return found | {f"{name} x{len(cases)}": max(cases, key=_RISING.index) for name, cases in together.items()}


def _unproven(base: SuiteRun, candidate: SuiteRun, after: dict[str, str]) -> str:
    for which, run in (("base", base), ("candidate", candidate)):
        if run.stopped:
            return f"the {which}'s run was stopped by its {run.stopped} limit after {len(run.outcomes)} test ids"
        if not run.complete:
            return f"the {which}'s run broke off after {len(run.outcomes)} test ids (status {run.code})"
    if "passed" not in after.values():
        return "no test passed on the candidate, so nothing was proven"
    if candidate.code not in {0, base.code} and not _BAD & set(candidate.outcomes.values()):
        return f"the candidate's run ended with status {candidate.code} although no test failed"
    return ""


def _loss(failing: tuple[str, ...], missing: tuple[str, ...], lost: tuple[str, ...]) -> str:
    parts = [f"{len(ids)} {word} ({ids[0]})" for word, ids in
             (("newly failing", failing), ("missing", missing), ("no longer passing", lost)) if ids]  # fmt: skip
    return ", ".join(parts)


def _strange(rows: tuple[tuple[str, str], ...]) -> str:
    """What the candidate's record says against its own order and the base's does not."""
    if not rows:
        return ""
    rule, name = rows[0]
    return f"the record contradicts itself ({len(rows)}): {rule}{f' ({name})' if name else ''}"


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
