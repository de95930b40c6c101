"""What is wrong with workloads and what bounds them: pods missing, paused, autoscaler, quota, claims."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from runbooks.signs.finding import Around, Finding, Level, Remedy
from runbooks.signs.memory import bytes_of
from runbooks.signs.pods import moment, of_kinds

_MEASURED = re.compile(r"(?:^|\.)(?:cpu|memory|storage|ephemeral-storage|pods)$")
"""What a workload needs more of to grow."""
Object = Mapping[str, Any]
Finder = Callable[[Iterable[Object], Around], Iterator[Finding]]
_NEARLY = 0.9
_MOVING = timedelta(minutes=2)
"""A rollout that has got on within that time is going well: some pods are always missing meanwhile."""
_BINDING = timedelta(minutes=1)
_BLIND = timedelta(minutes=5)


def replicas_missing(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find workloads with fewer pods ready than wanted, and rollouts that do not get on."""
    for one in of_kinds(objects, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        name, status = _name(one), one.get("status") or {}
        if not status:
            continue
        progress = _condition(one, "Progressing")
        if progress.get("status") == "False":
            said = f"{name}'s rollout does not get on: {progress.get('message') or progress.get('reason')}"
            yield Finding("bad", name, said, remedies=(Remedy("undo", name),))
        ready, wanted = ready_of(one)
        if ready < wanted and not (one.get("kind") == "ReplicaSet" and _owner(one)) and not _moves(one, around):
            level: Level = "bad" if ready * 2 <= wanted else "warning"
            yield Finding(level, name, f"{name} has {ready} of {wanted} pods ready")
        if wanted == 0 and one.get("kind") in {"Deployment", "StatefulSet"} and _serves(one, around):
            yield Finding("bad", name, f"{name} is scaled to 0: nothing serves", remedies=(Remedy("scale", name),))


def ready_of(one: Object) -> tuple[int, int]:
    """Return how many of a workload's pods are ready, and how many it shall have."""
    status = one.get("status") or {}
    wanted = int((one.get("spec") or {}).get("replicas", status.get("desiredNumberScheduled", 0)) or 0)
    return int(status.get("readyReplicas", status.get("numberReady", 0)) or 0), wanted


def _moves(one: Object, around: Around) -> bool:
    """Whether enough pods serve, and its rollout has just got on."""
    progress = _condition(one, "Progressing")
    at = moment(progress.get("lastUpdateTime"))
    available = _condition(one, "Available").get("status") == "True" and progress.get("status") == "True"
    return available and at is not None and around.lately(at, _MOVING)


def paused(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find rollouts that somebody has paused: changes to them wait."""
    for one in of_kinds(objects, "Deployment"):
        if (one.get("spec") or {}).get("paused"):
            said = f"{_name(one)}'s rollout is paused: no change takes effect before it is resumed"
            yield Finding("warning", _name(one), said, remedies=(Remedy("resume", _name(one)),))


def at_limit(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find autoscalers that want more pods than they may have, or do not know how much there is to do."""
    for one in of_kinds(objects, "HorizontalPodAutoscaler"):
        spec, status = one.get("spec") or {}, one.get("status") or {}
        most, now = int(spec.get("maxReplicas") or 0), int(status.get("currentReplicas") or 0)
        limited = _condition(one, "ScalingLimited")
        if most and now >= most and limited.get("status") == "True" and limited.get("reason") == "TooManyReplicas":
            target = str((spec.get("scaleTargetRef") or {}).get("name") or _name(one))
            said = f"Autoscaler {_name(one)} is at its limit of {most} pods"
            yield Finding(
                "warning", _name(one), said, remedies=(Remedy("raise-limit", target, {"replicas": most * 2}),)
            )

        yield from _blind(one, around)


def _blind(one: Object, around: Around) -> Iterator[Finding]:
    """An autoscaler without metrics leaves everything as it is; in its first minutes it never has any."""
    active = _condition(one, "ScalingActive")
    if active.get("status") != "False" or active.get("reason") == "ScalingDisabled":
        return
    since = moment(active.get("lastTransitionTime"))
    if since is None or around.now - since > _BLIND:
        why = active.get("message") or active.get("reason") or "no reason is given"
        yield Finding("warning", _name(one), f"Autoscaler {_name(one)} scales nothing: {str(why)[:150]}")


def quota(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find quotas that are used up, or nearly; of things that are counted one by one, every one may be in use."""
    for one in of_kinds(objects, "ResourceQuota"):
        status = one.get("status") or {}
        hard, used = status.get("hard") or {}, status.get("used") or {}
        for what, limit in hard.items():
            most, now = _amount(str(limit)), _amount(str(used.get(what, "0")))
            if most and now >= (most * _NEARLY if _MEASURED.search(what) else most):
                full = "used up" if now >= most else "nearly used up"
                said = f"Quota {_name(one)}: {what} is {full} ({used.get(what)} of {limit})"
                yield Finding("bad" if now >= most and _MEASURED.search(what) else "warning", _name(one), said)


def claim_pending(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find volume claims that have lost their volume, or are not bound after a while: some wait for their first pod."""
    for one in of_kinds(objects, "PersistentVolumeClaim"):
        phase, metadata = (one.get("status") or {}).get("phase"), one.get("metadata") or {}
        created = moment(metadata.get("creationTimestamp"))
        if phase == "Lost":
            yield Finding("bad", _name(one), f"Volume claim {_name(one)} has lost its volume")
        elif phase == "Pending" and (created is None or around.now - created > _BINDING):
            chosen = "volume.kubernetes.io/selected-node" in (metadata.get("annotations") or {})
            said = f"Volume claim {_name(one)} is pending, not bound"
            yield Finding("bad" if chosen else "warning", _name(one), said + _unused(chosen))


def _unused(chosen: bool) -> str:
    return "" if chosen else "; if a pod wants it, see its events"


def _serves(one: Object, around: Around) -> bool:
    """Whether it is the service's own workload, which is not scaled to nothing on a good day."""
    target = around.runbook.kubernetes if around.runbook else None
    return bool(target and target.workload.rpartition("/")[2] == _name(one))


def _amount(text: str) -> float:
    if text.endswith("m"):
        return float(text[:-1]) / 1000
    return bytes_of(text) or 0.0


def _name(one: Object) -> str:
    return str((one.get("metadata") or {}).get("name", ""))


def _owner(one: Object) -> bool:
    return bool((one.get("metadata") or {}).get("ownerReferences"))


def _condition(one: Object, kind: str) -> Mapping[str, Any]:
    found = (one.get("status") or {}).get("conditions") or []
    return next((each for each in found if each.get("type") == kind), {})


FINDERS: dict[str, Finder] = {
    "replicas-missing": replicas_missing,
    "paused": paused,
    "autoscaler-at-limit": at_limit,
    "quota": quota,
    "claim-pending": claim_pending,
}
