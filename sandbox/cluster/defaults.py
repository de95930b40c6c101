"""What the API server fills in when an object is made: the same words `kubectl get -o yaml` shows."""

from typing import Any

from sandbox.cluster.controllers.pods import admitted
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, labels_of


def filled(kind: Kind, thing: Object) -> Object:
    """Fill in the defaults of a new object."""
    if kind.resource == "pods":
        pod_spec(thing["spec"])
        return admitted(thing)
    if "template" in thing.get("spec", {}):
        template = thing["spec"]["template"]
        template.setdefault("metadata", {})
        pod_spec(template["spec"])
    if kind.resource == "deployments.apps":
        _deployment(thing)
    elif kind.resource in {"replicasets.apps", "statefulsets.apps"}:
        thing["spec"].setdefault("replicas", 1)
        thing.setdefault("status", {"replicas": 0})
    elif kind.resource == "namespaces":
        name = thing["metadata"]["name"]
        thing["metadata"]["labels"] = labels_of(thing) | {"kubernetes.io/metadata.name": name}
        thing |= {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    elif kind.resource == "services":
        thing["spec"].setdefault("type", "ClusterIP")
    return thing


def settled(thing: Object) -> Object:
    """Settle a changed object as decoding does: nulls are absent, and a new template has its defaults."""
    for word in ("metadata", "spec"):
        if word in thing:
            thing[word] = _without_nulls(thing[word])
    template = thing.get("spec", {}).get("template")
    if isinstance(template, dict) and isinstance(template.get("spec"), dict):
        pod_spec(template["spec"])
    return thing


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def pod_spec(spec: Object) -> None:
    for container in [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]:
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        container.setdefault("imagePullPolicy", "IfNotPresent")
        for port in container.get("ports") or []:
            port.setdefault("protocol", "TCP")
    for key, value in (
        ("restartPolicy", "Always"), ("terminationGracePeriodSeconds", 30), ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
    ):  # fmt: skip
        spec.setdefault(key, value)
    spec.setdefault("securityContext", {})


def _deployment(thing: Object) -> None:
    spec = thing["spec"]
    for key, value in (("replicas", 1), ("revisionHistoryLimit", 10), ("progressDeadlineSeconds", 600)):
        spec.setdefault(key, value)
    strategy = spec.setdefault("strategy", {"type": "RollingUpdate"})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    thing.setdefault("status", {})
