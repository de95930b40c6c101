"""The last rollout of a workload, read from its ReplicaSets: when it was, and what it changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runbooks.finding import Around, Finding, Remedy
from runbooks.pods import moment

RECENT = timedelta(hours=2)
_REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_CAUSE = "kubernetes.io/change-cause"
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True)
class Rollout:
    """One rollout; `change` is its change-cause and what differs: images, variables, resources."""

    workload: str
    revision: int
    at: datetime
    change: str = ""
    back: bool = False
    """Whether it went back to what an earlier revision ran."""
    before: int = 0
    """The revision before it, to which one rolls back."""


def recent(objects: Iterable[Mapping[str, Any]], around: Around) -> Iterator[Finding]:
    """Find what was rolled out shortly before the incident; what came after its start is somebody's mending."""
    for rollout in rollouts(objects):
        since = around.start or around.now
        if rollout.at > around.now or since - rollout.at > RECENT:
            continue
        what = f" ({rollout.change})" if rollout.change else ""
        done = "rolled back" if rollout.back else "rolled out"
        said = f"{rollout.workload} was {done} {around.when(rollout.at)}: revision {rollout.revision}{what}"
        if rollout.back or rollout.at > since:
            yield Finding("ok", rollout.workload, said, recent=True)
            continue
        undo = Remedy("undo", rollout.workload, {"revision": rollout.before} if rollout.before else {})
        yield Finding("warning", rollout.workload, said, recent=True, remedies=(undo,))


def rollouts(objects: Iterable[Mapping[str, Any]]) -> list[Rollout]:
    """Return the newest rollout of each workload."""
    known = list(objects)
    owners = dict.fromkeys(_workload(one) for one in known if one.get("kind") == "ReplicaSet" and _revision(one))
    found = (latest(_of(known, owner)) for owner in owners)
    return [one for one in found if one is not None]


def _of(objects: Sequence[Mapping[str, Any]], owner: str) -> list[Mapping[str, Any]]:
    return [
        one
        for one in objects
        if (_workload(one) if one.get("kind") == "ReplicaSet" else (one.get("metadata") or {}).get("name", owner))
        == owner
    ]


def latest(objects: Iterable[Mapping[str, Any]]) -> Rollout | None:
    """Return the newest rollout among raw objects of `kubectl rollout history`, or None where none is seen."""
    known = list(objects)
    history = sorted(
        (one for one in known if one.get("kind") == "ReplicaSet" and _revision(one)), key=_revision, reverse=True
    )
    if not history:
        return None
    newest, before = history[0], history[1] if len(history) > 1 else None
    at = _moment_of(newest, known)
    if at is None or (before is None and not _annotations(newest).get(_HISTORY)):
        return None
    back = bool(_annotations(newest).get(_HISTORY))
    previous = _revision(before) if before else 0
    return Rollout(_workload(newest), _revision(newest), at, _change(newest, before), back, previous)


def _moment_of(newest: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When it was: a ReplicaSet that was rolled back to is older than that, so the Deployment's progress counts."""
    created = moment((newest.get("metadata") or {}).get("creationTimestamp"))
    if not _annotations(newest).get(_HISTORY):
        return created
    deployment = next((one for one in objects if one.get("kind") == "Deployment"), None)
    conditions = ((deployment or {}).get("status") or {}).get("conditions") or []
    progress: dict[str, Any] = next((one for one in conditions if one.get("type") == "Progressing"), {})
    return moment(progress.get("lastUpdateTime")) or created


def _change(newest: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    cause = str(_annotations(newest).get(_CAUSE) or "")
    if before and cause == _annotations(before).get(_CAUSE):
        cause = ""  # kept from the revision before: it says nothing of this one
    old, new = _images(before) if before else {}, _images(newest)
    images = [_moved(old[name], image) for name, image in new.items() if old.get(name, image) != image]
    settings = _settings(before, newest) if before else []
    restart = not images and not settings and before is not None and _restarted(before) != _restarted(newest)
    return "; ".join(filter(None, [cause, *images, *settings, "a restart" if restart else ""]))


def _restarted(replica_set: Mapping[str, Any]) -> str:
    annotations = (_template(replica_set).get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(_RESTARTED) or "")


def _settings(before: Mapping[str, Any], newest: Mapping[str, Any]) -> list[str]:
    """Name what else differs: variables by name, never by value, and resources."""
    old, new = _containers(before), _containers(newest)
    changed = sorted({name for one in new for name in _different(old.get(one, {}), new[one])})
    resources = any(old.get(one, {}).get("resources") != new[one].get("resources") for one in new if one in old)
    named = [f"{', '.join(changed[:3])}{' …' if len(changed) > len(changed[:3]) else ''} changed"] if changed else []
    return [*named, *(["resources changed"] if resources else [])]


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    were = {str(one.get("name")): one for one in old.get("env") or []}
    are = {str(one.get("name")): one for one in new.get("env") or []}
    return {name for name in were.keys() | are.keys() if were.get(name) != are.get(name)}


def _containers(replica_set: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = (_template(replica_set).get("spec") or {}).get("containers") or []
    return {str(one.get("name")): one for one in found}


def _moved(old: str, new: str) -> str:
    """Write `inferadb:1.4.2 → 1.5.0`; the whole names where more than the tag differs."""
    (old_name, _, _), (new_name, _, tag) = old.rpartition(":"), new.rpartition(":")
    same = bool(old_name) and old_name == new_name and "/" not in tag
    return f"{old.rpartition('/')[2]} → {tag}" if same else f"{old} → {new}"


def _images(replica_set: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(one.get("image")) for name, one in _containers(replica_set).items()}


def _template(replica_set: Mapping[str, Any]) -> dict[str, Any]:
    return (replica_set.get("spec") or {}).get("template") or {}


def _annotations(one: Mapping[str, Any]) -> dict[str, Any]:
    return (one.get("metadata") or {}).get("annotations") or {}


def _revision(one: Mapping[str, Any]) -> int:
    text = str(_annotations(one).get(_REVISION) or "0")
    return int(text) if text.isdigit() else 0


def _workload(replica_set: Mapping[str, Any]) -> str:
    metadata = replica_set.get("metadata") or {}
    owner: dict[str, Any] = next((one for one in metadata.get("ownerReferences") or [] if one.get("controller")), {})
    return str(owner.get("name") or metadata.get("name", ""))
