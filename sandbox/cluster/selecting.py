"""Label and field selectors: read once, then asked of each object."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import labels_of

Test = Callable[[Mapping[str, Any]], bool]
_SET = re.compile(r"^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)\s*$")
_EQUAL = re.compile(r"^\s*([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)\s*$")
_EXISTS = re.compile(r"^\s*(!?)\s*([^\s!=,()]+)\s*$")

FIELDS: Mapping[str, frozenset[str]] = {
    "pods": frozenset({
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.nominatedNodeName",
    }),
    "events": frozenset({
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
        "reason", "reportingComponent", "source", "type",
    }),
    "nodes": frozenset({"spec.unschedulable"}),
    "namespaces": frozenset({"status.phase"}),
    "secrets": frozenset({"type"}),
    "jobs.batch": frozenset({"status.successful"}),
    "replicasets.apps": frozenset({"status.replicas"}),
    "services": frozenset({"spec.clusterIP", "spec.type"}),
}  # fmt: skip


def _parts(text: str) -> list[str]:
    """Split at commas that stand outside of parentheses."""
    found, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            found.append("")
        else:
            found[-1] += char
    if depth:
        raise faults.bad_request("unable to parse requirement: found '', expected: ',' or ')'")
    return [part for part in found if part.strip()]


def label_test(text: str) -> Test:
    """Read a label selector; a 400 when it is none."""
    tests = [_requirement(part) for part in _parts(text)]
    return lambda thing: all(test(labels_of(thing)) for test in tests)


def _requirement(part: str) -> Callable[[Mapping[str, str]], bool]:
    if match := _SET.match(part):
        key, word, listed = match.groups()
        values = {value.strip() for value in listed.split(",")}
        if word == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if match := _EQUAL.match(part):
        key, sign, value = match.groups()
        if sign == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if match := _EXISTS.match(part):
        negated, key = match.groups()
        return lambda labels: (key in labels) is not bool(negated)
    raise faults.bad_request(f"unable to parse requirement: found '{part.strip()}', expected: identifier")


def selector_test(selector: Mapping[str, Any]) -> Test:
    """Read an object's own selector: `matchLabels` and `matchExpressions`."""
    wanted = dict(selector.get("matchLabels") or {})
    tests = [_expression(one) for one in selector.get("matchExpressions") or []]

    def test(thing: Mapping[str, Any]) -> bool:
        labels = labels_of(thing)
        return all(labels.get(key) == value for key, value in wanted.items()) and all(one(labels) for one in tests)

    return test


def _expression(one: Mapping[str, Any]) -> Callable[[Mapping[str, str]], bool]:
    key, values = one["key"], set(one.get("values") or [])
    return {
        "In": lambda labels: labels.get(key) in values,
        "NotIn": lambda labels: labels.get(key) not in values,
        "Exists": lambda labels: key in labels,
        "DoesNotExist": lambda labels: key not in labels,
    }[one["operator"]]


def selector_text(selector: Mapping[str, Any]) -> str:
    """Write a selector as tables and `/scale` show it."""
    words = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for one in selector.get("matchExpressions") or []:
        values = ",".join(sorted(one.get("values") or []))
        shown = {"In": f"{one['key']} in ({values})", "NotIn": f"{one['key']} notin ({values})"}
        plain = one["key"] if one["operator"] == "Exists" else f"!{one['key']}"
        words.append(shown.get(one["operator"], plain))
    return ",".join(words)


def field_test(kind: Kind, text: str) -> Test:
    """Read a field selector; a 400 for a field that the server does not know for this kind."""
    known = FIELDS.get(kind.resource, frozenset()) | {"metadata.name", "metadata.namespace"}
    wanted = [_field(part, known) for part in text.split(",") if part.strip()]

    def test(thing: Mapping[str, Any]) -> bool:
        return all((_value(thing, path) == value) is equal for path, value, equal in wanted)

    return test


def _field(part: str, known: frozenset[str]) -> tuple[str, str, bool]:
    match = re.match(r"^\s*([^!=\s]+)\s*(!=|==|=)\s*(.*?)\s*$", part)
    if match is None:
        raise faults.bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    path, sign, value = match.groups()
    if path not in known:
        raise faults.bad_request(f"field label not supported: {path}")
    return path, value, sign != "!="


def _value(thing: Mapping[str, Any], path: str) -> str:
    if path == "source":
        return str(thing.get("source", {}).get("component") or thing.get("reportingComponent") or "")
    found: Any = thing
    for word in path.split("."):
        found = found.get(word) if isinstance(found, Mapping) else None
    if isinstance(found, bool):
        return str(found).lower()
    if found is None:
        return {"spec.unschedulable": "false", "spec.hostNetwork": "false"}.get(path, "")
    return str(found)
