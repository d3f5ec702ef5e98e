"""Identity is a fingerprint of content: the same thing gets the same id on every machine."""

import base64
import json

from blake3 import blake3

from pyagent.model import Patch

LENGTH = 26
"""Characters of base32: 130 bits, short enough for a branch name."""


def digest(*parts: str | bytes) -> str:
    """26 lower-case base32 characters naming the exact sequence of parts.

    Each part is length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    hasher = blake3()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "big"))
        hasher.update(data)
    return base64.b32encode(hasher.digest(length=17)).decode("ascii").lower()[:LENGTH]


def change_id(slug: str, path: str, name: str, transform: str) -> str:
    """The id that names a change's branch, marker, refusals and lessons."""
    return digest("change", slug, path, name, transform)


def patch_hash(patch: Patch) -> str:
    """Digest of a patch's files, each with both sides; an absent side differs from an empty one."""
    sides = [(f.path, f.before, f.after) for f in patch.files]
    rows = [json.dumps([path, *(None if side is None else digest(side) for side in pair)]) for path, *pair in sides]
    return digest("patch", *rows)


def proposal_id(change: str, patch: Patch) -> str:
    """The id of (change, patch)."""
    return digest("proposal", change, patch_hash(patch))


def validation_id(proposal: str, base_tree: str, environment: str, gate_set: str) -> str:
    """The id of (proposal, base tree hash, environment hash, gate-set version)."""
    return digest("validation", proposal, base_tree, environment, gate_set)
