"""Pods as controllers make and delete them, and their status as the kubelet writes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cluster.clock import stamp
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import (
    Object,
    annotations_of,
    condition,
    copied,
    labels_of,
    name_of,
    namespace_of,
    owned_by,
    reference_to,
)  # fmt: skip
from sandbox.cluster.store import Store

TOLERATIONS = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
]


def new_pod(store: Store, owner: Object, *, name: str = "", node: str = "", **labels: str) -> Object:
    """Make a pod of an owner's template: with a name of its own, or one that ends at random; on a node, if named."""
    template = owner["spec"]["template"]
    meta: Object = {"name": name} if name else {"generateName": f"{name_of(owner)}-"}
    meta["namespace"] = owner["metadata"]["namespace"]
    meta |= {"labels": labels_of(template) | labels, "ownerReferences": [reference_to(owner)]}
    if annotations_of(template):
        meta["annotations"] = dict(annotations_of(template))
    spec = copied(template["spec"])
    if node:
        spec["nodeName"] = node
    return store.create(PODS, admitted({"metadata": meta, "spec": spec}))


def pods_of(store: Store, owner: Object) -> list[Object]:
    """List the pods that an object controls."""
    return [pod for pod in store.all(PODS, namespace_of(owner)) if owned_by(pod, owner)]


def admitted(pod: Object) -> Object:
    """Fill in what the API server fills in when a pod is made."""
    spec = pod["spec"]
    for key, value in (
        ("serviceAccountName", "default"), ("serviceAccount", "default"), ("priority", 0), ("enableServiceLinks", True),
        ("preemptionPolicy", "PreemptLowerPriority"), ("tolerations", copied({"_": TOLERATIONS})["_"]),
    ):  # fmt: skip
        spec.setdefault(key, value)
    return pod | {"status": {"phase": "Pending", "qosClass": quality(spec)}}


def quality(spec: Mapping[str, Any]) -> str:
    """Say the pod's quality of service class."""
    resources = [container.get("resources") or {} for container in spec["containers"]]
    if not any(one.get("requests") or one.get("limits") for one in resources):
        return "BestEffort"
    whole = all(
        set(one.get("limits") or {}) >= {"cpu", "memory"} and one.get("requests", one["limits"]) == one["limits"]
        for one in resources
    )
    return "Guaranteed" if whole else "Burstable"


def delete_pod(store: Store, pod: Object, grace: int | None = None) -> Object:
    """Begin a pod's end: the kubelet stops it within its grace; with 0 it is gone at once."""
    seconds = pod["spec"].get("terminationGracePeriodSeconds", 30) if grace is None else grace
    going = copied(pod)
    going["metadata"] |= {"deletionTimestamp": stamp(store.now() + seconds), "deletionGracePeriodSeconds": seconds}
    going["metadata"]["generation"] = going["metadata"].get("generation", 1) + 1
    if seconds == 0 or not pod["spec"].get("nodeName"):
        store.remove(PODS, pod)
        return going
    return store.replace(PODS, going)


def pod_conditions(pod: Object, *, ready: Sequence[str], unready: Sequence[str], now: float) -> list[Object]:
    """Write the five conditions of a pod that is on a node."""
    good = not unready
    words = {} if good else _unready(unready)
    states = {
        "PodReadyToStartContainers": (True, {}),
        "Initialized": (True, {}),
        "Ready": (good and bool(ready), words),
        "ContainersReady": (good and bool(ready), words),
        "PodScheduled": (True, {}),
    }
    return [_condition(pod, kind, is_true, words, now) for kind, (is_true, words) in states.items()]


def _unready(names: Sequence[str]) -> dict[str, str]:
    shown = " ".join(names)
    return {"reason": "ContainersNotReady", "message": f"containers with unready status: [{shown}]"}


def _condition(pod: Object, kind: str, is_true: bool, words: Mapping[str, str], now: float) -> Object:
    before = condition(pod, kind)
    status = "True" if is_true else "False"
    since = (
        before.get("lastTransitionTime", stamp(now))
        if before is not None and before["status"] == status
        else stamp(now)
    )
    made: Object = {"type": kind, "observedGeneration": 1, "status": status, "lastProbeTime": None}
    return made | {"lastTransitionTime": since, **words}
