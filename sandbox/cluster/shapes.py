"""Whether the fields of an object are of their JSON types, as a server that decodes into structs demands."""

from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.kinds import BACKUPS, CONTROLLER_REVISIONS, Kind

FIELDS = """
texts labels annotations matchLabels data binaryData stringData nodeSelector
things containers initContainers volumes volumeMounts env ports tolerations taints rules subjects ingress egress from to
things ownerReferences conditions subsets matchExpressions containerStatuses
list envFrom except command args finalizers accessModes verbs apiGroups resourceNames imagePullSecrets addresses values
list paths metrics policyTypes externalIPs
thing metadata spec template selector strategy updateStrategy rollingUpdate podSelector namespaceSelector requests
thing securityContext capacity allocatable scaleTargetRef jobTemplate ipBlock configMapKeyRef secretKeyRef valueFrom
thing roleRef
number replicas revisionHistoryLimit containerPort hostPort generation observedGeneration parallelism completions
number backoffLimit priority revision collisionCount restartCount
text name namespace image kind apiVersion restartPolicy type effect nodeName serviceName clusterIP schedule protocol
text priorityClassName generateName mountPath cidr operator serviceAccountName imagePullPolicy phase reason message
text storageClassName volumeName podManagementPolicy creationTimestamp deletionTimestamp uid resourceVersion
truth paused suspend unschedulable hostNetwork readOnly
number|text|thing port
number|text targetPort minAvailable maxUnavailable maxSurge storage memory
number|text|fraction cpu
thing|text status
thing|list limits resources
number|list succeeded failed
"""
"""What each field is, wherever it stands: `texts` is a map of any keys to text, `things` a list of objects."""
NAMED: dict[str, type] = {
    "texts": dict, "thing": dict, "things": list, "list": list, "text": str, "truth": bool, "number": int,
    "fraction": float,
}  # fmt: skip
WORDS = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
SORTS = {name: words.split("|") for words, *names in map(str.split, FIELDS.strip().splitlines()) for name in names}
TYPES = {name: tuple(NAMED[word] for word in words) for name, words in SORTS.items()}
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
        if SORTS.get(key) == ["texts"]:
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
    return isinstance(member, dict if SORTS.get(key) == ["things"] else (dict, str, int, float))
