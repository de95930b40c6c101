"""From what would help to the runbook's own mitigations for it, with their inputs filled in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from runbooks.model import Input, Mitigation, Runbook
from runbooks.parts.inputs import InputRefused, accepted
from runbooks.parts.placeholders import placeholders
from runbooks.signs.finding import Act, Finding, Remedy
from runbooks.signs.memory import bytes_of

_ACTS: tuple[tuple[Act, str], ...] = (
    ("undo", r"kubectl .*\brollout undo\b|helm rollback\b"),
    ("restart", r"kubectl .*\brollout restart\b"),
    ("scale", r"kubectl .*\bscale\b(?!.*--replicas=[01]\b)"),
    ("memory", r"kubectl .*\bset resources\b.*memory|kubectl .*\bpatch (?:deploy|sts|statefulset|daemonset).*memory"),
    ("delete-pod", r"kubectl .*\bdelete (?:pods?\b|pods?/)"),
    ("clean-disk", r"\brm -r|\bfind .*-delete|vacuum"),
    ("grow-volume", r"kubectl .*\bpatch (?:pvc|persistentvolumeclaim)"),
    ("end-statements", r"pg_terminate_backend|pg_cancel_backend|\bkill query\b"),
    ("drain", r"kubectl .*\bdrain\b"),
    ("uncordon", r"kubectl .*\buncordon\b"),
    ("resume", r"kubectl .*\brollout resume\b"),
    ("raise-limit", r"kubectl .*\b(?:patch|autoscale)\b.*(?:hpa|horizontalpodautoscaler|maxreplicas|--max)"),
    ("block", r"kubectl .*\bpatch (?:networkpolic(?:y|ies)|netpol)\b.*except"),
)
_TARGET = re.compile(r"\b(?:deployment|deploy|statefulset|sts|daemonset|ds)[/ ]([a-z0-9][a-z0-9.-]*)")
_PLACES = (
    ("revision", r"--to-revision[= ]"),
    ("replicas", r"--replicas[= ]|--max[= ]|maxReplicas\W{1,4}"),
    ("memory", r"memory\W{1,4}"),
    ("storage", r"storage\W{1,4}"),
    ("pod", r"\bpods?[/ ]"),
    ("node", r"\b(?:drain|cordon|uncordon|node)[/ ](?:node/)?"),
    ("address", r"except\W{1,8}"),
    ("pid", r"(?:pg_terminate_backend|pg_cancel_backend)\s*\(\s*"),
)
"""What stands before a placeholder tells what is wanted there."""


def offered(found: Finding, runbook: Runbook | None) -> Finding:
    """Name the runbook's mitigations that fit a finding, in the order of what helps most."""
    if runbook is None or not found.remedies:
        return found
    fitting = [(one, remedy) for remedy in found.remedies for one in runbook.mitigations if _fits(one, remedy)]
    inputs: dict[str, dict[str, Any]] = {}
    for mitigation, remedy in fitting:
        inputs.setdefault(mitigation.id, filled(mitigation, remedy.values))
    named = tuple(inputs)
    return replace(found, mitigations=named, inputs={id_: given for id_, given in inputs.items() if given})


def act_of(mitigation: Mitigation) -> Act | None:
    """Say what a mitigation does, by its line; a line for a person counts, too."""
    line = " ".join(mitigation.line.split())
    return next((act for act, pattern in _ACTS if re.search(pattern, line, re.IGNORECASE)), None)


def _fits(mitigation: Mitigation, remedy: Remedy) -> bool:
    if act_of(mitigation) != remedy.act:
        return False
    if remedy.act == "delete-pod":
        return any(re.fullmatch(_form(word), remedy.object) for word in mitigation.line.split())
    target = _TARGET.search(mitigation.line)
    if target is None or not remedy.object or remedy.act in {"drain", "uncordon"}:
        return True
    return remedy.object == target[1] or remedy.object.startswith(f"{target[1]}-")


