"""Merges of objects: kubectl's three-way merge, and the JSON merge patch (RFC 7386) between two states."""

from typing import Any

MERGE_KEYS = {
    "containers": ("name",), "initContainers": ("name",), "ephemeralContainers": ("name",), "env": ("name",),
    "volumes": ("name",), "volumeMounts": ("mountPath",), "ports": ("containerPort", "port"),
    "imagePullSecrets": ("name",), "conditions": ("type",), "hostAliases": ("ip",), "secrets": ("name",),
}  # fmt: skip
Thing = dict[str, Any]


def merge_key(field: str, *lists: Any) -> str:
    """By which key the things in lists of that name are told apart; empty where such lists are replaced whole."""
    things = [one for each in lists for one in each]
    known = [name for name in MERGE_KEYS.get(field, ()) if all(isinstance(one, dict) and name in one for one in things)]
    return known[0] if known else ""


def merge_patch(before: Thing, after: Thing) -> Thing:
    """The JSON merge patch that turns `before` into `after`: what is gone is null, lists are replaced whole."""
    patch: Thing = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(before[key], dict):
            if inner := merge_patch(before[key], value):
                patch[key] = inner
        elif before[key] != value:
            patch[key] = value
    return patch


def three_way(original: Thing, wanted: Thing, current: Thing) -> Thing:
    """`current` with what `wanted` says, and without what `original` said and `wanted` no longer does."""
    merged = {key: value for key, value in current.items() if key in wanted or key not in original}
    for key, value in wanted.items():
        merged[key] = _merged(key, original.get(key), value, current.get(key))
    return merged


def _merged(key: str, original: Any, wanted: Any, current: Any) -> Any:
    if isinstance(wanted, dict):
        return three_way(_dict(original), wanted, _dict(current))
    if isinstance(wanted, list) and isinstance(current, list):
        before = original if isinstance(original, list) else []
        if name := merge_key(key, before, wanted, current):
            return _listed(name, before, wanted, current)
    return wanted


def _dict(value: Any) -> Thing:
    return value if isinstance(value, dict) else {}


def _listed(name: str, original: list[Thing], wanted: list[Thing], current: list[Thing]) -> list[Thing]:
    """Lists of named things, by name: those only the cluster knows stay, behind the wanted ones."""
    before, now = {one[name]: one for one in original}, {one[name]: one for one in current}
    known = {one[name] for one in wanted} | set(before)
    merged = [three_way(before.get(one[name], {}), one, now.get(one[name], {})) for one in wanted]
    return [*merged, *(one for one in current if one[name] not in known)]
