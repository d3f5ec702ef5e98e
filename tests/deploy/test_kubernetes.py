"""The manifests are what Kubernetes takes, and say each thing that keeps a pod in; no cluster is asked."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.deploy.manifests import FULL, MANIFESTS, RULES, WORKER, pod_of, pods, things, weaknesses

OLDEST = "1.33"
"""The first with user namespaces of pods on by default, which full-level.yaml needs."""
PODS = dict(pods())
RELAXED = {"seccompProfile", "appArmorProfile", "procMount"}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_every_document_is_what_the_schema_says(path: Path) -> None:
    for thing in things(path):
        kubernetes_validate.validate(thing, OLDEST, strict=True)


@pytest.mark.parametrize("kind", ["Job", "Deployment"])
def test_the_schema_refuses_a_misspelt_field(kind: str) -> None:
    job = next(thing for path in MANIFESTS for thing in things(path) if thing["kind"] == kind)
    pod_of(job)["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, OLDEST, strict=True)


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_keeps_every_rule_but_what_the_full_level_needs(name: str) -> None:
    assert weaknesses(PODS[name]) == (RELAXED if name in {FULL, WORKER} else set())


def test_the_full_level_differs_from_the_nightly_run_in_these_fields_only() -> None:
    full, plain = copy.deepcopy(PODS[FULL]), PODS["run.yaml"]
    assert full.pop("hostUsers") is False
    assert full["securityContext"].pop("appArmorProfile") == {"type": "Unconfined"}
    assert full["securityContext"].pop("seccompProfile")["type"] == "Localhost"
    assert full["containers"][0]["securityContext"].pop("procMount") == "Unmasked"
    full["securityContext"]["seccompProfile"] = {"type": "RuntimeDefault"}
    assert full == plain


def test_a_worker_is_relaxed_like_the_full_level_and_no_further() -> None:
    full, worker = PODS[FULL], PODS[WORKER]
    assert worker["hostUsers"] is full["hostUsers"]
    assert worker["securityContext"] == full["securityContext"]
    assert first(worker)["securityContext"] == first(full)["securityContext"]


def first(pod: Any) -> Any:
    return pod["containers"][0]


BREACHES: dict[str, Callable[[Any], Any]] = {
    "runAsNonRoot": lambda pod: pod["securityContext"].pop("runAsNonRoot"),
    "runAsUser": lambda pod: pod["securityContext"].update(runAsUser=0),
    "seccompProfile": lambda pod: pod["securityContext"].update(seccompProfile={"type": "Unconfined"}),
    "appArmorProfile": lambda pod: pod["securityContext"].update(appArmorProfile={"type": "Unconfined"}),
    "token": lambda pod: pod.pop("automountServiceAccountToken"),
    "host": lambda pod: pod.update(hostPID=True),
    "hostPath": lambda pod: pod["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    "emptyDir": lambda pod: pod["volumes"].append({"name": "x", "emptyDir": {}}),
    "readOnlyRootFilesystem": lambda pod: first(pod)["securityContext"].pop("readOnlyRootFilesystem"),
    "allowPrivilegeEscalation": lambda pod: first(pod)["securityContext"].pop("allowPrivilegeEscalation"),
    "privileged": lambda pod: first(pod)["securityContext"].update(privileged=True),
    "capabilities": lambda pod: first(pod)["securityContext"].update(capabilities={"drop": ["ALL"], "add": ["X"]}),
    "procMount": lambda pod: first(pod)["securityContext"].update(procMount="Unmasked"),
    "container user": lambda pod: first(pod)["securityContext"].update(runAsUser=0),
    "limits": lambda pod: first(pod)["resources"]["limits"].pop("ephemeral-storage"),
    "pinned": lambda pod: first(pod).update(image="pyagent:latest"),
}


def test_every_rule_has_a_breach() -> None:
    assert set(BREACHES) == set(RULES)


@pytest.mark.parametrize("rule", sorted(BREACHES))
def test_a_breach_is_seen_by_its_rule_alone(rule: str) -> None:
    pod = copy.deepcopy(PODS["run.yaml"])
    BREACHES[rule](pod)
    assert weaknesses(pod) == {rule}


def test_each_namespace_denies_all_traffic_and_hands_out_no_token() -> None:
    all_things = [thing for path in MANIFESTS for thing in things(path)]
    spaces = {thing["metadata"]["name"] for thing in all_things if thing["kind"] == "Namespace"}
    assert {thing["metadata"]["namespace"] for thing in all_things if thing["kind"] != "Namespace"} == spaces
    for space in spaces:
        inside = [thing for thing in all_things if thing["metadata"].get("namespace") == space]
        named = {(thing["kind"], thing["metadata"]["name"]): thing for thing in inside}
        assert named["NetworkPolicy", "default-deny"]["spec"] == {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
        }
        assert named["ServiceAccount", "pyagent"]["automountServiceAccountToken"] is False
        assert ("PersistentVolumeClaim", "pyagent-state") in named


def test_both_namespaces_let_the_same_out() -> None:
    egress = [
        thing["spec"]
        for path in MANIFESTS
        for thing in things(path)
        if thing["kind"] == "NetworkPolicy" and thing["metadata"]["name"] == "downloads"
    ]
    assert len(egress) == 2
    assert egress[0] == egress[1]
    addresses = [rule["ipBlock"] for out in egress[0]["egress"] for rule in out["to"] if "ipBlock" in rule]
    assert addresses
    assert all("169.254.0.0/16" in block["except"] for block in addresses)
