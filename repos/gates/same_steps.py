"""Does the interpreter run the same steps as before, on every path and whatever the input?

Where it does, no test could tell the change from the base: the gates that ask how well tests and calls would
notice a mistake (`ladder.NEEDLESS`) are not needed. The suite is run all the same.
Cost: compiles of each changed file and walks over both codes at once, 150 ms for 1,000 lines; nothing is executed.
Cannot see: that a change does the same by other steps (moved code, renamed local names, another order); it is
judged by the tests then. What reads line numbers or source texts, and the codes of other interpreters' compilers.
"""

from pyagent.model import Verdict
from repos.bytecode.sameness import difference
from repos.gates.trial import Trial, changes, passed, skipped

GATE = "same-steps"


def judge(trial: Trial) -> Verdict:
    """Passed when shown for every changed file; never failed, for other steps may do the same."""
    for change in changes(trial):
        if not change.path.endswith(".py") or change.before is None or change.after is None:
            return skipped(GATE, f"{change.path} is not a Python file before and after")
        try:
            found = difference(change.before, change.after)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return skipped(GATE, f"{change.path} cannot be compared: {error}"[:200])
        if found:
            return skipped(GATE, f"{found} in {change.path} takes other steps, which may do the same")
    return passed(GATE, "every path runs the same steps as before")
