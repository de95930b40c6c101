"""What the API server fills in when an object is made: the same words `kubectl get -o yaml` shows."""

import zlib
from typing import Any

from sandbox.cluster.controllers.pods import admitted
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, copied, labels_of

ORDERLY = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
ONE_BY_ONE = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
SPECS: dict[str, Object] = {
    "deployments.apps": {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "strategy": {}},
    "replicasets.apps": {"replicas": 1},
    "statefulsets.apps": {
        "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady", "updateStrategy": ORDERLY,
    },
    "daemonsets.apps": {"revisionHistoryLimit": 10, "updateStrategy": ONE_BY_ONE},
    "jobs.batch": {
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "manualSelector": False,
        "completionMode": "NonIndexed", "suspend": False, "podReplacementPolicy": "TerminatingOrFailed",
    },
    "services": {"type": "ClusterIP"},
}  # fmt: skip
STATUSES: dict[str, Object] = {"deployments.apps": {}, "replicasets.apps": {"replicas": 0}, "jobs.batch": {}}
STATUSES |= {"statefulsets.apps": {"replicas": 0}, "daemonsets.apps": {"currentNumberScheduled": 0}}


def filled(kind: Kind, thing: Object) -> Object:
    """Fill in the defaults of a new object."""
    if kind.resource == "pods":
        pod_spec(thing["spec"])
        return admitted(thing)
    if "template" in thing.get("spec", {}):
        template = thing["spec"]["template"]
        template.setdefault("metadata", {})
        pod_spec(template["spec"])
    specified(kind, thing)
    if kind.resource in STATUSES:
        thing.setdefault("status", dict(STATUSES[kind.resource]))
    if kind.resource == "services":
        _addressed(thing)
    elif kind.resource == "namespaces":
        name = thing["metadata"]["name"]
        thing["metadata"]["labels"] = labels_of(thing) | {"kubernetes.io/metadata.name": name}
        thing |= {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    return thing


def specified(kind: Kind, thing: Object) -> Object:
    """Fill in what a spec leaves open, as it is made and whenever it is changed."""
    if isinstance(thing.get("spec"), dict):
        for key, value in SPECS.get(kind.resource, {}).items():
            thing["spec"].setdefault(key, copied({"_": value})["_"])
        if kind.resource == "deployments.apps":
            _rolling(thing["spec"]["strategy"])
    return thing


def _addressed(service: Object) -> None:
    """Give a Service an address of its own, unless it shall have none."""
    if service["spec"]["type"] != "ExternalName" and "clusterIP" not in service["spec"]:
        number = zlib.crc32(f"{service['metadata'].get('namespace')}/{service['metadata'].get('name')}".encode())
        address = f"10.{100 + number % 10}.{number >> 8 & 255}.{1 + (number >> 16) % 254}"
        service["spec"] |= {"clusterIP": address, "clusterIPs": [address]}


def settled(thing: Object) -> Object:
    """Settle a changed object as decoding does: nulls are absent, and a new template has its defaults."""
    for word in ("metadata", "spec", "status"):
        if word in thing:
            thing[word] = _without_nulls(thing[word])
    spec = thing.get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
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


def _rolling(strategy: Object) -> None:
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
