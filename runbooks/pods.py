"""What is wrong with pods, seen in their own status; and what logs complain of most."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from runbooks.durations import spelled

CRASHED = {"CrashLoopBackOff", "Error", "RunContainerError", "StartError", "ContainerCannotRun"}
NO_IMAGE = {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}
LATELY = timedelta(minutes=30)
YOUNG = timedelta(seconds=60)
_MANY_RESTARTS = 3
_VARYING = re.compile(r"\b[0-9a-f]{8,}\b|\b\d[\d.:TZ+-]*\d\b|\b\d+\b|\b0x[0-9a-f]+\b", re.IGNORECASE)
_ERRORS = re.compile(r"error|fatal|panic|exception|critical", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:\[pod/\S+\]\s*)?[\d\-T:.,Z+ ]*")


@dataclass(frozen=True)
class Container:
    """A container as its pod reports it."""

    name: str
    ready: bool
    restarts: int
    waiting: str = ""
    message: str = ""
    ended: str = ""
    exit_code: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Pod:
    """A pod as the API server reports it."""

    name: str
    phase: str
    reason: str
    created: datetime | None
    containers: tuple[Container, ...]
    deleting: bool = False
    unschedulable: str = ""

    @property
    def ready(self) -> bool:
        """Whether every container is."""
        return bool(self.containers) and all(one.ready for one in self.containers)

    @property
    def done(self) -> bool:
        """Whether it has ended as it should."""
        return self.phase == "Succeeded"


@dataclass(frozen=True)
class Trouble:
    """Something wrong, and which mitigations people try then."""

    level: Literal["warning", "bad"]
    object: str
    text: str
    mitigations: tuple[str, ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)


def seen(objects: Iterable[Mapping[str, Any]]) -> list[Pod]:
    """Return the pods among raw objects."""
    return [
        _pod(one) for one in objects if one.get("kind") in {"Pod", None} and "containers" in (one.get("spec") or {})
    ]


def _pod(raw: Mapping[str, Any]) -> Pod:
    metadata, status = raw.get("metadata") or {}, raw.get("status") or {}
    conditions = {one.get("type"): one for one in status.get("conditions") or []}
    scheduled = conditions.get("PodScheduled") or {}
    return Pod(
        name=str(metadata.get("name", "")),
        phase=str(status.get("phase", "")),
        reason=str(status.get("reason") or ""),
        created=moment(metadata.get("creationTimestamp")),
        containers=tuple(_container(one) for one in status.get("containerStatuses") or []),
        deleting=bool(metadata.get("deletionTimestamp")),
        unschedulable=str(scheduled.get("message") or "") if scheduled.get("reason") == "Unschedulable" else "",
    )


def _container(raw: Mapping[str, Any]) -> Container:
    state, last = raw.get("state") or {}, raw.get("lastState") or {}
    waiting = state.get("waiting") or {}
    ended = state.get("terminated") or last.get("terminated") or {}
    return Container(
        name=str(raw.get("name", "")),
        ready=bool(raw.get("ready")),
        restarts=int(raw.get("restartCount") or 0),
        waiting=str(waiting.get("reason") or ""),
        message=str(waiting.get("message") or ""),
        ended=str(ended.get("reason") or ""),
        exit_code=ended.get("exitCode"),
        ended_at=moment(ended.get("finishedAt")),
    )


def moment(text: object) -> datetime | None:
    """Read the API server's time."""
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def crash_looping(pods: Sequence[Pod], now: datetime) -> Iterator[Trouble]:
    """Find pods whose containers start and die again and again."""
    for pod, one in _containers(pods):
        if one.waiting == "CrashLoopBackOff" or (one.ended in CRASHED and not one.ready and one.restarts > 0):
            died = f", last with exit code {one.exit_code}" if one.exit_code is not None else ""
            why = " (killed for memory)" if one.ended == "OOMKilled" else ""
            said = f"{pod.name} crash-loops: {_times(one.restarts)}{died}{why}"
            yield Trouble("bad", pod.name, said, ("rollback", "restart"))


