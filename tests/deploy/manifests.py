"""What a pod of ours must say, rule by rule; pure, so that each rule is tried on a pod that breaks it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
FULL, WORKER = "full-level.yaml", "worker.yaml"

Thing = Mapping[str, Any]


def things(path: Path) -> list[Any]:
    """Every document of a file."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def pod_of(thing: Thing) -> Any:
    """The pod a Job, CronJob or Deployment starts; None for what starts none."""
    job = thing["spec"]["jobTemplate"] if thing["kind"] == "CronJob" else thing
    return job["spec"]["template"]["spec"] if thing["kind"] in {"CronJob", "Deployment", "Job"} else None


def containers(pod: Thing) -> list[Any]:
    """All of a pod's, those that prepare it first."""
    return [*pod.get("initContainers", []), *pod["containers"]]


def _each(question: Callable[[Any], bool]) -> Callable[[Thing], bool]:
    return lambda pod: all(question(one) for one in containers(pod))


def _limited(container: Thing) -> bool:
    limits = container.get("resources", {}).get("limits", {})
    return {"cpu", "memory", "ephemeral-storage"} <= set(limits)


RULES: Mapping[str, Callable[[Any], bool]] = {
    "runAsNonRoot": lambda pod: pod["securityContext"].get("runAsNonRoot") is True,
    "runAsUser": lambda pod: pod["securityContext"].get("runAsUser", 0) >= 10_000,
    "seccompProfile": lambda pod: pod["securityContext"].get("seccompProfile") == {"type": "RuntimeDefault"},
    "appArmorProfile": lambda pod: "appArmorProfile" not in pod["securityContext"],
    "token": lambda pod: pod.get("automountServiceAccountToken") is False,
    "host": lambda pod: not {"hostNetwork", "hostPID", "hostIPC"} & {key for key, value in pod.items() if value},
    "hostPath": lambda pod: not any("hostPath" in volume for volume in pod["volumes"]),
    "emptyDir": lambda pod: all("sizeLimit" in v["emptyDir"] for v in pod["volumes"] if "emptyDir" in v),
    "readOnlyRootFilesystem": _each(lambda one: one["securityContext"].get("readOnlyRootFilesystem") is True),
    "allowPrivilegeEscalation": _each(lambda one: one["securityContext"].get("allowPrivilegeEscalation") is False),
    "privileged": _each(lambda one: not one["securityContext"].get("privileged", False)),
    "capabilities": _each(lambda one: one["securityContext"].get("capabilities") == {"drop": ["ALL"]}),
    "procMount": _each(lambda one: one["securityContext"].get("procMount", "Default") == "Default"),
    "container user": _each(lambda one: "runAsUser" not in one["securityContext"]),
    "limits": _each(_limited),
    "pinned": _each(lambda one: ":" in one["image"] and not one["image"].endswith(":latest")),
}


def weaknesses(pod: Thing) -> set[str]:
    """Names of the rules this pod breaks."""
    return {name for name, holds in RULES.items() if not holds(pod)}


def pods() -> Iterator[tuple[str, Any]]:
    """Every pod of our manifests, with its file's name."""
    for path in MANIFESTS:
        for thing in things(path):
            pod = pod_of(thing)
            if pod is not None:
                yield path.name, pod
