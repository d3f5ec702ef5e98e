"""Does a text hold what looks like a credential?

Forms that issuers publish so that scanners find them, names that say so with a value of some entropy,
and exact values that the caller knows, in every form that carries them unharmed. What it finds is named
by its kind and never repeated.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from repos.gates.monitor.opaque import entropy

FORMS: Mapping[str, str] = {
    "AWS key id": r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}",
    "GitHub token": r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{20,})",
    "GitLab token": r"\bgl(?:pat|dt|rt|soat|ptt|agent|cbt|imt|ft|ffct)-[\w-]{16,}",
    "Anthropic key": r"\bsk-ant-[\w-]{8,}",
    "OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-)?[\w-]{20,}",
    "Slack token": r"\bx(?:ox[abeoprs]|app)-[\w-]{10,}",
    "Slack hook": r"hooks\.slack\.com/services/\S+",
    "Hugging Face token": r"\bhf_[A-Za-z]{20,}",
    "npm token": r"\bnpm_\w{20,}",
    "PyPI token": r"\bpypi-AgE\S{16,}",
    "Google API key": r"\bAIza[\w-]{20,}",
    "Google OAuth token": r"\b(?:ya29\.|GOCSPX-)[\w-]{16,}",
    "SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "Stripe key": r"\b(?:[rsp]k_(?:live|test)_|whsec_)\w{12,}",
    "Square token": r"\bsq0(?:atp|csp|idp)-[\w-]{16,}",
    "Shopify token": r"\bshp(?:at|ss|ca|pa)_\w{16,}",
    "DigitalOcean token": r"\bdo[opr]_v1_\w{16,}",
    "Doppler token": r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.\w{16,}",
    "Linear key": r"\blin_(?:api|oauth)_\w{16,}",
    "Figma token": r"\bfig[do]_[\w-]{16,}",
    "age key": r"AGE-SECRET-KEY-1\w{20,}",
    "JSON web token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",
    "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|LS0tLS1CRUdJTi",
    "NVIDIA key": r"\bnvapi-[\w-]{16,}",
    "Groq key": r"\bgsk_\w{16,}",
    "Replicate token": r"\br8_\w{16,}",
    "Tailscale key": r"\btskey-[\w-]{12,}",
    "Terraform token": r"\b\w{14}\.atlasv1\.[\w-]{20,}",
    "Vault token": r"\bhv[sbr]\.[\w-]{16,}",
    "Docker token": r"\bdckr_(?:pat|oat)_[\w-]{16,}",
    "Postman key": r"\bPMAK-[\w-]{16,}",
    "New Relic key": r"\bNR(?:AK|JS|RA|II)-\w{16,}",
    "Sentry token": r"\bsntry[su]_\S{16,}",
    "Grafana token": r"\bgl(?:sa|c)_\w{16,}",
    "Databricks token": r"\bdapi[0-9a-f]{20,}",
    "Telegram token": r"\b\d{8,10}:AA[\w-]{30,}",
    "Discord hook": r"discord(?:app)?\.com/api/webhooks/\S+",
    "Azure key": r"(?:AccountKey|SharedAccessKey|sig)=[\w+/%]{20,}={0,2}",
    "Mailgun key": r"\bkey-[0-9a-f]{20,}",
    "password in a URL": r"\b[a-z][a-z0-9+.-]*://[^\s:/@'\"{}]+:[^\s:/@'\"{}]{3,}@",
    "authorization header": r"\b(?:Bearer|Basic)\s+[\w+/.~-]{12,}={0,2}",
}
"""Kind of a credential to how its issuer makes it look."""

_KINDS = {kind: re.compile(form) for kind, form in FORMS.items()}
_NAME = r"(?i:\b\w*(?:passw(?:or)?d|passphrase|secret|token|api_?key|auth_?key|credential|private_?key)\w*)"
_NAMED = re.compile(
    _NAME
    + r"[\"']?\s*[:=]\s*"
    + r"(?:[\"']([^\s\"']{8,})[\"']|((?=[^\s]*[0-9])(?=[^\s]*[A-Z])(?=[^\s]*[a-z])[^\s\"',;(){}\[\].]{12,}))"
)
"""`password = "..."` in code, `TOKEN=...` elsewhere: unquoted, only what mixes digits and both cases is a value."""
NAMED_BITS = 3.0
SHORTEST_KNOWN = 8
"""Known values shorter than this stand in texts by chance."""

_KEPT = re.compile(r"(?i)KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|PGPASS")


def kept(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Values of environment variables whose names say that they are secret."""
    return tuple(value for name, value in environ.items() if _KEPT.search(name) and len(value) >= SHORTEST_KNOWN)


def kinds(text: str) -> Iterator[str]:
    """Kinds of credentials that the text seems to hold, each occurrence once."""
    for kind, form in _KINDS.items():
        yield from (kind for _ in form.finditer(text))
    yield from (
        "value named as a secret" for found in _NAMED.finditer(text) if entropy(found[1] or found[2]) >= NAMED_BITS
    )


def forms(value: str) -> frozenset[str]:
    """A value as it is, escaped for URLs and JSON, in hex, and in base64 at each of its three alignments."""
    body = value.encode("utf-8", "surrogateescape")
    in_base64 = (base64.b64encode(b"\0" * pad + body).decode()[_lead(pad) :].rstrip("=") for pad in range(3))
    # The last character of a base64 run depends on what follows the value.
    cut = [run[:-1] for run in in_base64]
    safe = [run.replace("+", "-").replace("/", "_") for run in cut]
    return frozenset({value, quote(value, safe=""), quote(value), json.dumps(value)[1:-1], body.hex(), *cut, *safe})


def _lead(pad: int) -> int:
    return (0, 2, 3)[pad]


def holds(text: str, known: Iterable[str]) -> bool:
    """Whether the text carries one of these values, in any of its forms."""
    return any(form in text for value in known if len(value) >= SHORTEST_KNOWN for form in forms(value))
