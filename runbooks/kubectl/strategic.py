"""The strategic merge patch between two objects, as kubectl computes it before it sends one."""

from typing import Any

MERGE_KEYS = {
    "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name", "volumes": "name",
    "volumeMounts": "mountPath", "ports": "containerPort", "imagePullSecrets": "name",
}  # fmt: skip


def strategic_patch(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What turns `before` into `after`; lists of named things are merged by name, others replaced."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before:
            patch[key] = value
        elif before[key] != value:
            patch.update(_changed(key, before[key], value))
    return patch


def _changed(key: str, before: Any, after: Any) -> dict[str, Any]:
    if isinstance(before, dict) and isinstance(after, dict):
        return {key: strategic_patch(before, after)}
    merge_key = MERGE_KEYS.get(key)
    if merge_key and isinstance(before, list) and isinstance(after, list) and before:
        return _merged(key, merge_key, before, after)
    return {key: after}


def _merged(key: str, merge_key: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    old = {one[merge_key]: one for one in before}
    kept = {one[merge_key] for one in after}
    changes: list[dict[str, Any]] = []
    for one in after:
        name = one[merge_key]
        if name not in old:
            changes.append(one)
        elif old[name] != one:
            changes.append({**strategic_patch(old[name], one), merge_key: name})
    changes += [{"$patch": "delete", merge_key: name} for name in old if name not in kept]
    order = {f"$setElementOrder/{key}": [{merge_key: one[merge_key]} for one in after]}
    return {**order, key: changes} if changes else order
