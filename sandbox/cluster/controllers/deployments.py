"""The Deployment controller: revisions, rolling updates and back, pause, the progress deadline."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sandbox.cluster.controllers.progress import status_of
from sandbox.cluster.controllers.rolling import Size, grown, margins, proportions, rolls, shrunk
from sandbox.cluster.controllers.syncing import Syncing
from sandbox.cluster.kinds import DEPLOYMENTS, REPLICA_SETS
from sandbox.cluster.objects import (
    Object,
    annotations_of,
    copied,
    is_going,
    labels_of,
    name_of,
    namespace_of,
    owned_by,
    owner_of,
    reference_to,
)  # fmt: skip
from sandbox.cluster.selecting import selector_test

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
LARGEST = "deployment.kubernetes.io/max-replicas"
OWN = {REVISION, HISTORY, DESIRED, LARGEST, "kubectl.kubernetes.io/last-applied-configuration"}
ALPHABET = "bcdf456789ghjklm2npqrstvwxz"


def template_hash(template: Object) -> str:
    """Name a pod template by its content, in the alphabet of real hashes."""
    digest = hashlib.blake2b(json.dumps(template, sort_keys=True).encode(), digest_size=8).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest) + ALPHABET[sum(digest) % len(ALPHABET)]


def revision_of(thing: Object) -> int:
    text = annotations_of(thing).get(REVISION, "")
    return int(text) if text.isdigit() else 0


def plain_template(replica_set: Object) -> Object:
    """Give a ReplicaSet's template without the hash that the controller put in."""
    template: Object = replica_set["spec"]["template"]
    labels = {key: value for key, value in labels_of(template).items() if key != HASH}
    return template | {"metadata": template["metadata"] | {"labels": labels}}