def _form(word: str, name: str = "") -> str:
    """Write a word of a line as what the names that it may mean look like; the input that is asked for is a group."""
    plain = re.escape(word.rpartition("/")[2])
    return re.sub(r"\\\{(\w+)\\\}", lambda one: "(.+)" if one[1] == name else ".+", plain)


def _part_of(name: str, line: str, pod: str) -> str | None:
    """Say what `{n}` is in `kafka-{n}` for a pod of that form."""
    words = (word for word in line.split() if f"{{{name}}}" in word and word != f"{{{name}}}")
    return next((found[1] for word in words if (found := re.fullmatch(_form(word, name), pod))), None)


def filled(mitigation: Mitigation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that the values are for, as far as the inputs' bounds allow."""
    given: dict[str, Any] = {}
    for name in placeholders(mitigation.line):
        asked = mitigation.inputs.get(name)
        kind = _kind(name, mitigation.line)
        wanted = values.get(kind) if kind else _part_of(name, mitigation.line, str(values.get("pod", "")))
        if asked is None or wanted is None:
            continue
        value = _within(name, asked, _in_its_unit(name, mitigation.line, wanted))
        if value is not None and (kind or value == wanted):  # the nearest amount will do, another pod will not
            given[name] = value
    return given | _requests(mitigation, given)


def _requests(mitigation: Mitigation, given: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the memory that a pod asks for down to the limit that is filled in: a server refuses more."""
    line = mitigation.line
    limit = next((value for name, value in given.items() if _kind(name, line) == "memory"), None)
    most = bytes_of(str(limit)) if limit is not None else None
    lowered: dict[str, Any] = {}
    for name in placeholders(line):
        asked = mitigation.inputs.get(name)
        usual = bytes_of(str(asked.default)) if asked and _kind(name, line) == "memory request" else None
        if asked and most and usual and usual > most and (value := _within(name, asked, limit)) == limit:
            lowered[name] = value
    return lowered


def _kind(name: str, line: str) -> str | None:
    place = re.escape("{" + name + "}")
    before = line.partition("{" + name + "}")[0]
    by_place = (kind for kind, sign in _PLACES if re.search(f"(?:{sign}){place}", line))
    kind = next(by_place, name if name in dict(_PLACES) else None)
    if kind == "memory" and before.rfind("requests") > before.rfind("limits"):
        return "memory request"  # what a pod asks for stays as it is: its limit is what it has met
    return kind


def _in_its_unit(name: str, line: str, value: Any) -> Any:
    """Give `2` for `memory={memory}Gi`, where the line has the unit itself."""
    unit = re.search(re.escape("{" + name + "}") + r"([KMGT]i?)\b", line)
    amount, one = bytes_of(str(value)), bytes_of(f"1{unit[1]}") if unit else None
    return f"{amount / one:g}" if amount and one else value


def _within(name: str, asked: Input, value: Any) -> Any:
    """Keep a value that the input takes; a number beyond its bounds is brought to them, another is left out."""
    if asked.choices:
        return _chosen(asked.choices, str(value))
    if asked.type in {"integer", "number"}:
        try:
            number = min(max(float(value), asked.min or 0), asked.max if asked.max is not None else float(value))
        except ValueError:
            return None
        value = int(number) if asked.type == "integer" else number
    try:
        return accepted(name, asked, value)
    except InputRefused:
        return None


def _chosen(choices: Iterable[str], value: str) -> str | None:
    """Take the choice itself, or the next amount above it."""
    known = list(choices)
    if value in known:
        return value
    wanted = bytes_of(value)
    above = [one for one in known if wanted is not None and (bytes_of(one) or 0) >= wanted]
    return min(above, key=lambda one: bytes_of(one) or 0, default=None)


def all_inputs(found: Iterable[Finding]) -> dict[str, dict[str, Any]]:
    """Return what findings would have a mitigation done with; the first, the worst, is right."""
    known: dict[str, dict[str, Any]] = {}
    for id_, given in _each(found):
        known[id_] = {**given, **known.get(id_, {})}
    return known


def _each(found: Iterable[Finding]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((id_, given) for one in found for id_, given in one.inputs.items())
