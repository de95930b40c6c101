"""Whether the fields of an object are of their JSON types, as a server that decodes into structs demands."""

from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.kinds import BACKUPS, CONTROLLER_REVISIONS, Kind

WORDS = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
TEXTS = {"labels", "annotations", "matchLabels", "data", "binaryData", "stringData", "nodeSelector"}
"""Maps of any keys to text."""
TYPES: dict[str, tuple[type, ...]] = dict.fromkeys(
    (
        "containers", "initContainers", "volumes", "volumeMounts", "env", "envFrom", "ports", "tolerations", "taints",
        "rules", "subjects", "ingress", "egress", "from", "to", "except", "ownerReferences", "conditions",
        "command", "args",
        "finalizers", "accessModes", "verbs", "apiGroups", "resourceNames", "imagePullSecrets", "addresses",
        "subsets",
        "matchExpressions", "values", "paths", "metrics", "policyTypes", "containerStatuses", "externalIPs",
    ),
    (list,),
)  # fmt: skip
TYPES |= dict.fromkeys(
    (
        "metadata", "spec", "template", "selector", "strategy", "updateStrategy", "rollingUpdate",
        "podSelector",
        "namespaceSelector", "securityContext", "requests", "capacity", "allocatable", "scaleTargetRef",
        "jobTemplate", "ipBlock", "configMapKeyRef", "secretKeyRef", "valueFrom", "roleRef", *TEXTS,
    ),
    (dict,),
)  # fmt: skip
TYPES |= dict.fromkeys(
    (
        "replicas", "revisionHistoryLimit", "containerPort", "hostPort", "generation", "observedGeneration",
        "parallelism", "completions", "backoffLimit", "priority", "revision", "collisionCount",
        "restartCount",
    ),
    (int,),
)  # fmt: skip
TYPES |= dict.fromkeys(
    (
        "name", "namespace", "image", "kind", "apiVersion", "restartPolicy", "type", "effect", "nodeName",
        "serviceName",
        "clusterIP", "schedule", "protocol", "priorityClassName", "generateName", "mountPath", "cidr", "operator",
        "serviceAccountName", "imagePullPolicy", "phase", "reason", "message", "storageClassName", "volumeName",
        "podManagementPolicy", "creationTimestamp", "deletionTimestamp", "uid", "resourceVersion", "storage",
        "memory",
    ),
    (str,),
)  # fmt: skip
TYPES |= dict.fromkeys(("paused", "suspend", "unschedulable", "hostNetwork", "readOnly"), (bool,))
TYPES |= {
    "port": (int, str, dict),
    "targetPort": (int, str),
    "minAvailable": (int, str),
    "maxUnavailable": (int, str),
    "maxSurge": (int, str),
}
TYPES |= {
    "status": (dict, str),
    "limits": (dict, list),
    "succeeded": (int, list),
    "failed": (int, list),
    "resources": (dict, list),
    "storage": (str, int),
    "memory": (str, int),
    "cpu": (str, int, float),
}
OBJECTS = {
    "containers", "initContainers", "volumes", "volumeMounts", "env", "ports", "tolerations", "taints", "rules",
    "subjects",
    "ingress", "egress", "from", "to", "ownerReferences", "conditions", "subsets", "matchExpressions",
    "containerStatuses",
}  # fmt: skip
"""Lists whose members are objects; the members of the others are text."""


NEEDS = {"conditions": ("type", "status"), "ownerReferences": ("kind", "name", "uid")}
"""What members of a list must have."""


def check(kind: Kind, thing: Any) -> None:
    """Refuse an object in which a field is of another type (400)."""
    if not isinstance(thing, dict):
        raise faults.bad_request("the object provided is unrecognized (must be of type object)")
    fields = thing
    if kind in {BACKUPS, CONTROLLER_REVISIONS}:  # what else is in these is anything
        fields = {word: thing.get(word) for word in ("metadata", "revision")}
    if found := _wrong(fields, ""):
        path, value = found
        told = f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
        word = WORDS.get(type(value), "null")
        raise faults.bad_request(f"{told}: json: cannot unmarshal {word} into Go struct field {kind.name}{path}")


def _wrong(thing: dict[str, Any], path: str) -> tuple[str, Any] | None:
    """Give the first field that is of another type; a null is an absent field."""
    for key, value in thing.items():
        here = f"{path}.{key}"
        if value is None:
            continue
        types = TYPES.get(key, (int,) if key.endswith(("Replicas", "Seconds")) else ())
        if types and (not isinstance(value, types) or (isinstance(value, bool) and bool not in types)):
            return here, value
        members = value if isinstance(value, list) else []
        odd = [one for one in members if not _fits(key, one)]
        if odd:
            return here, odd[0]
        if key in TEXTS:
            texts = [one for one in value.values() if one is not None and not isinstance(one, str)]
            inner = (here, texts[0]) if texts else None
        else:
            inside = [value] if isinstance(value, dict) else [one for one in members if isinstance(one, dict)]
            inner = next(filter(None, (_wrong(one, here) for one in inside)), None)
        if inner:
            return inner
    return None


def _fits(key: str, member: Any) -> bool:
    """Say whether this may be a member of that list."""
    if key in NEEDS:
        return isinstance(member, dict) and all(member.get(word) is not None for word in NEEDS[key])
    return isinstance(member, dict if key in OBJECTS else (dict, str, int, float))
