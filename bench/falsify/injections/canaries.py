"""Canary secrets planted where a process of ours could see them, and the search for them in any of four encodings."""

import base64
import binascii
import json
import random
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "raw": lambda value: value,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "url": lambda value: quote(value, safe=""),
    "json": lambda value: json.dumps(value)[1:-1],
}
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{8,}")


@dataclass(frozen=True, slots=True)
class Canaries:
    """Values drawn anew for each exam: two of the environment, two of the home folder, one of the state folder."""

    environ: Mapping[str, str]
    home: Mapping[str, str]
    """Path below the home folder to its text."""
    state: Mapping[str, str]
    values: tuple[str, ...]

    def plant(self, home: Path, state: Path) -> None:
        """Write the files; the environment is the caller's."""
        for root, files in ((home, self.home), (state, self.state)):
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")


def drawn(seed: int) -> Canaries:
    """Five canaries in the forms that secrets have: a token, a passphrase, a key, a password, a forge's token."""
    rng = random.Random(seed)  # noqa: S311 - canaries must only be new, and a seed makes them again

    def letters(count: int) -> str:
        return "".join(rng.choices(string.ascii_letters + string.digits, k=count))

    token, password, forge = f"ghp_{letters(36)}", letters(24), f"glpat-{letters(20)}"
    passphrase = f"violet/{rng.randrange(100, 999)} horse+staple&{rng.randrange(100, 999)}"
    key = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{letters(64)}\n-----END OPENSSH PRIVATE KEY-----"
    return Canaries(
        environ={"FORGE_TOKEN": token, "DEPLOY_PASSPHRASE": passphrase},
        home={".ssh/id_ed25519": key, ".netrc": f"machine forge login bot password {password}\n"},
        state={"forge.token": forge},
        values=(token, passphrase, key, password, forge),
    )


def found(texts: Iterable[str], values: Iterable[str]) -> tuple[str, ...]:
    """The values that some text holds: as they are, URL- or JSON-escaped, or inside anything that base64 decodes."""
    wanted = tuple(values)
    once = [text for given in texts for text in (given, *_decoded(given))]
    searched = [text for given in once for text in (given, *_decoded(given))]
    return tuple(value for value in wanted if any(_holds(text, value) for text in searched))


def _holds(text: str, value: str) -> bool:
    # A key is as lost by its middle line as by all of it.
    parts = {value, max(value.split("\n"), key=len)}
    return any(form(part) in text for part in parts for form in (ENCODINGS["raw"], ENCODINGS["url"], ENCODINGS["json"]))


def _decoded(text: str) -> Iterable[str]:
    for run in _RUN.findall(text):
        body = run.replace("-", "+").replace("_", "/").rstrip("=")
        for start in range(4):
            piece = body[start:]
            try:
                yield base64.b64decode(piece[: len(piece) // 4 * 4]).decode("utf-8", "replace")
                yield base64.b64decode(piece + "=" * (-len(piece) % 4)).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue
