"""The DaemonSet controller: a pod on every node that it may run on, renewed one after the other."""

from sandbox.cluster.controllers.pods import delete_pod, new_pod, pods_of
from sandbox.cluster.controllers.revisions import HASH, current_revision, mark_of
from sandbox.cluster.controllers.syncing import Syncing
from sandbox.cluster.kinds import DAEMON_SETS, NODES
from sandbox.cluster.objects import Object, copied, is_going, is_ready, name_of

COMPONENT = "daemonset-controller"


class DaemonSets(Syncing):
    kind = DAEMON_SETS

    def sync(self, one: Object) -> None:
        mark = mark_of(current_revision(self._store, one))
        pods = pods_of(self._store, one)
        nodes = [name_of(node) for node in self._store.all(NODES)]
        for node in nodes:
            if all(pod["spec"].get("nodeName") != node for pod in pods):
                pod = new_pod(self._store, one, node=node, **{HASH: mark, "pod-template-generation": "1"})
                told = f"Created pod: {name_of(pod)}"
                self._record.normal(one, "SuccessfulCreate", told, component=COMPONENT)
        self._renew(one, pods, mark)
        here = [pod for pod in pods if not is_going(pod)]
        ready = sum(is_ready(pod) for pod in here)
        status = {
            "currentNumberScheduled": len(here), "desiredNumberScheduled": len(nodes), "numberMisscheduled": 0,
            "numberReady": ready, "numberAvailable": ready, "numberUnavailable": len(nodes) - ready,
            "updatedNumberScheduled": sum(mark_of(pod) == mark for pod in here),
            "observedGeneration": one["metadata"]["generation"],
        }  # fmt: skip
        shown = {word: count for word, count in status.items() if count or word != "numberUnavailable"}
        if shown != one.get("status"):
            self._store.replace(DAEMON_SETS, copied(one) | {"status": shown})

    def _renew(self, one: Object, pods: list[Object], mark: str) -> None:
        """Delete one outdated pod while all others serve (`maxUnavailable: 1`)."""
        olds = [pod for pod in pods if mark_of(pod) != mark and not is_going(pod)]
        if not olds or one["spec"].get("updateStrategy", {}).get("type") == "OnDelete":
            return
        unwell = [pod for pod in olds if not is_ready(pod)]
        if unwell or all(is_ready(pod) and not is_going(pod) for pod in pods):
            pod = (unwell or olds)[0]
            delete_pod(self._store, pod)
            self._record.normal(one, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}", component=COMPONENT)
