"""The StatefulSet controller: pods with names that stay, one after the other, and a revision for each template."""

from sandbox.cluster.controllers.pods import delete_pod, new_pod, pods_of
from sandbox.cluster.controllers.revisions import HASH, current_revision, mark_of
from sandbox.cluster.controllers.syncing import Syncing
from sandbox.cluster.kinds import STATEFUL_SETS
from sandbox.cluster.objects import Object, copied, is_going, is_ready, name_of

COMPONENT = "statefulset-controller"


class StatefulSets(Syncing):
    kind = STATEFUL_SETS

    def sync(self, one: Object) -> None:
        revision = name_of(current_revision(self._store, one))
        self._step(one, revision)
        self._report(one, revision)

    def _step(self, one: Object, revision: str) -> None:
        """Take one step: fill the first gap, else remove the last too many, else update the last outdated."""
        pods = {_ordinal(pod): pod for pod in pods_of(self._store, one)}
        wanted = range(one["spec"]["replicas"])
        for ordinal in wanted:
            pod = pods.get(ordinal)
            if pod is None:
                self._create(one, ordinal, revision)
                return
            if pod["status"].get("phase") == "Failed" and not is_going(pod):
                self._delete(one, pod)
            if (not is_ready(pod) or is_going(pod)) and mark_of(pod) == revision:
                return
        for ordinal in sorted(pods, reverse=True):
            pod = pods[ordinal]
            if is_going(pod):
                return
            if ordinal not in wanted or mark_of(pod) != revision:
                self._delete(one, pod)
                return

    def _create(self, one: Object, ordinal: int, revision: str) -> None:
        name = f"{name_of(one)}-{ordinal}"
        own = {"apps.kubernetes.io/pod-index": str(ordinal), "statefulset.kubernetes.io/pod-name": name, HASH: revision}
        new_pod(self._store, one, name=name, **own)
        told = f"create Pod {name} in StatefulSet {name_of(one)} successful"
        self._record.normal(one, "SuccessfulCreate", told, component=COMPONENT)

    def _delete(self, one: Object, pod: Object) -> None:
        delete_pod(self._store, pod)
        told = f"delete Pod {name_of(pod)} in StatefulSet {name_of(one)} successful"
        self._record.normal(one, "SuccessfulDelete", told, component=COMPONENT)

    def _report(self, one: Object, revision: str) -> None:
        pods = [pod for pod in pods_of(self._store, one) if not is_going(pod)]
        updated = [pod for pod in pods if mark_of(pod) == revision]
        ready = sum(is_ready(pod) for pod in pods)
        done = len(updated) == one["spec"]["replicas"] and all(is_ready(pod) for pod in updated)
        current = revision if done else one.get("status", {}).get("currentRevision", revision)
        counts = {"readyReplicas": ready, "currentReplicas": sum(mark_of(pod) == current for pod in pods)}
        counts |= {"updatedReplicas": len(updated)}
        status: Object = {"observedGeneration": one["metadata"]["generation"], "replicas": len(pods)}
        status |= {word: count for word, count in counts.items() if count} | {"availableReplicas": ready}
        status |= {"currentRevision": current, "updateRevision": revision, "collisionCount": 0}
        if status != one.get("status"):
            self._store.replace(STATEFUL_SETS, copied(one) | {"status": status})


def _ordinal(pod: Object) -> int:
    return int(name_of(pod).rpartition("-")[2])