def oom_killed(pods: Sequence[Pod], now: datetime) -> Iterator[Trouble]:
    """Find containers that were killed because they used more memory than they may."""
    for pod, one in _containers(pods):
        if one.ended == "OOMKilled":
            recent = one.ended_at is None or now - one.ended_at <= LATELY
            level: Literal["warning", "bad"] = "bad" if recent or not one.ready else "warning"
            when = f" {_ago(one.ended_at, now)} ago" if one.ended_at else ""
            yield Trouble(level, pod.name, f"{pod.name} was killed for memory{when}", ("scale-up", "restart"))


def image_pull(pods: Sequence[Pod], now: datetime) -> Iterator[Trouble]:
    """Find pods whose image cannot be fetched."""
    for pod, one in _containers(pods):
        if one.waiting in NO_IMAGE:
            detail = f": {one.message[:150]}" if one.message else ""
            yield Trouble("bad", pod.name, f"{pod.name} cannot fetch its image ({one.waiting}){detail}", ("rollback",))


def not_ready(pods: Sequence[Pod], now: datetime) -> Iterator[Trouble]:
    """Find pods that should serve and do not, as one finding."""
    waiting = [pod for pod in pods if not (pod.ready or pod.done or pod.deleting)]
    stuck = [pod for pod in waiting if pod.created is None or now - pod.created > YOUNG or _broken(pod)]
    if stuck:
        names = ", ".join(pod.name for pod in stuck[:3]) + (" …" if len(stuck) > len(stuck[:3]) else "")
        serving = [pod for pod in pods if not (pod.done or pod.deleting)]
        half = len(stuck) * 2 >= len(serving)
        said = f"{len(stuck)} of {len(serving)} pods are not ready ({names})"
        yield Trouble("bad" if half else "warning", names, said)
    for pod in waiting:
        if pod.unschedulable:
            yield Trouble("bad", pod.name, f"{pod.name} finds no node: {pod.unschedulable[:150]}")


def restarts(pods: Sequence[Pod], now: datetime) -> Iterator[Trouble]:
    """Find containers that run now, and restarted lately or often."""
    for pod, one in _containers(pods):
        if one.waiting or not one.restarts:
            continue
        if one.ended_at is not None and now - one.ended_at <= LATELY:
            said = f"{pod.name} restarted {_ago(one.ended_at, now)} ago ({_times(one.restarts)} so far)"
            yield Trouble("warning", pod.name, said)
        elif one.ended_at is None and one.restarts >= _MANY_RESTARTS:
            yield Trouble("warning", pod.name, f"{pod.name} has restarted {_times(one.restarts)}")


FINDERS: dict[str, Callable[[Sequence[Pod], datetime], Iterator[Trouble]]] = {
    "crash-looping": crash_looping,
    "not-ready": not_ready,
    "oom-killed": oom_killed,
    "image-pull": image_pull,
    "restarts": restarts,
}


def error_lines(text: str) -> list[tuple[str, int]]:
    """Count lines that look like errors; those that differ in numbers alone are the same. The most frequent first."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for line in text.splitlines():
        if _ERRORS.search(line):
            said = _PREFIX.sub("", line).strip()
            same = _VARYING.sub("#", said)
            first.setdefault(same, said[:160])
            counts[same] += 1
    return [(first[same], count) for same, count in counts.most_common()]


def _containers(pods: Sequence[Pod]) -> Iterator[tuple[Pod, Container]]:
    return ((pod, one) for pod in pods for one in pod.containers)


def _broken(pod: Pod) -> bool:
    return any(one.waiting in CRASHED | NO_IMAGE or one.restarts for one in pod.containers) or pod.phase == "Failed"


def _ago(then: datetime, now: datetime) -> str:
    seconds = max(int((now - then).total_seconds()), 0)
    return spelled(timedelta(seconds=seconds if seconds < 120 else seconds - seconds % 60))


def _times(count: int) -> str:
    return f"{count} restart{'' if count == 1 else 's'}"
