"""POST, PUT, PATCH and DELETE: checked, versioned, and not stored when it is a dry run."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.cluster import faults, shapes
from sandbox.cluster.asking import Asked
from sandbox.cluster.controllers.pods import delete_pod
from sandbox.cluster.defaults import filled, settled, specified
from sandbox.cluster.kinds import BACKUPS, KINDS, NAMESPACES, PODS, Kind
from sandbox.cluster.objects import Object, copied, is_going, name_of, namespace_of, owned_by, uid_of
from sandbox.cluster.patching import json_patch, merge_patch, strategic_merge_patch
from sandbox.cluster.store import Store
from sandbox.cluster.validation import check

Patch = Callable[[Any, Any], Any]
PATCHES: dict[str, Patch] = {
    "application/json-patch+json": json_patch,
    "application/merge-patch+json": merge_patch,
    "application/strategic-merge-patch+json": strategic_merge_patch,
}
APPLY = "application/apply-patch+yaml"
"""What a real server takes, too; no line asks for it."""
FIXED = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")


def create(asked: Asked, store: Store) -> Object:
    """Make an object of the body."""
    kind, body = asked.target.kind, asked.json()
    if body.get("kind", kind.name) != kind.name:
        raise faults.bad_request(f'{body["kind"]} in version "{kind.version}" cannot be handled as a {kind.name}')
    shapes.check(kind, body)
    body.setdefault("metadata", {})
    meta = settled(body)["metadata"]
    if kind.namespaced:
        if meta.get("namespace", asked.target.namespace) != asked.target.namespace:
            raise faults.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        meta["namespace"] = asked.target.namespace
        store.need(NAMESPACES, "", asked.target.namespace)
    if not meta.get("name") and not meta.get("generateName"):
        raise faults.invalid(
            kind, "", [("FieldValueRequired", "metadata.name", "Required value: name or generateName is required")]
        )
    try:
        thing = filled(kind, body)
    except (KeyError, TypeError, AttributeError):
        raise faults.bad_request(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
        ) from None
    check(kind, thing if meta.get("name") else thing | {"metadata": meta | {"name": f"{meta['generateName']}x"}})
    return store.create(kind, thing, dry=asked.dry)


def update(asked: Asked, store: Store) -> Object:
    """Put the body in the place of the object."""
    target = asked.target
    before = store.need(target.kind, target.namespace, target.name)
    body = asked.json()
    shapes.check(target.kind, body)
    if (body.get("metadata") or {}).get("name") != target.name:
        raise faults.bad_request("the name of the object does not match the name on the URL")
    return changed(asked, store, before, body)


def patch(asked: Asked, store: Store) -> Object:
    """Apply a patch to the object."""
    target = asked.target
    before = store.need(target.kind, target.namespace, target.name)
    return changed(asked, store, before, patched(asked, before))


def patched(asked: Asked, thing: Object) -> Object:
    """Give a copy of a thing with the request's patch applied; 415 for a patch of another kind."""
    media = asked.headers.get("Content-Type", "").split(";")[0]
    known = [kind for kind in PATCHES if "strategic" not in kind or asked.target.kind is not BACKUPS]
    if media not in known:
        raise faults.unsupported_media_type(", ".join(known if media == APPLY else (*known, APPLY)))
    try:
        body = json.loads(asked.body)
    except ValueError:
        raise faults.bad_request(_go_complaint(asked.body)) from None
    if media != "application/json-patch+json" and not isinstance(body, dict):
        raise faults.bad_request("the patch is not an object")
    result = PATCHES[media](copied(thing), body)
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise faults.bad_request("the patched object has no metadata")
    return result


def _go_complaint(body: bytes) -> str:
    """Say in Go's words why a body is not JSON, as far as that is one character."""
    text = body.decode(errors="replace").strip()
    if text.startswith("{") and len(text) > 1 and text[1] not in '"} \n':
        return f"invalid character '{text[1]}' looking for beginning of object key string"
    return (
        "unexpected end of JSON input"
        if text.startswith(("{", "["))
        else f"invalid character '{text[:1]}' looking for beginning of value"
    )


