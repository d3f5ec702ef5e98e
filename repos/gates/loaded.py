"""Did the candidate's suite load any of the changed modules at all?

Cost: none beyond the candidate's run, whose recorder lists the loaded modules.
Cannot see: modules loaded only in child processes of the suite; what a loaded module was used for.
"""

from pyagent.model import Verdict
from repos.gates.origin import loaded_paths
from repos.gates.trial import Trial, counted, failed, listing, passed, python_changes, skipped

GATE = "loaded"


def judge(trial: Trial) -> Verdict:
    """Passed when at least one changed module was loaded; failing only here means needs-tests."""
    if trial.candidate_run is None:
        return skipped(GATE, "the candidate's suite did not run")
    paths = tuple(path for path, _, _ in python_changes(trial))
    found = loaded_paths(paths, trial.candidate_run.modules)
    facts = (("changed modules loaded from the work copy", f"{len(found)} of {len(paths)}"),)
    if not found:
        return failed(GATE, f"the tests loaded none of the changed modules: {listing(paths)}", facts)
    return passed(GATE, f"the tests loaded {len(found)} of {counted(len(paths), 'changed module')}", facts)
