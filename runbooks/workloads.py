"""What is wrong with workloads and what bounds them: pods missing, paused, autoscaler, quota, claims."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runbooks.finding import Around, Finding, Remedy
from runbooks.memory import bytes_of

Object = Mapping[str, Any]
Finder = Callable[[Iterable[Object], Around], Iterator[Finding]]
_NEARLY = 0.9


def replicas_missing(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find workloads with fewer pods ready than wanted, and rollouts that do not get on."""
    for one in _of(objects, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        name, status = _name(one), one.get("status") or {}
        progress = _condition(one, "Progressing")
        if progress.get("status") == "False":
            said = f"{name}'s rollout does not get on: {progress.get('message') or progress.get('reason')}"
            yield Finding("bad", name, said, remedies=(Remedy("undo", name),))
        wanted = int((one.get("spec") or {}).get("replicas", status.get("desiredNumberScheduled", 0)) or 0)
        ready = int(status.get("readyReplicas", status.get("numberReady", 0)) or 0)
        if ready < wanted and not (one.get("kind") == "ReplicaSet" and _owner(one)):
            level: Any = "bad" if ready * 2 <= wanted else "warning"
            yield Finding(level, name, f"{name} has {ready} of {wanted} pods ready")
        if wanted == 0 and one.get("kind") in {"Deployment", "StatefulSet"} and _serves(one, around):
            yield Finding("bad", name, f"{name} is scaled to 0: nothing serves", remedies=(Remedy("scale", name),))


def paused(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find rollouts that somebody has paused: changes to them wait."""
    for one in _of(objects, "Deployment"):
        if (one.get("spec") or {}).get("paused"):
            said = f"{_name(one)}'s rollout is paused: no change takes effect before it is resumed"
            yield Finding("warning", _name(one), said, remedies=(Remedy("resume", _name(one)),))


def at_limit(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find autoscalers that want more pods than they may have."""
    for one in _of(objects, "HorizontalPodAutoscaler"):
        spec, status = one.get("spec") or {}, one.get("status") or {}
        most, now = int(spec.get("maxReplicas") or 0), int(status.get("currentReplicas") or 0)
        limited = _condition(one, "ScalingLimited")
        if most and now >= most and (limited.get("status") == "True" or limited.get("reason") == "TooManyReplicas"):
            target = str((spec.get("scaleTargetRef") or {}).get("name") or _name(one))
            said = f"Autoscaler {_name(one)} is at its limit of {most} pods"
            yield Finding(
                "warning", _name(one), said, remedies=(Remedy("raise-limit", target, {"replicas": most * 2}),)
            )


def quota(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find quotas that are used up, or nearly."""
    for one in _of(objects, "ResourceQuota"):
        status = one.get("status") or {}
        hard, used = status.get("hard") or {}, status.get("used") or {}
        for what, limit in hard.items():
            most, now = _amount(str(limit)), _amount(str(used.get(what, "0")))
            if most and now >= most * _NEARLY:
                full = "used up" if now >= most else "nearly used up"
                said = f"Quota {_name(one)}: {what} is {full} ({used.get(what)} of {limit})"
                yield Finding("bad" if now >= most else "warning", _name(one), said)


def claim_pending(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find volume claims that are not bound."""
    for one in _of(objects, "PersistentVolumeClaim"):
        phase = (one.get("status") or {}).get("phase")
        if phase in {"Pending", "Lost"}:
            yield Finding("bad", _name(one), f"Volume claim {_name(one)} is {str(phase).lower()}, not bound")


def _serves(one: Object, around: Around) -> bool:
    """Whether it is the service's own workload, which is not scaled to nothing on a good day."""
    target = around.runbook.kubernetes if around.runbook else None
    return bool(target and target.workload.rpartition("/")[2] == _name(one))


def _amount(text: str) -> float:
    if text.endswith("m"):
        return float(text[:-1]) / 1000
    return bytes_of(text) or 0.0


def _of(objects: Iterable[Object], *kinds: str) -> Iterator[Object]:
    return (one for one in objects if one.get("kind") in kinds and "spec" in one)


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
