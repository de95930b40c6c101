"""The three patches of the API: JSON (RFC 6902), merge (RFC 7386) and Kubernetes' strategic merge."""

from collections.abc import Sequence
from typing import Any

from jsonpatch import JsonPatchException, JsonPointerException, apply_patch

from sandbox.cluster import faults

MERGE_KEYS = {
    "containers": ("name",), "initContainers": ("name",), "ephemeralContainers": ("name",), "env": ("name",),
    "volumes": ("name",), "volumeMounts": ("mountPath",), "volumeDevices": ("devicePath",),
    "ports": ("containerPort", "port"), "conditions": ("type",), "addresses": ("type",), "imagePullSecrets": ("name",),
    "hostAliases": ("ip",), "ownerReferences": ("uid",), "secrets": ("name",), "taints": ("key",),
}  # fmt: skip
MERGED_PRIMITIVES = {"finalizers", "podCIDRs"}


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply RFC 7386: null removes, maps merge, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def strategic_merge_patch(target: Any, patch: Any) -> Any:
    """Apply a strategic merge: lists of named things merge by their key, directives are obeyed."""
    if not isinstance(patch, dict):
        return patch
    if patch.get("$patch") == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if patch.get("$patch") == "delete":
        return {}
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if not key.startswith("$"):
            _merge_field(result, key, value)
    _obey(result, patch)
    return result


def _merge_field(result: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, list):
        result[key] = _merge_list(key, result.get(key) or [], value)
    else:
        result[key] = strategic_merge_patch(result.get(key), value)


def _obey(result: dict[str, Any], patch: dict[str, Any]) -> None:
    """Obey `$deleteFromPrimitiveList/…`, `$retainKeys` and `$setElementOrder/…`."""
    for directive, value in patch.items():
        word, _, field = directive.partition("/")
        if word == "$deleteFromPrimitiveList":
            result[field] = [one for one in result.get(field, []) if one not in value]
        elif word == "$retainKeys":
            for key in [key for key in result if key not in value]:
                del result[key]
        elif word == "$setElementOrder" and isinstance(result.get(field), list):
            result[field] = _ordered(field, result[field], value)


def _ordered(field: str, items: list[Any], order: list[Any]) -> list[Any]:
    key = _merge_key(field, [*items, *order])
    if key is None:
        places = {value: index for index, value in enumerate(order)}
        return sorted(items, key=lambda item: places.get(item, len(order)))
    places = {one.get(key): index for index, one in enumerate(order)}
    return sorted(items, key=lambda item: places.get(item.get(key), len(order)))


def _merge_key(field: str, items: Sequence[Any]) -> str | None:
    """Find the key of a list: the first candidate that every element has."""
    if not items or not all(isinstance(one, dict) for one in items):
        return None
    for key in MERGE_KEYS.get(field, ()):
        if all(key in one or "$patch" in one for one in items):
            return key
    return None


def _merge_list(field: str, target: list[Any], patch: list[Any]) -> list[Any]:
    if any(isinstance(one, dict) and one.get("$patch") == "replace" for one in patch):
        return [one for one in patch if one.get("$patch") != "replace"]
    if field in MERGED_PRIMITIVES:
        return [*target, *(one for one in patch if one not in target)]
    key = _merge_key(field, [*target, *patch])
    if key is None:
        return patch
    result = list(target)
    for one in patch:
        place = next((index for index, old in enumerate(result) if old.get(key) == one.get(key)), None)
        if one.get("$patch") == "delete":
            result = [old for old in result if old.get(key) != one.get(key)]
        elif place is None:
            result.append(strategic_merge_patch({}, one))
        else:
            result[place] = strategic_merge_patch(result[place], one)
    return result


def json_patch(target: Any, operations: Any) -> Any:
    """Apply RFC 6902; a 422 when an operation cannot be done, in the server's words: they name none and no path."""
    if not isinstance(operations, list):
        raise faults.bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    try:
        return apply_patch(target, operations)
    except (JsonPatchException, JsonPointerException, KeyError, TypeError, AttributeError, ValueError):
        told = "the server rejected our request due to an error in our request"
        raise faults.Fault(422, "Invalid", told, {}) from None
