"""Did the candidate's suite judge the changed modules, and not namesakes installed elsewhere?

Cost: none beyond the candidate's run, whose recorder lists the loaded modules.
Cannot see: modules loaded only in child processes of the suite.
"""

from pathlib import PurePosixPath

from pyagent.model import Verdict
from pyagent.sandbox.bubblewrap import WORK
from repos.gates.trial import Trial, failed, listing, passed, python_changes, skipped

GATE = "origin"


def judge(trial: Trial) -> Verdict:
    """Passed when none of the changed modules was loaded from anywhere but the work copy."""
    run = trial.candidate_run
    if run is None:
        return skipped(GATE, "the candidate's suite did not run")
    paths = tuple(path for path, _, _ in python_changes(trial))
    wanted = {name: path for path in paths for name in module_names(path, trial.command.import_roots)}
    strays = tuple(
        f"{name} came from {place}"
        for name, place in run.modules
        if name in wanted and place and place != f"{WORK}/{wanted[name]}"
    )
    if strays:
        return failed(GATE, f"the tests judged other code: {listing(strays)}")
    return passed(GATE, "no changed module was loaded from outside the work copy")


def loaded_paths(paths: tuple[str, ...], modules: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Those of `paths` that were loaded from the work copy, in their order."""
    places = frozenset(place for _, place in modules)
    return tuple(path for path in paths if f"{WORK}/{path}" in places)


def module_names(path: str, import_roots: tuple[str, ...]) -> tuple[str, ...]:
    """Every dotted name under which a file can be imported from the given roots."""
    file = PurePosixPath(path)
    roots = (PurePosixPath(root) for root in import_roots)
    parts = [file.relative_to(root).with_suffix("").parts for root in roots if file.is_relative_to(root)]
    names = (found[:-1] if found[-1] == "__init__" else found for found in parts)
    return tuple(dict.fromkeys(".".join(name) for name in names if name))