class Deployments(Syncing):
    kind = DEPLOYMENTS

    def sets_of(self, deployment: Object) -> list[Object]:
        """List a Deployment's ReplicaSets, oldest first."""
        found = [one for one in self._store.all(REPLICA_SETS, namespace_of(deployment)) if owned_by(one, deployment)]
        return sorted(found, key=lambda one: (one["metadata"]["creationTimestamp"], name_of(one)))

    def _adopt(self, deployment: Object) -> None:
        """Take in ReplicaSets that nobody controls, such as a Deployment of before left behind (`--cascade=orphan`)."""
        selects = selector_test(deployment["spec"]["selector"])
        for one in self._store.all(REPLICA_SETS, namespace_of(deployment)):
            if owner_of(one) is None and not is_going(one) and selects(one):
                adopted = copied(one)
                adopted["metadata"]["ownerReferences"] = [reference_to(deployment)]
                self._store.replace(REPLICA_SETS, adopted)

    def sync(self, one: Object) -> None:
        self._adopt(one)
        deployment, sets = one, self.sets_of(one)
        new = next((old for old in sets if plain_template(old) == deployment["spec"]["template"]), None)
        olds = [old for old in sets if old is not new]
        if deployment["spec"].get("paused"):
            if self._was_resized(deployment, sets):
                self._resize(deployment, sets)
        else:
            new, created = self._revised(deployment, new, olds)
            if not created:
                self._step(deployment, new, olds)
                self._clean(deployment, olds)
        deployment = self._store.need(DEPLOYMENTS, namespace_of(deployment), name_of(deployment))
        self._report(deployment, new)

    def _revised(self, deployment: Object, new: Object | None, olds: Sequence[Object]) -> tuple[Object, bool]:
        """Give the ReplicaSet of the template, made or brought back with the next revision."""
        revision = max([revision_of(old) for old in olds], default=0) + 1
        created = new is None
        new = self._create(deployment, revision, olds) if new is None else self._annotated(deployment, new, revision)
        if annotations_of(deployment).get(REVISION) != annotations_of(new)[REVISION]:
            changed = copied(deployment)
            changed["metadata"].setdefault("annotations", {})[REVISION] = annotations_of(new)[REVISION]
            self._store.replace(DEPLOYMENTS, changed)
        return new, created

    def _annotated(self, deployment: Object, new: Object, revision: int) -> Object:
        mine = {key: value for key, value in annotations_of(deployment).items() if key not in OWN}
        found = annotations_of(new) | mine
        if revision_of(new) < revision:
            past = [*filter(None, found.get(HISTORY, "").split(",")), *filter(None, [found.get(REVISION)])]
            found |= {REVISION: str(revision), HISTORY: ",".join(past)}
        if found == annotations_of(new):
            return new
        changed = copied(new)
        changed["metadata"]["annotations"] = found
        return self._store.replace(REPLICA_SETS, changed)

    def _create(self, deployment: Object, revision: int, olds: Sequence[Object]) -> Object:
        spec = deployment["spec"]
        mark = template_hash(spec["template"])
        template = copied(spec["template"])
        template["metadata"]["labels"] = labels_of(template) | {HASH: mark}
        selector = copied(spec["selector"])
        selector["matchLabels"] = selector.get("matchLabels", {}) | {HASH: mark}
        notes = {key: value for key, value in annotations_of(deployment).items() if key not in OWN}
        surge, _ = margins(deployment)
        notes |= {REVISION: str(revision), DESIRED: str(spec["replicas"]), LARGEST: str(spec["replicas"] + surge)}
        meta: Object = {"name": f"{name_of(deployment)}-{mark}", "namespace": namespace_of(deployment)}
        meta |= {"labels": labels_of(template), "annotations": notes, "ownerReferences": [reference_to(deployment)]}
        size = spec["replicas"] if not any(old["spec"]["replicas"] for old in olds) else 0
        if size == 0 and rolls(deployment):
            size = grown(spec["replicas"], surge, Size("", 0, 0), [self._size(old) for old in olds])
        body = {"replicas": size, "selector": selector, "template": template}
        if spec.get("minReadySeconds"):
            body["minReadySeconds"] = spec["minReadySeconds"]
        made = self._store.create(REPLICA_SETS, {"metadata": meta, "spec": body, "status": {"replicas": 0}})
        if size:
            self._record.normal(
                deployment, "ScalingReplicaSet", f"Scaled up replica set {name_of(made)} from 0 to {size}",
                component="deployment-controller",
            )  # fmt: skip
        return made

    def _size(self, one: Object) -> Size:
        return Size(name_of(one), one["spec"]["replicas"], one.get("status", {}).get("availableReplicas", 0))

    def _was_resized(self, deployment: Object, sets: Sequence[Object]) -> bool:
        active = [one for one in sets if one["spec"]["replicas"]]
        return any(annotations_of(one).get(DESIRED) != str(deployment["spec"]["replicas"]) for one in active)

    def _step(self, deployment: Object, new: Object, olds: Sequence[Object]) -> None:
        """Take one step: resize, else let the new grow, else let the old shrink."""
        desired = deployment["spec"]["replicas"]
        if self._was_resized(deployment, [*olds, new]):
            self._resize(deployment, [*olds, new])
            return
        surge, missing = margins(deployment)
        active = [old for old in olds if old["spec"]["replicas"]]
        if not rolls(deployment):
            gone = not any(old.get("status", {}).get("replicas") for old in olds)
            for old in active:
                self._scale(deployment, old, 0)
            self._scale(deployment, new, desired if gone and not active else new["spec"]["replicas"])
            return
        sizes = [self._size(old) for old in active]
        target = grown(desired, surge, self._size(new), sizes)
        if target != new["spec"]["replicas"]:
            self._scale(deployment, new, target)
            return
        for name, size in shrunk(desired, missing, self._size(new), sizes).items():
            self._scale(deployment, next(old for old in active if name_of(old) == name), size)

    def _resize(self, deployment: Object, sets: Sequence[Object]) -> None:
        """Answer a changed `replicas`: one ReplicaSet takes all, several share it."""
        desired = deployment["spec"]["replicas"]
        active = [one for one in sets if one["spec"]["replicas"]] or list(sets[-1:])
        surge, _ = margins(deployment)
        shares = {name_of(active[0]): desired} if len(active) == 1 else {}
        if not shares:
            total = desired + surge if desired and rolls(deployment) else desired
            shares = proportions(total, [self._size(one) for one in active])
        for one in active:
            self._scale(deployment, one, shares[name_of(one)], noted=True)

    def _scale(self, deployment: Object, one: Object, size: int, *, noted: bool = False) -> None:
        before = one["spec"]["replicas"]
        if size == before and not noted:
            return
        desired = deployment["spec"]["replicas"]
        changed = copied(one)
        changed["spec"]["replicas"] = size
        changed["metadata"]["generation"] += size != before
        notes = {DESIRED: str(desired), LARGEST: str(desired + margins(deployment)[0])}
        changed["metadata"].setdefault("annotations", {}).update(notes)
        self._store.replace(REPLICA_SETS, changed)
        if size != before:
            word = "up" if size > before else "down"
            message = f"Scaled {word} replica set {name_of(one)} from {before} to {size}"
            self._record.normal(deployment, "ScalingReplicaSet", message, component="deployment-controller")

    def _clean(self, deployment: Object, olds: Sequence[Object]) -> None:
        """Forget the oldest revisions beyond `revisionHistoryLimit`."""
        empty = [one for one in olds if not one["spec"]["replicas"] and not one.get("status", {}).get("replicas")]
        empty.sort(key=revision_of)
        for one in empty[: max(0, len(empty) - deployment["spec"].get("revisionHistoryLimit", 10))]:
            self._store.remove(REPLICA_SETS, one)

    def _report(self, deployment: Object, new: Object | None) -> None:
        fresh = self.sets_of(deployment)
        current = next((one for one in fresh if new is not None and name_of(one) == name_of(new)), None)
        status: dict[str, Any] = status_of(deployment, current, fresh, self._store.now())
        if status != deployment.get("status"):
            self._store.replace(DEPLOYMENTS, copied(deployment) | {"status": status})
