"""Server-printed tables: the columns of a real API server, and a printer of cells for each kind."""

import functools
import importlib.resources
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object
from sandbox.cluster.tables import around, pods, workloads

Printer = Callable[[Mapping[str, Any], float], list[Any]]

PRINTERS: Mapping[str, Printer] = {
    "pods": pods.pod,
    "deployments.apps": workloads.deployment,
    "replicasets.apps": workloads.replica_set,
    "replicationcontrollers": workloads.replica_set,
    "statefulsets.apps": workloads.stateful_set,
    "daemonsets.apps": workloads.daemon_set,
    "controllerrevisions.apps": workloads.controller_revision,
    "jobs.batch": workloads.job,
    "cronjobs.batch": workloads.cron_job,
    "horizontalpodautoscalers.autoscaling": workloads.autoscaler,
    "poddisruptionbudgets.policy": workloads.disruption_budget,
    "backups.dr.example.com": around.backup,
    "events": around.event,
    "nodes": around.node,
    "namespaces": around.namespace,
    "services": around.service,
    "endpoints": around.endpoints,
    "endpointslices.discovery.k8s.io": around.endpoint_slice,
    "configmaps": around.config_map,
    "secrets": around.secret,
    "serviceaccounts": around.named,
    "ingresses.networking.k8s.io": around.ingress,
    "networkpolicies.networking.k8s.io": around.network_policy,
    "persistentvolumeclaims": around.claim,
    "persistentvolumes": around.volume,
    "storageclasses.storage.k8s.io": around.storage_class,
    "resourcequotas": around.quota,
    "leases.coordination.k8s.io": around.lease,
    "componentstatuses": around.component,
    "rolebindings.rbac.authorization.k8s.io": around.binding,
    "clusterrolebindings.rbac.authorization.k8s.io": around.binding,
    "scales.autoscaling": around.scale,
}

DONE = {
    "Succeeded": {"reason": "Succeeded", "message": "The pod has completed successfully."},
    "Failed": {"reason": "Failed", "message": "The pod failed."},
}
DEPRECATED = "deprecated.daemonset.template.generation"


@functools.cache
def _columns() -> dict[str, list[dict[str, Any]]]:
    data = json.loads(importlib.resources.files(__package__).joinpath("columns.json").read_text("utf-8"))
    words = ("name", "type", "format", "priority", "description")
    made = {}
    for resource, rows in data["columns"].items():
        made[resource] = [dict(zip(words, (*row[:4], data["descriptions"][row[4]]), strict=True)) for row in rows]
    return made


def table(kind: Kind, things: Sequence[Object], now: float, *, include: str = "Metadata") -> Object:
    """Print objects; `include` is Metadata, Object or None, as in `includeObject`."""
    printed = "scales.autoscaling" if any(thing["kind"] == "Scale" for thing in things) else kind.resource
    known = printed in PRINTERS
    printer = PRINTERS[printed] if known else around.created
    rows = [_row(thing, printer(thing, now), include) for thing in things]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": _columns()[printed if known else ""],
        "rows": rows if rows or known else None,
    }


def _row(thing: Object, cells: list[Any], include: str) -> Object:
    row: Object = {"cells": cells}
    if thing["kind"] == "Pod" and (words := DONE.get(thing.get("status", {}).get("phase", ""))):
        row["conditions"] = [{"type": "Completed", "status": "True", **words}]
    return row if include == "None" else row | {"object": thing if include == "Object" else partial(thing)}


def partial(thing: Object) -> Object:
    """Show the metadata alone, without what old versions left in it."""
    meta = thing["metadata"]
    if DEPRECATED in meta.get("annotations", {}):
        meta = meta | {"annotations": {key: text for key, text in meta["annotations"].items() if key != DEPRECATED}}
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta}
