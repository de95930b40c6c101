"""The DaemonSet controller: a pod on every node that it may run on."""

from sandbox.cluster.controllers.pods import new_pod, pods_of
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.kinds import DAEMON_SETS, NODES
from sandbox.cluster.objects import Object, copied, is_going, is_ready, name_of
from sandbox.cluster.store import Store


class DaemonSets:
    def __init__(self, store: Store, record: Recorder) -> None:
        self._store = store
        self._record = record

    def tick(self) -> None:
        for one in self._store.all(DAEMON_SETS):
            if not is_going(one):
                self._sync(one)

    def _sync(self, one: Object) -> None:
        pods = pods_of(self._store, one)
        nodes = [name_of(node) for node in self._store.all(NODES)]
        for node in nodes:
            if all(pod["spec"].get("nodeName") != node for pod in pods):
                pod = new_pod(self._store, one, node=node)
                told = f"Created pod: {name_of(pod)}"
                self._record.normal(one, "SuccessfulCreate", told, component="daemonset-controller")
        counted, ready = sum(not is_going(pod) for pod in pods), sum(is_ready(pod) for pod in pods)
        status = {
            "currentNumberScheduled": counted, "desiredNumberScheduled": len(nodes), "numberMisscheduled": 0,
            "numberReady": ready, "numberAvailable": ready, "updatedNumberScheduled": counted,
            "observedGeneration": one["metadata"]["generation"],
        }  # fmt: skip
        if status != one.get("status"):
            self._store.replace(DAEMON_SETS, copied(one) | {"status": status})
