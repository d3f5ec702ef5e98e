"""`pyagent verify ID`: one change proven once more from its recorded inputs."""

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from pyagent.errors import UsageError
from stages.desk import reopen
from stages.opening import section_of
from stages.statements import operators_key
from stages.verify import Verification, find, verify

NEEDS_A_PERSON = 10


@click.command("verify")
@click.argument("name", metavar="ID", required=False)
@click.option("--public-key", is_flag=True, help="Print the public half of the key merges are signed with.")
@options
def verb(name: str | None, *, public_key: bool) -> int:
    """Prove ID again: a change, a proposal, a validation or a merged commit.

    The base, the environment and the patch are taken as recorded, the ladder is climbed as it stands
    today, and every gate's answer is held against the recorded one; a merge's signed statement is
    checked against the ledger and the store. Nothing is recorded.
    """
    with opened() as wiring:
        if public_key:
            key = operators_key(wiring)
            answer({"key": key.id, "pem": key.public_pem}, key.public_pem.rstrip())
            return 0
        if name is None:
            raise UsageError("Nothing is named.", "Name a change, a proposal, a validation or a merged commit.")
        recorded = find(wiring.view(), name)
        section = section_of(wiring.settings, wiring.of(recorded.slug))
        found = verify(wiring, reopen(wiring, section, recorded.slug), recorded)
    answer(_document(found), _text(found))
    return NEEDS_A_PERSON if found.differences else 0


def _document(found: Verification) -> dict[str, object]:
    return {
        "change": found.recorded.made.change,
        "proposal": found.recorded.made.proposal,
        "validation": found.recorded.ended.validation,
        "commit": found.recorded.commit,
        "equal": not found.differences,
        "differences": found.differences,
        "gate_set": {"then": found.then.gate_set, "now": found.now.gate_set},
        "status": {"then": found.then.status.value, "now": found.now.status.value},
        "inputs": [{"name": each.name, "then": each.then, "now": each.now} for each in found.inputs],
        "gates": [
            {
                "gate": each.gate,
                "word": each.word,
                "then": each.then.value if each.then else None,
                "now": each.now.value if each.now else None,
                "reason": each.reason,
            }
            for each in found.gates
        ],
    }


def _text(found: Verification) -> str:
    made = found.recorded.made
    sets = (found.then.gate_set, found.now.gate_set)
    newer = [] if sets[0] == sets[1] else [f"gate set {sets[0]} then, {sets[1]} now: its gates judge anew"]
    lines = [
        f"{made.title}",
        f"change {made.change}, proposal {made.proposal}, recorded as {found.then.status.value}",
        *newer,
        "",
        *(f"  {'same' if each.same else 'DIFFERS':8} {each.name:14} {each.now}" for each in found.inputs),
        "",
        *(f"  {each.word:8} {each.gate:14} {each.now or each.then}: {each.reason}" for each in found.gates),
        "",
    ]
    if found.differences:
        return "\n".join([*lines, "not as recorded:", *(f"  {line}" for line in found.differences)])
    return "\n".join([*lines, f"as recorded: {found.now.status.value}"])
