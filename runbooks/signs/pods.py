"""What the API server reports of pods and their containers, as records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_PUT_OUT = {
    "Evicted", "Preempting", "NodeShutdown", "Shutdown", "Terminated", "NodeLost", "NodeAffinity", "OutOfcpu",
    "OutOfmemory", "OutOfpods", "UnexpectedAdmissionError",
}  # fmt: skip
"""Why a node ends a pod, or does not take it (kubelet's eviction, shutdown and admission)."""


@dataclass(frozen=True)
class Container:
    """A container as its pod reports it; `said` is what it left behind when it ended."""

    name: str
    ready: bool
    restarts: int
    running: bool = False
    waiting: str = ""
    message: str = ""
    ended: str = ""
    exit_code: int | None = None
    ended_at: datetime | None = None
    said: str = ""


@dataclass(frozen=True)
class Pod:
    """A pod as the API server reports it; `limits` are the memory limits of its containers by name."""

    name: str
    namespace: str
    phase: str
    reason: str
    message: str
    created: datetime | None
    containers: tuple[Container, ...]
    deleting: bool = False
    silent: bool = False
    """Whether its node no longer vouches for it: its containers then still call themselves ready."""
    unschedulable: str = ""
    gated: bool = False
    """Whether the scheduler was told to leave it alone for now."""
    node: str = ""
    job: str = ""
    """The Job it belongs to."""
    limits: Mapping[str, str] = field(default_factory=dict)
    changed: datetime | None = None
    """When one of its conditions last changed, or else the pod itself."""

    @property
    def ready(self) -> bool:
        """Whether every container is."""
        return bool(self.containers) and not self.silent and all(one.ready for one in self.containers)

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not: nothing starts it again, and what it did is somebody else's by now."""
        return self.phase in {"Succeeded", "Failed"}

    @property
    def evicted(self) -> bool:
        """Whether its node has put it out."""
        return self.phase == "Failed" and self.reason in _PUT_OUT


def seen(objects: Iterable[Mapping[str, Any]]) -> list[Pod]:
    """Return the pods among raw objects, as far as they say how they are."""
    return [
        _pod(one) for one in of_kinds(objects, "Pod") if one.get("status") and "containers" in (one.get("spec") or {})
    ]


def of_kinds(objects: Iterable[Mapping[str, Any]], *kinds: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of Kubernetes' own kinds: a `Node` of another group is something else."""
    for one in objects:
        group = str(one.get("apiVersion") or "v1").rpartition("/")[0]
        own = group in _GROUPS or group.endswith(".k8s.io")
        if own and one.get("kind") in kinds:
            yield one


_GROUPS = {"", "apps", "autoscaling", "batch", "policy", "extensions"}


def each_container(pods: Sequence[Pod]) -> Iterator[tuple[Pod, Container]]:
    """Yield every container that is still somebody's concern, with its pod; one that is being deleted ends anyhow."""
    return ((pod, one) for pod in pods if not pod.deleting for one in pod.containers)


def moment(text: object) -> datetime | None:
    """Read the API server's time."""
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def _pod(raw: Mapping[str, Any]) -> Pod:
    metadata, spec, status = raw.get("metadata") or {}, raw.get("spec") or {}, raw.get("status") or {}
    conditions = {one.get("type"): one for one in status.get("conditions") or []}
    scheduled = conditions.get("PodScheduled") or {}
    return Pod(
        name=str(metadata.get("name", "")),
        namespace=str(metadata.get("namespace", "")),
        phase=str(status.get("phase", "")),
        reason=str(status.get("reason") or ""),
        message=str(status.get("message") or ""),
        created=moment(metadata.get("creationTimestamp")),
        containers=tuple(_container(one) for one in _statuses(status)),
        deleting=bool(metadata.get("deletionTimestamp")),
        silent=(conditions.get("Ready") or {}).get("status") in {"False", "Unknown"},
        unschedulable=str(scheduled.get("message") or "") if scheduled.get("reason") == "Unschedulable" else "",
        gated=scheduled.get("reason") == "SchedulingGated",
        node=str(spec.get("nodeName") or ""),
        limits=_limits(spec),
        job=next(
            (str(one.get("name")) for one in metadata.get("ownerReferences") or [] if one.get("kind") == "Job"), ""
        ),
        changed=_changed(metadata, conditions.values(), status.get("startTime")),
    )


def _changed(metadata: Mapping[str, Any], conditions: Iterable[Mapping[str, Any]], started: Any) -> datetime | None:
    """Say when it last changed: older kubelets leave an evicted pod no conditions, but who wrote it, and when."""
    for times in (
        [moment(one.get("lastTransitionTime")) for one in conditions],
        [moment(one.get("time")) for one in metadata.get("managedFields") or []],
        [moment(started), moment(metadata.get("creationTimestamp"))],
    ):
        if known := [one for one in times if one]:
            return max(known)
    return None


def _statuses(status: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the containers' statuses, those of init containers only while they keep the pod from starting."""
    stuck = [one for one in status.get("initContainerStatuses") or [] if not one.get("ready")]
    return [*stuck, *(status.get("containerStatuses") or [])]


def _limits(spec: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for one in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        limit = ((one.get("resources") or {}).get("limits") or {}).get("memory")
        if limit:
            found[str(one.get("name"))] = str(limit)
    return found


def _container(raw: Mapping[str, Any]) -> Container:
    state, last = raw.get("state") or {}, raw.get("lastState") or {}
    waiting = state.get("waiting") or {}
    ended = state.get("terminated") or last.get("terminated") or {}
    return Container(
        name=str(raw.get("name", "")),
        ready=bool(raw.get("ready")),
        restarts=int(raw.get("restartCount") or 0),
        running=bool(state.get("running")),
        waiting=str(waiting.get("reason") or ""),
        message=str(waiting.get("message") or ""),
        ended=str(ended.get("reason") or ""),
        exit_code=ended.get("exitCode"),
        ended_at=moment(ended.get("finishedAt")),
        said=str(ended.get("message") or ""),
    )
