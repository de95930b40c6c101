"""What pods are like: their containers, whether they are ready, which of them kubectl picks."""

from functools import cmp_to_key, partial
from typing import Any

from runbooks.kubectl.times import parsed

Pod = dict[str, Any]
PHASES = {"Running": 0, "Unknown": 1, "Pending": 2}


def name_of(one: dict[str, Any]) -> str:
    return str((one.get("metadata") or {}).get("name", ""))


def containers(pod: Pod) -> list[str]:
    return [one["name"] for one in (pod.get("spec") or {}).get("containers") or []]


def init_containers(pod: Pod) -> list[str]:
    return [one["name"] for one in (pod.get("spec") or {}).get("initContainers") or []]


def ephemeral_containers(pod: Pod) -> list[str]:
    return [one["name"] for one in (pod.get("spec") or {}).get("ephemeralContainers") or []]


def container_list(pod: Pod) -> str:
    """All containers as kubectl lists them: `app, setup (init)`."""
    named = [*containers(pod), *(f"{name} (init)" for name in init_containers(pod))]
    return ", ".join([*named, *(f"{name} (ephem)" for name in ephemeral_containers(pod))])


def statuses(pod: Pod) -> list[dict[str, Any]]:
    return list((pod.get("status") or {}).get("containerStatuses") or [])


def restarts(pod: Pod) -> int:
    return max((one.get("restartCount", 0) for one in statuses(pod)), default=0)


def ready_since(pod: Pod) -> float | None:
    """When it became ready; None while it is not."""
    for one in (pod.get("status") or {}).get("conditions") or []:
        if one.get("type") == "Ready" and one.get("status") == "True":
            at = parsed(one.get("lastTransitionTime"))
            return at.timestamp() if at else 0.0
    return None


def trouble(pod: Pod) -> str:
    """Why a container of it is not running, such as CrashLoopBackOff; empty when nothing is wrong."""
    for one in statuses(pod):
        waiting = (one.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") and waiting["reason"] not in {"ContainerCreating", "PodInitializing"}:
            return str(waiting["reason"])
        ended = (one.get("state") or {}).get("terminated") or {}
        if ended and ended.get("reason") != "Completed":
            return str(ended.get("reason") or "Error")
    return ""


def logging_order(pods: list[Pod]) -> list[Pod]:
    """The healthiest first: kubectl's ByLogging (k8s.io/kubectl/pkg/util/podutils)."""
    return sorted(pods, key=cmp_to_key(partial(_before, -1)))


def running_order(pods: list[Pod]) -> list[Pod]:
    """The pod that `exec` picks first: kubectl's ActivePods, reversed; of equal ones, that which restarted least."""
    return sorted(pods, key=cmp_to_key(partial(_before, 1)))


def _before(restarted: int, one: Pod, two: Pod) -> int:
    pairs = [
        (not _node(one), not _node(two)),
        (_phase(one), _phase(two)),
        (ready_since(one) is None, ready_since(two) is None),
        (ready_since(one) or 0.0, ready_since(two) or 0.0),
        (restarted * restarts(one), restarted * restarts(two)),
        (_created(one), _created(two)),
    ]
    return next((-1 if left < right else 1 for left, right in pairs if left != right), 0)


def _node(pod: Pod) -> str:
    return (pod.get("spec") or {}).get("nodeName") or ""


def _phase(pod: Pod) -> int:
    return PHASES.get((pod.get("status") or {}).get("phase", ""), 0)


def _created(pod: Pod) -> float:
    at = parsed((pod.get("metadata") or {}).get("creationTimestamp"))
    return at.timestamp() if at else float("inf")
