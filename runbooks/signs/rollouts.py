"""The last rollout of a workload, read from its ReplicaSets or ControllerRevisions: when it was, what it changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runbooks.signs.finding import Around, Finding, Remedy
from runbooks.signs.pods import moment, of_kinds

Object = Mapping[str, Any]
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


def recent(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
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


def rollouts(objects: Iterable[Object]) -> list[Rollout]:
    """Return the newest rollout of each workload."""
    known = list(objects)
    histories: dict[tuple[str, str, str], list[Object]] = {}
    for one in of_kinds(known, "ReplicaSet", "ControllerRevision"):
        if _revision(one):
            histories.setdefault(_owner(one), []).append(one)
    found = (_latest(history, known) for history in histories.values())
    return [one for one in found if one is not None]


def _latest(history: Sequence[Object], objects: Sequence[Object]) -> Rollout | None:
    """Return the newest of a workload's revisions, or None where it is the only one, or nobody knows when it was."""
    newest, before = (*sorted(history, key=_revision, reverse=True)[:2], None)[:2]
    if newest is None or (before is None and not _annotations(newest).get(_HISTORY)):
        return None
    back = _is_back(newest, before)
    at = _moment_back(newest, objects) if back else _created(newest)
    if at is None:
        return None
    previous = _revision(before) if before else 0
    return Rollout(_owner(newest)[2], _revision(newest), at, _change(newest, before), back, previous)


def _is_back(newest: Object, before: Object | None) -> bool:
    """Whether it runs again what an older revision ran; a ControllerRevision then only takes the next number."""
    if newest.get("kind") == "ReplicaSet":
        return bool(_annotations(newest).get(_HISTORY))
    made, made_before = _created(newest), _created(before) if before else None
    return made is not None and made_before is not None and made < made_before


def _moment_back(newest: Object, objects: Sequence[Object]) -> datetime | None:
    """Say when it was gone back to: a ReplicaSet is older than that, so the Deployment's progress counts."""
    if newest.get("kind") != "ReplicaSet":
        return None
    _, namespace, name = _owner(newest)
    mine = (one for one in of_kinds(objects, "Deployment") if _called(one) in {(namespace, name), ("", "")})
    conditions = ((next(mine, None) or {}).get("status") or {}).get("conditions") or []
    progress: Object = next((one for one in conditions if one.get("type") == "Progressing"), {})
    return moment(progress.get("lastUpdateTime")) or _created(newest)


def _created(one: Object) -> datetime | None:
    return moment((one.get("metadata") or {}).get("creationTimestamp"))


def _change(newest: Object, before: Object | None) -> str:
    cause = str(_annotations(newest).get(_CAUSE) or "")
    if before and cause == _annotations(before).get(_CAUSE):
        cause = ""  # kept from the revision before: it says nothing of this one
    old, new = _images(before) if before else {}, _images(newest)
    images = [_moved(old[name], image) for name, image in new.items() if old.get(name, image) != image]
    settings = _settings(before, newest) if before else []
    restart = not images and not settings and before is not None and _restarted(before) != _restarted(newest)
    return "; ".join(filter(None, [cause, *images, *settings, "a restart" if restart else ""]))


def _restarted(revision: Object) -> str:
    annotations = (_template(revision).get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(_RESTARTED) or "")


def _settings(before: Object, newest: Object) -> list[str]:
    """Name what else differs: variables by name, never by value, and resources."""
    old, new = _containers(before), _containers(newest)
    changed = sorted({name for one in new for name in _different(old.get(one, {}), new[one])})
    resources = any(old.get(one, {}).get("resources") != new[one].get("resources") for one in new if one in old)
    named = [f"{', '.join(changed[:3])}{' …' if len(changed) > len(changed[:3]) else ''} changed"] if changed else []
    return [*named, *(["resources changed"] if resources else [])]


def _different(old: Object, new: Object) -> set[str]:
    were = {str(one.get("name")): one for one in old.get("env") or []}
    are = {str(one.get("name")): one for one in new.get("env") or []}
    return {name for name in were.keys() | are.keys() if were.get(name) != are.get(name)}


def _containers(revision: Object) -> dict[str, Mapping[str, Any]]:
    found = (_template(revision).get("spec") or {}).get("containers") or []
    return {str(one.get("name")): one for one in found}


def _moved(old: str, new: str) -> str:
    """Write `inferadb:1.4.2 → 1.5.0`; the whole names where more than the tag differs."""
    (old_name, _, _), (new_name, _, tag) = old.rpartition(":"), new.rpartition(":")
    same = bool(old_name) and old_name == new_name and "/" not in tag
    return f"{old.rpartition('/')[2]} → {tag}" if same else f"{old} → {new}"


def _images(revision: Object) -> dict[str, str]:
    return {name: str(one.get("image")) for name, one in _containers(revision).items()}


def _template(revision: Object) -> dict[str, Any]:
    """Return what its pods are made of: a ControllerRevision keeps it as a patch of its workload."""
    holder = revision.get("data") if revision.get("kind") == "ControllerRevision" else revision
    return ((holder or {}).get("spec") or {}).get("template") or {}


def _annotations(one: Object) -> dict[str, Any]:
    return (one.get("metadata") or {}).get("annotations") or {}


def _revision(one: Object) -> int:
    text = str(one.get("revision") or _annotations(one).get(_REVISION) or "0")
    return int(text) if text.isdecimal() else 0


def _called(one: Object) -> tuple[str, str]:
    metadata = one.get("metadata") or {}
    return str(metadata.get("namespace") or ""), str(metadata.get("name") or "")


def _owner(revision: Object) -> tuple[str, str, str]:
    """Return the workload that a revision belongs to: its kind, namespace and name."""
    references = (revision.get("metadata") or {}).get("ownerReferences") or []
    owner: Object = next((one for one in references if one.get("controller")), {})
    namespace, name = _called(revision)
    return str(owner.get("kind", "")), namespace, str(owner.get("name") or name)
