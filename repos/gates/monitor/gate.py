"""May this patch be applied at all? The reference monitor, asked first and of every class.

Cost: milliseconds for the changed files; the rest of the base is read only where a patch imports a
package anew. Nothing is executed, and no claim is believed: the base comes from the checkout.
Cannot see: what a value holds at run time, text spread over statements, and a sink reached through a
variable that the base had already. How large a change may be is the gate `size`'s to say.
"""

from collections.abc import Iterator

from pyagent.model import ChangeClass, Verdict
from repos.gates.monitor import addresses, characters, dependencies, literals, places, sinks
from repos.gates.monitor.delta import Delta, delta
from repos.gates.monitor.leaks import leaks
from repos.gates.trial import Trial, changes, counted, failed, listing, passed

GATE = "monitor"
WITHOUT_OWN_TEXT = frozenset({ChangeClass.H, ChangeClass.A})
"""Classes that only reshape: every word they write stood in the file."""


def judge(trial: Trial) -> Verdict:
    """Passed when the patch touches what its author may, and brings nothing that acts, hides, leaks or calls out."""
    # What leaks is never repeated, and a path may be what leaks: nothing else is said then.
    problems = leaks(trial.proposal, trial.base) or tuple(_problems(trial))
    facts = (("files read by the monitor", str(len(trial.proposal.patch.files))),)
    if problems:
        return failed(GATE, listing(problems), facts)
    return passed(
        GATE, f"{counted(len(trial.proposal.patch.files), 'file')}, nothing new that acts or calls out", facts
    )


def _problems(trial: Trial) -> Iterator[str]:
    files = changes(trial)
    author = places.AUTHOR_OF[trial.proposal.change_class]
    yield from places.problems(files, author=author, command=trial.command, base=trial.base)
    yield from _contents(trial, delta(files))


def _contents(trial: Trial, found: Delta) -> Iterator[str]:
    change_class = trial.proposal.change_class
    tests = change_class is ChangeClass.T
    yield from characters.unreadable(found)
    yield from characters.problems(found)
    yield from dependencies.problems(found, trial.base, tests=tests)
    yield from sinks.problems(found, tests=tests)
    yield from addresses.problems(found)
    yield from literals.problems(found, own_text=change_class not in WITHOUT_OWN_TEXT)
