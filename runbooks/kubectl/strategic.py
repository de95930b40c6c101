"""The strategic merge patch between two objects, as kubectl computes it before it sends one."""

from typing import Any

from runbooks.kubectl.merging import merge_key


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
    if isinstance(before, list) and isinstance(after, list) and before and (name := merge_key(key, before, after)):
        return _merged(key, name, before, after)
    return {key: after}


def _merged(key: str, by: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    old = {one[by]: one for one in before}
    kept = {one[by] for one in after}
    changes: list[dict[str, Any]] = []
    for one in after:
        which = one[by]
        if which not in old:
            changes.append(one)
        elif old[which] != one:
            changes.append({**strategic_patch(old[which], one), by: which})
    changes += [{"$patch": "delete", by: which} for which in old if which not in kept]
    order = {f"$setElementOrder/{key}": [{by: one[by]} for one in after]}
    return {**order, key: changes} if changes else order
