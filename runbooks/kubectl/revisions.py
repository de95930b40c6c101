"""The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of the others."""

from typing import Any

from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Run, segment
from runbooks.kubectl.selectors import selector_text

REVISION = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"
HASH = "pod-template-hash"


def annotations(one: dict[str, Any]) -> dict[str, str]:
    return (one.get("metadata") or {}).get("annotations") or {}


def owned(one: dict[str, Any], owner: dict[str, Any]) -> bool:
    """Whether `owner` controls it."""
    uid = owner["metadata"].get("uid")
    return any(ref.get("controller") and ref.get("uid") == uid for ref in one["metadata"].get("ownerReferences") or [])


def number(replica_set: dict[str, Any]) -> int | None:
    written = annotations(replica_set).get(REVISION, "")
    return int(written) if written.isdigit() else None


async def replica_sets(run: Run, deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """The ReplicaSets a Deployment controls, each with kind and apiVersion."""
    found = await _listed(run, deployment, "replicasets")
    return [{"apiVersion": "apps/v1", "kind": "ReplicaSet", **one} for one in found if owned(one, deployment)]


async def controller_revisions(run: Run, workload: dict[str, Any]) -> list[dict[str, Any]]:
    """The ControllerRevisions of a StatefulSet or DaemonSet, oldest first."""
    found = await _listed(run, workload, "controllerrevisions")
    mine = [one for one in found if owned(one, workload)]
    return sorted(mine, key=lambda one: (one.get("revision", 0), name_of(one)))


async def _listed(run: Run, workload: dict[str, Any], plural: str) -> list[dict[str, Any]]:
    namespace = workload["metadata"].get("namespace") or run.namespace
    selector = selector_text((workload.get("spec") or {}).get("selector"))
    path = f"/apis/apps/v1/namespaces/{segment(namespace)}/{plural}"
    return list((await run.read_list(path, [("labelSelector", selector)])).get("items") or [])


def plain_template(template: dict[str, Any]) -> dict[str, Any]:
    """A ReplicaSet's template without the hash its Deployment added."""
    metadata = dict(template.get("metadata") or {})
    metadata.pop("creationTimestamp", None)
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    metadata.pop("labels", None)
    return {**template, "metadata": {**metadata, **({"labels": labels} if labels else {})}}
