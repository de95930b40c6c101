"""The ReplicaSet controller: as many pods as wanted, the least useful ones deleted first."""

from collections.abc import Sequence

from sandbox.cluster.clock import moment_of
from sandbox.cluster.controllers.pods import delete_pod, new_pod
from sandbox.cluster.controllers.syncing import Syncing
from sandbox.cluster.kinds import PODS, REPLICA_SETS
from sandbox.cluster.objects import (
    Object,
    condition,
    copied,
    is_going,
    is_ready,
    labels_of,
    name_of,
    namespace_of,
    owned_by,
)  # fmt: skip
from sandbox.cluster.selecting import selector_test

COMPONENT = "replicaset-controller"
BURST = 20


def _rank(pod: Object) -> tuple[bool, int, bool, int, float]:
    """Order pods: those to be deleted first come first (pkg/controller: ActivePodsWithRanks)."""
    phase = {"Pending": 0, "Unknown": 1, "Running": 2}.get(pod["status"].get("phase", "Pending"), 2)
    restarts = sum(one.get("restartCount", 0) for one in pod["status"].get("containerStatuses") or [])
    made = moment_of(pod["metadata"]["creationTimestamp"])
    return bool(pod["spec"].get("nodeName")), phase, is_ready(pod), -restarts, -made


class ReplicaSets(Syncing):
    kind = REPLICA_SETS

    def sync(self, one: Object) -> None:
        matches = selector_test(one["spec"]["selector"])
        pods = [pod for pod in self._store.all(PODS, namespace_of(one)) if owned_by(pod, one)]
        for pod in pods:
            if not matches(pod):
                self._release(pod)
        mine = [pod for pod in pods if matches(pod)]
        active = [
            pod for pod in mine if not is_going(pod) and pod["status"].get("phase") not in {"Failed", "Succeeded"}
        ]
        wanted = one["spec"]["replicas"]
        for _ in range(min(BURST, wanted - len(active))):
            pod = new_pod(self._store, one)
            self._record.normal(one, "SuccessfulCreate", f"Created pod: {name_of(pod)}", component=COMPONENT)
        for pod in sorted(active, key=_rank)[: max(0, len(active) - wanted)]:
            delete_pod(self._store, pod)
            self._record.normal(one, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}", component=COMPONENT)
        self._report(one, active, sum(is_going(pod) for pod in mine))

    def _release(self, pod: Object) -> None:
        """Let go of a pod whose labels no longer match: it lives on, owned by nobody."""
        changed = copied(pod)
        changed["metadata"].pop("ownerReferences", None)
        self._store.replace(PODS, changed)

    def _report(self, one: Object, active: Sequence[Object], going: int) -> None:
        status = {
            "replicas": len(active),
            "fullyLabeledReplicas": sum(self._labelled(one, pod) for pod in active),
            "readyReplicas": sum(is_ready(pod) for pod in active),
            "availableReplicas": sum(self._available(one, pod) for pod in active),
        }
        shown = {word: count for word, count in status.items() if count or word == "replicas"}
        shown |= {"terminatingReplicas": going, "observedGeneration": one["metadata"]["generation"]}
        if shown != one.get("status"):
            self._store.replace(REPLICA_SETS, copied(one) | {"status": shown})

    def _labelled(self, one: Object, pod: Object) -> bool:
        return labels_of(one["spec"]["template"]).items() <= labels_of(pod).items()

    def _available(self, one: Object, pod: Object) -> bool:
        ready = condition(pod, "Ready")
        if ready is None or ready["status"] != "True":
            return False
        since = self._store.now() - moment_of(ready["lastTransitionTime"])
        return since >= float(one["spec"].get("minReadySeconds", 0))
