"""ControllerRevisions: what each template of a StatefulSet or DaemonSet was, so that it can be brought back."""

from sandbox.cluster.controllers.deployments import template_hash
from sandbox.cluster.kinds import CONTROLLER_REVISIONS
from sandbox.cluster.objects import (
    Object,
    annotations_of,
    copied,
    labels_of,
    name_of,
    namespace_of,
    owned_by,
    reference_to,
)  # fmt: skip
from sandbox.cluster.store import Store

HASH = "controller-revision-hash"


def current_revision(store: Store, owner: Object) -> Object:
    """Give the ControllerRevision of the template: made, or, when it is an old one, numbered anew."""
    mine = [found for found in store.all(CONTROLLER_REVISIONS, namespace_of(owner)) if owned_by(found, owner)]
    data = {"spec": {"template": owner["spec"]["template"] | {"$patch": "replace"}}}
    latest = max((_number(found) for found in mine), default=0)
    known = next((found for found in mine if found["data"] == data), None)
    if known is not None:
        newer = _number(known) < latest
        return store.replace(CONTROLLER_REVISIONS, copied(known) | {"revision": latest + 1}) if newer else known
    mark = template_hash(owner["spec"]["template"])
    labels = labels_of(owner["spec"]["template"]) | {HASH: mark}
    if owner["kind"] == "StatefulSet":
        labels[HASH] = f"{name_of(owner)}-{mark}"
    meta: Object = {"name": f"{name_of(owner)}-{mark}", "namespace": namespace_of(owner), "labels": labels}
    meta |= {"annotations": dict(annotations_of(owner)), "ownerReferences": [reference_to(owner)]}
    return store.create(CONTROLLER_REVISIONS, {"metadata": meta, "data": copied(data), "revision": latest + 1})


def mark_of(thing: Object) -> str:
    """Give the revision that a pod was made of, or that a ControllerRevision is."""
    return labels_of(thing).get(HASH, "")


def _number(revision: Object) -> int:
    return int(revision.get("revision") or 0)
