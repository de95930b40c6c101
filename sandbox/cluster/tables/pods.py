"""How a Pod is printed: its STATUS and RESTARTS follow printPod of kubernetes/pkg/printers/internalversion."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cluster.ages import age_of, human
from sandbox.cluster.clock import moment_of
from sandbox.cluster.objects import condition, is_going, name_of

Statuses = Iterable[Mapping[str, Any]]


def pod(thing: Mapping[str, Any], now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    ready, total = readiness(thing)
    gates = spec.get("readinessGates") or []
    passed = sum((condition(thing, gate["conditionType"]) or {}).get("status") == "True" for gate in gates)
    words = ((status, "podIP"), (spec, "nodeName"), (status, "nominatedNodeName"))
    wide = [*(found.get(word) or "<none>" for found, word in words), f"{passed}/{len(gates)}" if gates else "<none>"]
    return [name_of(thing), f"{ready}/{total}", word(thing), restarts(thing, now), age_of(thing, now), *wide]


def _sidecars(thing: Mapping[str, Any]) -> set[str]:
    found = thing["spec"].get("initContainers") or []
    return {container["name"] for container in found if container.get("restartPolicy") == "Always"}


def _statuses(thing: Mapping[str, Any], word: str) -> list[Mapping[str, Any]]:
    return thing.get("status", {}).get(word) or []


def _counted(thing: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the statuses that count: containers and sidecars; all init containers while they run."""
    sidecars, inits = _sidecars(thing), _statuses(thing, "initContainerStatuses")
    if _initialising(thing):
        return inits
    return [one for one in inits if one["name"] in sidecars] + _statuses(thing, "containerStatuses")


def readiness(thing: Mapping[str, Any]) -> tuple[int, int]:
    total = len(thing["spec"]["containers"]) + len(_sidecars(thing))
    sidecars = [one for one in _statuses(thing, "initContainerStatuses") if one["name"] in _sidecars(thing)]
    running = _statuses(thing, "containerStatuses") if not _initialising(thing) else []
    ready = sum(bool(one.get("ready")) and "running" in one.get("state", {}) for one in running)
    return ready + sum(bool(one.get("ready")) and bool(one.get("started")) for one in sidecars), total


def restarts(thing: Mapping[str, Any], now: float) -> str:
    """Count restarts, and say how long ago the last one was."""
    counted = _counted(thing)
    count = sum(one.get("restartCount", 0) for one in counted)
    ends = [(one.get("lastState", {}).get("terminated") or {}).get("finishedAt") for one in counted]
    last = max((moment_of(end) for end in ends if end), default=None)
    return f"{count} ({human(now - last)} ago)" if count and last is not None else str(count)


def _initialising(thing: Mapping[str, Any]) -> bool:
    return _init_word(thing) is not None


def _init_word(thing: Mapping[str, Any]) -> str | None:
    """Say `Init:…` while an init container is not done; None when all are."""
    sidecars, inits = _sidecars(thing), _statuses(thing, "initContainerStatuses")
    for index, one in enumerate(inits):
        state = one.get("state", {})
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if (ended and ended.get("exitCode") == 0) or (one["name"] in sidecars and one.get("started")):
            continue
        if ended:
            return f"Init:{_ending(ended)}"
        if waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(thing['spec']['initContainers'])}"
    return None


def _ending(ended: Mapping[str, Any]) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def word(thing: Mapping[str, Any]) -> str:
    """Say the STATUS of a pod in one word."""
    status = thing.get("status", {})
    phase = status.get("phase", "")
    reason = status.get("reason") or phase
    scheduled = condition(thing, "PodScheduled")
    if scheduled and scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    reason = _init_word(thing) or _container_word(thing, reason)
    if is_going(thing):
        if status.get("reason") == "NodeLost":
            return "Unknown"
        return reason if phase in {"Succeeded", "Failed"} else "Terminating"
    return reason


def _container_word(thing: Mapping[str, Any], reason: str) -> str:
    running = False
    for one in reversed(_statuses(thing, "containerStatuses")):
        state = one.get("state", {})
        if (state.get("waiting") or {}).get("reason"):
            reason = state["waiting"]["reason"]
        elif state.get("terminated"):
            reason = _ending(state["terminated"])
        elif one.get("ready") and "running" in state:
            running = True
    if reason == "Completed" and running:
        found = condition(thing, "Ready")
        return "Running" if found and found["status"] == "True" else "NotReady"
    return reason
