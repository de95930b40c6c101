"""What makes an object invalid (422): names, labels, selectors, containers, amounts."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, labels_of, name_of
from sandbox.cluster.quantities import amount

Cause = tuple[str, str, str]
_NAME = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_LABEL = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
_QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_QUANTITY = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
_POD_UPDATE = (
    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def check(kind: Kind, thing: Object, before: Object | None = None) -> None:
    """Refuse an invalid object, with every cause found."""
    try:
        causes = [*_named(thing), *_labelled(thing), *_specified(kind, thing, before)]
    except (KeyError, TypeError, AttributeError):
        raise faults.bad_request(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
        ) from None
    if causes:
        raise faults.invalid(kind, thing["metadata"].get("name", ""), causes)


def _named(thing: Object) -> list[Cause]:
    name = name_of(thing)
    if len(name) > 253 or not _NAME.match(name):
        return [("FieldValueInvalid", "metadata.name", f'Invalid value: "{name}": {_SUBDOMAIN}')]
    return []


def _labelled(thing: Object) -> list[Cause]:
    causes = []
    for key, value in labels_of(thing).items():
        name = key.rpartition("/")[2]
        if not _LABEL.match(name) or len(name) > 63:
            causes.append(("FieldValueInvalid", "metadata.labels", f'Invalid value: "{key}": {_QUALIFIED}'))
        if value and (not _LABEL.match(value) or len(value) > 63):
            causes.append(("FieldValueInvalid", "metadata.labels", f'Invalid value: "{value}": {_VALUE}'))
    return causes


def _specified(kind: Kind, thing: Object, before: Object | None) -> list[Cause]:
    if kind.resource in {"deployments.apps", "replicasets.apps", "statefulsets.apps"}:
        return _workload(thing, before)
    if kind.resource == "pods":
        return _pod(thing, before)
    if kind.resource in {"daemonsets.apps", "jobs.batch"}:
        return _containers(thing["spec"]["template"]["spec"], "spec.template.spec")
    return _held(kind, thing)


def _held(kind: Kind, thing: Object) -> list[Cause]:
    """Check the fields that controllers count with; one that is missing is a KeyError."""
    if kind.resource == "services":
        return [
            (
                "FieldValueInvalid",
                f"spec.ports[{index}].port",
                "Invalid value: 0: must be between 1 and 65535, inclusive",
            )
            for index, port in enumerate(thing["spec"].get("ports") or [])
            if not isinstance(port.get("port"), int) or not 0 < port["port"] < 65536
        ]
    if kind.resource in {"persistentvolumeclaims", "nodes"}:
        claim = kind.resource != "nodes"
        text = thing["spec"]["resources"]["requests"]["storage"] if claim else thing["status"]["allocatable"]["memory"]
        _resources({"requests": {"storage": text}}, "spec.resources")
    if kind.resource == "poddisruptionbudgets.policy":
        return _shares(thing["spec"], "spec")
    return []


def _workload(thing: Object, before: Object | None) -> list[Cause]:
    spec = thing["spec"]
    causes: list[Cause] = []
    replicas = spec.get("replicas", 1)
    if replicas < 0:
        told = f"Invalid value: {replicas}: must be greater than or equal to 0"
        causes.append(("FieldValueInvalid", "spec.replicas", told))
    wanted = spec["selector"].get("matchLabels") or {}
    if not wanted.items() <= labels_of(spec["template"]).items():
        shown = _go_map(labels_of(spec["template"]))
        told = f"Invalid value: {shown}: `selector` does not match template `labels`"
        causes.append(("FieldValueInvalid", "spec.template.metadata.labels", told))
    if before is not None and before["spec"]["selector"] != spec["selector"]:
        causes.append(("FieldValueInvalid", "spec.selector", "Invalid value: field is immutable"))
    rolling = (spec.get("strategy") or {}).get("rollingUpdate") or {}
    return [
        *causes, *_shares(rolling, "spec.strategy.rollingUpdate"),
        *_containers(spec["template"]["spec"], "spec.template.spec"),
    ]  # fmt: skip


def _shares(given: Mapping[str, Any], path: str) -> list[Cause]:
    """Check what may be a number or a percentage of the pods."""
    told = "a valid percent string must be a numeric string followed by an ending '%'"
    words = ("minAvailable", "maxUnavailable", "maxSurge")
    bad = [word for word in words if word in given and not re.fullmatch(r"\d+%?", str(given[word]))]
    return [("FieldValueInvalid", f"{path}.{word}", f'Invalid value: "{given[word]}": {told}') for word in bad]


def _go_map(labels: Mapping[str, str]) -> str:
    inner = ", ".join(f'"{key}":"{value}"' for key, value in sorted(labels.items()))
    return f"{{{inner}}}"


def _pod(thing: Object, before: Object | None) -> list[Cause]:
    causes = _containers(thing["spec"], "spec")
    if before is not None and _frozen(thing["spec"]) != _frozen(before["spec"]):
        causes.append(("FieldValueForbidden", "spec", _POD_UPDATE))
    return causes


def _frozen(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give what may not change in a pod's spec."""
    free = {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"}
    kept = {key: value for key, value in spec.items() if key not in free}
    for word in ("containers", "initContainers"):
        if word in kept:
            kept[word] = [{key: value for key, value in one.items() if key != "image"} for one in kept[word]]
    return kept


def _containers(spec: Mapping[str, Any], path: str) -> list[Cause]:
    containers = spec.get("containers") or []
    causes: list[Cause] = [] if containers else [("FieldValueRequired", f"{path}.containers", "Required value")]
    seen: set[str] = set()
    for index, one in enumerate(containers):
        where = f"{path}.containers[{index}]"
        causes += [
            ("FieldValueRequired", f"{where}.{word}", "Required value")
            for word in ("name", "image")
            if not one.get(word)
        ]
        if one.get("name") in seen:
            causes.append(("FieldValueDuplicate", f"{where}.name", f'Duplicate value: "{one["name"]}"'))
        seen.add(one.get("name", ""))
        causes += _resources(one.get("resources") or {}, f"{where}.resources")
    return causes


def _resources(resources: Mapping[str, Any], path: str) -> list[Cause]:
    causes: list[Cause] = []
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for word, amounts in (("limits", limits), ("requests", requests)):
        for resource, text in amounts.items():
            try:
                amount(text)
            except ValueError:
                told = f"{path}.{word}.{resource}: quantities must match the regular expression '{_QUANTITY}'"
                raise faults.bad_request(told) from None
    for resource, text in requests.items():
        if resource in limits and amount(text) > amount(limits[resource]):
            told = f'Invalid value: "{text}": must be less than or equal to {resource} limit of {limits[resource]}'
            causes.append(("FieldValueInvalid", f"{path}.requests", told))
    return causes
