"""The three patches of the API: JSON (RFC 6902), merge (RFC 7386) and Kubernetes' strategic merge."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.objects import copied

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
    """Apply RFC 6902; a 422 when an operation cannot be done."""
    if not isinstance(operations, list):
        raise faults.bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    result = copied(target)
    for operation in operations:
        try:
            result = _operate(result, operation)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError):
            raise _refused() from None
    return result


def _refused() -> faults.Fault:
    """Say what the real server says; it names neither the operation nor the path."""
    return faults.Fault(422, "Invalid", "the server rejected our request due to an error in our request", {})


def _operate(document: Any, operation: dict[str, Any]) -> Any:
    path = _pointer(operation["path"])
    acts: dict[str, Callable[[], Any]] = {
        "add": lambda: _add(document, path, operation["value"]),
        "remove": lambda: _remove(document, path),
        "replace": lambda: _replace(document, path, operation["value"]),
        "test": lambda: _test(document, path, operation["value"]),
        "copy": lambda: _add(document, path, copied(_at(document, _pointer(operation["from"])))),
        "move": lambda: _move(document, _pointer(operation["from"]), path),
    }
    if operation.get("op") not in acts:
        raise ValueError(f"Unexpected kind: {operation.get('op')}")
    return acts[operation["op"]]()


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise ValueError(f"invalid pointer {text}")
    return [word.replace("~1", "/").replace("~0", "~") for word in text.split("/")[1:]]


def _at(document: Any, path: Sequence[str]) -> Any:
    for word in path:
        document = document[int(word)] if isinstance(document, list) else document[word]
    return document


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent = _at(document, path[:-1])
    if not isinstance(parent, list):
        parent[path[-1]] = value
    elif path[-1] == "-":
        parent.append(value)
    elif int(path[-1]) > len(parent):
        raise IndexError(path[-1])
    else:
        parent.insert(int(path[-1]), value)
    return document


def _remove(document: Any, path: list[str]) -> Any:
    parent = _at(document, path[:-1])
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    return document


def _replace(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    _at(document, path)
    parent = _at(document, path[:-1])
    parent[int(path[-1]) if isinstance(parent, list) else path[-1]] = value
    return document


def _test(document: Any, path: list[str], value: Any) -> Any:
    if _at(document, path) != value:
        raise ValueError(f"testing value /{'/'.join(path)} failed: test failed")
    return document


def _move(document: Any, source: list[str], path: list[str]) -> Any:
    value = _at(document, source)
    return _add(_remove(document, source), path, value)
