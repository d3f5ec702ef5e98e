"""What a merge was made of, as an in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md). Pure.

It holds no time and no path: the same merge gives the same bytes, so signing again changes nothing.
Fields of authors that are language models (model, prompt digest) are absent for deterministic ones.
"""

import json
from dataclasses import dataclass

from pyagent.ids import patch_hash
from pyagent.model import Proposal, Repository, Validation

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:pyagent:proven-change:v1"


@dataclass(frozen=True, slots=True)
class Merge:
    """One change as it stands on the branch."""

    repository: Repository
    proposal: Proposal
    body: str
    """Blob of the whole proposal."""
    validation: Validation
    commit: str
    tree: str
    train: str
    tested: tuple[tuple[str, bool, str], ...]
    """Trees the train's suite ran on with this change in them: tree, green, what was said."""
    approvals: tuple[str, ...]
    """Who let it merge, one sentence each."""


def statement(merge: Merge) -> bytes:
    """The statement in canonical JSON."""
    subject = {"name": merge.repository.slug, "digest": {"gitCommit": merge.commit, "gitTree": merge.tree}}
    document = {"_type": TYPE, "subject": [subject], "predicateType": PREDICATE, "predicate": _predicate(merge)}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _predicate(merge: Merge) -> dict[str, object]:
    proposal, validation = merge.proposal, merge.validation
    return {
        "change": proposal.change,
        "branch": merge.repository.branch,
        "author": {"transform": proposal.transform, "class": proposal.change_class.value},
        "inputs": {
            "base": proposal.base,
            "baseTree": validation.base_tree,
            "patch": patch_hash(proposal.patch),
            "proposal": proposal.id,
            "proposalBody": merge.body,
            "environment": validation.environment,
            "gateSet": validation.gate_set,
        },
        "sandbox": {"level": validation.level.value},
        "validation": validation.id,
        "verdicts": [
            {"gate": each.gate, "answer": each.answer.value, "reason": each.reason} for each in validation.verdicts
        ],
        "train": {
            "id": merge.train,
            "tested": [{"tree": tree, "green": green, "reason": reason} for tree, green, reason in merge.tested],
        },
        "approvals": list(merge.approvals),
    }
