"""A patch put into an object here, as the API server would: for a dry run where the server has none."""

import copy
from typing import Any

import jsonpatch

from runbooks.kubectl.merging import merge_key
from runbooks.kubectl.words import Failed

Thing = dict[str, Any]


def applied(one: Thing, patch: Any, content_type: str) -> Thing:
    """The object after the patch; Failed where the patch does not fit."""
    if content_type == "application/json-patch+json":
        return _json_patched(one, patch)
    strategic = "strategic" in content_type
    after = _merged(copy.deepcopy(one), patch, strategic=strategic)
    return after if isinstance(after, dict) else one


def _json_patched(one: Thing, patch: Any) -> Thing:
    try:
        after = jsonpatch.apply_patch(one, patch)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError) as error:
        raise Failed(f"error: the patch does not fit: {error}\n") from error
    return after if isinstance(after, dict) else one


def _merged(one: Any, patch: Any, *, strategic: bool) -> Any:
    """RFC 7386; a strategic patch also merges lists of named things."""
    if not isinstance(patch, dict):
        return patch
    after = one if isinstance(one, dict) else {}
    for key, value in patch.items():
        if strategic and key.startswith("$"):
            continue
        if value is None:
            after.pop(key, None)
        elif strategic and isinstance(value, list) and (name := merge_key(key, after.get(key) or [], value)):
            after[key] = _listed(after.get(key) or [], value, name)
        else:
            after[key] = _merged(after.get(key), value, strategic=strategic)
    return after


def _listed(before: list[Any], patch: list[Any], name: str) -> Any:
    """Lists of named things by name: `$patch: delete` takes one out, new ones go in front, as the server puts them."""
    known = {one[name]: one for one in before}
    gone = {one[name] for one in patch if one.get("$patch") == "delete"}
    fresh = [one for one in patch if one[name] not in known and one[name] not in gone]
    changes = {one[name]: one for one in patch}
    kept = [
        _merged(one, changes[key], strategic=True) if key in changes else one
        for key, one in known.items()
        if key not in gone
    ]
    return [*(_merged({}, one, strategic=True) for one in fresh), *kept]
