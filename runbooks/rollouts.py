"""The last rollout of a workload, read from its ReplicaSets: when it was, and what it changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runbooks.pods import moment

RECENT = timedelta(hours=2)
_REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_CAUSE = "kubernetes.io/change-cause"
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True)
class Rollout:
    """One rollout; `change` is its change-cause and the images that differ."""

    workload: str
    revision: int
    at: datetime
    change: str = ""
    back: bool = False
    """Whether it went back to what an earlier revision ran."""


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
    return Rollout(_workload(newest), _revision(newest), at, _change(newest, before), back)


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
    old, new = _images(before) if before else {}, _images(newest)
    images = [_moved(old[name], image) for name, image in new.items() if old.get(name, image) != image]
    restarted = not images and _template(newest).get("metadata", {}).get("annotations", {}).get(_RESTARTED)
    return "; ".join(filter(None, [cause, *images, "a restart" if restarted and not cause else ""]))


def _moved(old: str, new: str) -> str:
    """Write `inferadb:1.4.2 → 1.5.0`; the whole names where more than the tag differs."""
    (old_name, _, _), (new_name, _, tag) = old.rpartition(":"), new.rpartition(":")
    same = bool(old_name) and old_name == new_name and "/" not in tag
    return f"{old.rpartition('/')[2]} → {tag}" if same else f"{old} → {new}"


def _images(replica_set: Mapping[str, Any]) -> dict[str, str]:
    containers = (_template(replica_set).get("spec") or {}).get("containers") or []
    return {str(one.get("name")): str(one.get("image")) for one in containers}


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