def changed(asked: Asked, store: Store, before: Object, after: Object) -> Object:
    """Store a changed object: versions compared, fixed fields kept, its generation counted."""
    shapes.check(asked.target.kind, after)
    kind, meta = asked.target.kind, after["metadata"]
    sent = meta.get("resourceVersion")
    if sent and sent != before["metadata"]["resourceVersion"]:
        raise faults.conflict(kind, name_of(before), faults.STALE)
    if meta.get("uid", uid_of(before)) != uid_of(before):
        told = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {uid_of(before)}"
        raise faults.conflict(kind, name_of(before), told)
    if meta.get("name") != name_of(before) or meta.get("namespace", "") != namespace_of(before):
        raise faults.bad_request("the name of the object does not match the name on the URL")
    fresh = copied(after) | {"kind": kind.name, "apiVersion": kind.api_version}
    for word in FIXED:
        if word in before["metadata"]:
            fresh["metadata"][word] = before["metadata"][word]
        else:
            fresh["metadata"].pop(word, None)
    for word in ("labels", "annotations"):
        if word in fresh["metadata"] and not fresh["metadata"][word]:
            del fresh["metadata"][word]
    specified(kind, settled(fresh))
    _keep_status(kind, asked.target.subresource, before, fresh)
    check(kind, fresh, before)
    if fresh.get("spec") != before.get("spec") and "generation" in before["metadata"]:
        fresh["metadata"]["generation"] = before["metadata"]["generation"] + 1
    if asked.dry:
        fresh["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"]
        return fresh
    return store.replace(kind, fresh)


def _keep_status(kind: Kind, subresource: str, before: Object, fresh: Object) -> None:
    """Change either the status or all but the status, where a kind has that subresource."""
    if kind.subresource("status") is None:
        return
    if subresource == "status":
        status = fresh.get("status")
        fresh.clear()
        fresh.update(copied(before) | ({"status": status} if status is not None else {}))
    elif "status" in before:
        fresh["status"] = copied(before)["status"]


def delete(asked: Asked, store: Store) -> Object:
    """Delete one object; its preconditions hold, or it is a 409."""
    target = asked.target
    before = store.need(target.kind, target.namespace, target.name)
    options = asked.json()
    _preconditions(target.kind, before, options.get("preconditions") or {})
    if target.kind is PODS:
        return _delete_pod(asked, store, before, options)
    if not asked.dry:
        if options.get("propagationPolicy", asked.query.get("propagationPolicy")) == "Orphan":
            _let_go(store, before)
        store.remove(target.kind, before)
        if target.kind is NAMESPACES:
            _empty(store, target.name)
    about = {"name": target.name} | ({"group": target.kind.group} if target.kind.group else {})
    about |= {"kind": target.kind.plural, "uid": uid_of(before)}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": about}


def _let_go(store: Store, owner: Object) -> None:
    """Leave behind what the object owns, as nobody's."""
    for kind in KINDS:
        for thing in store.all(kind, namespace_of(owner)) if kind.namespaced else ():
            if owned_by(thing, owner):
                orphan = copied(thing)
                del orphan["metadata"]["ownerReferences"]
                store.replace(kind, orphan)


def _empty(store: Store, namespace: str) -> None:
    for kind in KINDS:
        if kind.namespaced:
            for thing in store.all(kind, namespace):
                store.remove(kind, thing)


def _preconditions(kind: Kind, thing: Object, wanted: Object) -> None:
    meta = thing["metadata"]
    for word, shown in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        if word in wanted and wanted[word] != meta[word]:
            told = f"Precondition failed: {shown} in precondition: {wanted[word]}, {shown} in object meta: {meta[word]}"
            raise faults.conflict(kind, name_of(thing), told)


def _delete_pod(asked: Asked, store: Store, pod: Object, options: Object) -> Object:
    grace = options.get("gracePeriodSeconds", asked.query.get("gracePeriodSeconds"))
    if asked.dry or (is_going(pod) and grace is None):
        return pod
    return delete_pod(store, pod, int(grace) if grace is not None else None)
