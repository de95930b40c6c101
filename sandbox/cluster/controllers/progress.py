"""A Deployment's status: counts and conditions (pkg/controller/deployment/progress.go)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cluster.clock import moment_of, stamp
from sandbox.cluster.controllers.rolling import margins
from sandbox.cluster.objects import Object, annotations_of, condition, name_of

Condition = dict[str, Any]


def status_of(deployment: Object, new: Object | None, sets: Sequence[Object], now: float) -> Object:
    """Work out the status from its ReplicaSets; times change only where something did."""
    counts = _counts(deployment, new, sets)
    conditions = [
        _available(deployment, counts, now),
        _progressing(deployment, counts, new, now),
    ]
    return counts | {"conditions": [one for one in conditions if one is not None]}


def _sum(sets: Sequence[Object], word: str) -> int:
    return sum(one.get("status", {}).get(word, 0) for one in sets)


def _counts(deployment: Object, new: Object | None, sets: Sequence[Object]) -> dict[str, Any]:
    total, available = _sum(sets, "replicas"), _sum(sets, "availableReplicas")
    counts = {
        "replicas": total,
        "updatedReplicas": _sum([new], "replicas") if new is not None else 0,
        "readyReplicas": _sum(sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, max(total, deployment["spec"]["replicas"]) - available),
    }
    shown = {word: count for word, count in counts.items() if count}
    terminating = {"terminatingReplicas": _sum(sets, "terminatingReplicas")}
    return {"observedGeneration": deployment["metadata"].get("generation", 1)} | shown | terminating


def _condition(before: Mapping[str, Any] | None, status: str, reason: str, message: str, now: float) -> Condition:
    kept = before is not None and before["status"] == status
    return {
        "type": "",
        "status": status,
        "lastUpdateTime": stamp(now),
        "lastTransitionTime": before["lastTransitionTime"] if before is not None and kept else stamp(now),
        "reason": reason,
        "message": message,
    }


def _available(deployment: Object, counts: Mapping[str, Any], now: float) -> Condition:
    desired = deployment["spec"]["replicas"]
    before = condition(deployment, "Available")
    enough = counts.get("availableReplicas", 0) >= desired - margins(deployment)[1]
    if enough:
        words = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        words = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    if before is not None and (before["status"], before["reason"]) == words[:2]:
        return dict(before)
    return _condition(before, *words, now) | {"type": "Available"}


def is_complete(deployment: Object, counts: Mapping[str, Any]) -> bool:
    desired = deployment["spec"]["replicas"]
    words = ("updatedReplicas", "replicas", "availableReplicas")
    return all(counts.get(word, 0) == desired for word in words)


def _moved(counts: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    old = counts.get("replicas", 0) - counts.get("updatedReplicas", 0)
    old_before = before.get("replicas", 0) - before.get("updatedReplicas", 0)
    words = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old < old_before or any(counts.get(word, 0) > before.get(word, 0) for word in words)


def _progressing(deployment: Object, counts: Mapping[str, Any], new: Object | None, now: float) -> Condition | None:
    before = condition(deployment, "Progressing")
    if deployment["spec"].get("paused"):
        return _paused(before, now)
    words = _words(deployment, counts, new, before, now)
    if words is None:
        return dict(before) if before is not None else None
    return _condition(before, *words, now) | {"type": "Progressing"}


def _paused(before: Mapping[str, Any] | None, now: float) -> Condition:
    if before is not None and before["reason"] == "DeploymentPaused":
        return dict(before)
    return _condition(before, "Unknown", "DeploymentPaused", "Deployment is paused", now) | {"type": "Progressing"}


def _words(
    deployment: Object, counts: Mapping[str, Any], new: Object | None, before: Mapping[str, Any] | None, now: float
) -> tuple[str, str, str] | None:
    """Say what the condition becomes; None when it stays as it is."""
    if before is not None and before["reason"] == "DeploymentPaused":
        return "Unknown", "DeploymentResumed", "Deployment is resumed"
    if new is None:
        return None
    quoted = f'ReplicaSet "{name_of(new)}"'
    current = before is not None and quoted in before["message"]
    if before is None or (not current and before["reason"] in {"NewReplicaSetAvailable", "ProgressDeadlineExceeded"}):
        found = "deployment.kubernetes.io/revision-history" in annotations_of(new)
        word, reason = ("Found", "FoundNewReplicaSet") if found else ("Created", "NewReplicaSetCreated")
        return "True", reason, f'{word} new replica set "{name_of(new)}"'
    done = before["reason"] == "NewReplicaSetAvailable" and current
    if done and counts.get("replicas", 0) == counts.get("updatedReplicas", 0):
        return None
    if is_complete(deployment, counts):
        return "True", "NewReplicaSetAvailable", f"{quoted} has successfully progressed."
    if _moved(counts, deployment.get("status", {})):
        return "True", "ReplicaSetUpdated", f"{quoted} is progressing."
    deadline = deployment["spec"].get("progressDeadlineSeconds", 600)
    late = now - moment_of(before["lastUpdateTime"]) > deadline
    if late and not done and before["reason"] != "ProgressDeadlineExceeded":
        return "False", "ProgressDeadlineExceeded", f"{quoted} has timed out progressing."
    return None
