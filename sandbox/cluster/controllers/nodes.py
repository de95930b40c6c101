"""The nodes: their heartbeats, what happens when one falls silent, and when one runs out of memory."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cluster.clock import micro_stamp, moment_of, stamp
from sandbox.cluster.controllers.kubelet import Kubelet
from sandbox.cluster.controllers.pods import delete_pod
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.controllers.scheduling import requested
from sandbox.cluster.kinds import LEASES, NODES, PODS
from sandbox.cluster.objects import Object, condition, copied, is_going, is_ready, name_of, namespace_of
from sandbox.cluster.quantities import amount
from sandbox.cluster.store import Store

SILENT_AFTER, EVICTED_AFTER = 40.0, 300.0
PRESSURE_STAYS, EVICTS_EVERY = 30.0, 10.0
HARD, SOFT = 100 * 2.0**20, 1024 * 2.0**20  # --eviction-hard; --eviction-soft, whose grace outlasts a session
UNREACHABLE, PRESSURE = "node.kubernetes.io/unreachable", "node.kubernetes.io/memory-pressure"
Memory = Callable[[Mapping[str, Any], float], float]


class Nodes:
    """Looks after every node; `kubelet.lost` names those whose kubelet is silent, and since when."""

    def __init__(self, store: Store, kubelet: Kubelet, record: Recorder, memory: Memory) -> None:
        self._store, self._kubelet, self._record, self._memory = store, kubelet, record, memory
        self._low: dict[str, float] = {}
        self._evicted: dict[str, float] = {}
        self._looked = 0.0

    def tick(self) -> None:
        """Look once a second."""
        if self._store.now() - self._looked < 1:
            return
        self._looked = self._store.now()
        for node in self._store.all(NODES):
            since = self._kubelet.lost.get(name_of(node))
            if since is not None:
                self._miss(node, self._store.now() - since)
            else:
                self._beat(node)
                self._weigh(node)

    def _beat(self, node: Object) -> None:
        """Say every five minutes that the node is well; at once when it is back."""
        conditions = node["status"].get("conditions") or []
        now, back = self._store.now(), any(one["status"] == "Unknown" for one in conditions)
        if not back and not any(now - moment_of(one["lastHeartbeatTime"]) >= 300 for one in conditions):
            return
        fresh = copied(node)
        for one in fresh["status"]["conditions"]:
            one["lastHeartbeatTime"] = stamp(now)
            if one["status"] == "Unknown":
                good = {"status": "True" if one["type"] == "Ready" else "False"} | WELL[one["type"]]
                one.update(good, lastTransitionTime=stamp(now))
        self._store.replace(NODES, _tainted(fresh, UNREACHABLE))
        self._renew(name_of(node))

    def _renew(self, name: str) -> None:
        lease = self._store.get(LEASES, "kube-node-lease", name)
        if lease is not None:
            renewed = copied(lease)
            renewed["spec"]["renewTime"] = micro_stamp(self._store.now())
            self._store.replace(LEASES, renewed)

    def _miss(self, node: Object, silent: float) -> None:
        """Count a silent node out after 40 s, and give its pods up after five minutes."""
        if silent < SILENT_AFTER:
            return
        found = condition(node, "Ready")
        if found is not None and found["status"] != "Unknown":
            self._count_out(node)
        for pod in self._pods(node):
            if silent >= SILENT_AFTER + EVICTED_AFTER and not is_going(pod):
                delete_pod(self._store, pod)
                told = f"Marking for deletion Pod {namespace_of(pod)}/{name_of(pod)}"
                self._record.scheduled(pod, "TaintManagerEviction", told)

    def _count_out(self, node: Object) -> None:
        fresh = copied(node)
        for one in fresh["status"]["conditions"]:
            one |= {"status": "Unknown", "lastTransitionTime": stamp(self._store.now()), "reason": "NodeStatusUnknown"}
            one["message"] = "Kubelet stopped posting node status."
        self._store.replace(NODES, _tainted(fresh, UNREACHABLE, "NoSchedule", "NoExecute"))
        told = f"Node {name_of(node)} status is now: NodeNotReady"
        self._record.normal(node, "NodeNotReady", told, component="node-controller")
        for pod in filter(is_ready, self._pods(node)):
            lost = copied(pod)
            for one in lost["status"]["conditions"]:
                if one["type"] == "Ready":
                    one |= {"status": "False", "lastTransitionTime": stamp(self._store.now())}
            self._store.replace(PODS, lost)
            self._record.warning(pod, "NodeNotReady", "Node is not ready", component="node-controller")

    def _pods(self, node: Object) -> list[Object]:
        return [pod for pod in self._store.all(PODS) if pod["spec"].get("nodeName") == name_of(node)]

    def _weigh(self, node: Object) -> None:
        """Say that memory is short below the soft threshold; evict one pod after the other below the hard one."""
        name, now = name_of(node), self._store.now()
        pods = [pod for pod in self._pods(node) if pod["status"].get("phase") == "Running" and not is_going(pod)]
        free = amount(node["status"]["allocatable"]["memory"]) - sum(self._memory(pod, now) for pod in pods)
        if free < SOFT:
            self._low[name] = now
            self._press(node, pressed=True)
            if free < HARD and pods and now - self._evicted.get(name, 0.0) >= EVICTS_EVERY:
                self._evicted[name] = now
                self._evict(max(pods, key=self._rank), max(0.0, free))
        elif name in self._low and now - self._low[name] >= PRESSURE_STAYS:
            del self._low[name]
            self._press(node, pressed=False)

    def _rank(self, pod: Object) -> tuple[bool, int, float]:
        """Order pods as the kubelet does: over their requests, low priority, how far over (eviction/helpers.go)."""
        over = self._memory(pod, self._store.now()) - requested(pod, "memory")
        return over > 0, -pod["spec"].get("priority", 0), over

    def _evict(self, pod: Object, free: float) -> None:
        used, wanted = self._memory(pod, self._store.now()), requested(pod, "memory")
        container = pod["spec"]["containers"][0]["name"]
        told = (
            f"The node was low on resource: memory. Threshold quantity: 100Mi, available: {free / 1024:.0f}Ki. "
            f"Container {container} was using {used / 1024:.0f}Ki, request is {wanted / 2**20:.0f}Mi, "
            "has larger consumption of memory. "
        )
        node = pod["spec"]["nodeName"]
        self._record.warning(pod, "Evicted", told, component="kubelet", host=node)
        self._kubelet.evict(pod, told)

    def _press(self, node: Object, *, pressed: bool) -> None:
        found = condition(node, "MemoryPressure")
        if found is None or (found["status"] == "True") is pressed:
            return
        fresh, word = copied(node), "Insufficient" if pressed else "Sufficient"
        for one in fresh["status"]["conditions"]:
            if one["type"] == "MemoryPressure":
                about = f"kubelet has {word.lower()} memory available"
                one |= {"status": "True" if pressed else "False", "lastTransitionTime": stamp(self._store.now())}
                one |= {"reason": f"KubeletHas{word}Memory", "message": about}
        self._store.replace(NODES, _tainted(fresh, PRESSURE, *(["NoSchedule"] if pressed else [])))
        told = f"Node {name_of(node)} status is now: NodeHas{word}Memory"
        self._record.normal(node, f"NodeHas{word}Memory", told, component="kubelet", host=name_of(node))


WELL = {
    "MemoryPressure": {"reason": "KubeletHasSufficientMemory", "message": "kubelet has sufficient memory available"},
    "DiskPressure": {"reason": "KubeletHasNoDiskPressure", "message": "kubelet has no disk pressure"},
    "PIDPressure": {"reason": "KubeletHasSufficientPID", "message": "kubelet has sufficient PID available"},
    "Ready": {"reason": "KubeletReady", "message": "kubelet is posting ready status"},
}


def _tainted(node: Object, key: str, *effects: str) -> Object:
    """Put these taints of one key in the place of those before."""
    kept = [one for one in node["spec"].get("taints") or [] if one["key"] != key]
    kept += [{"key": key, "effect": effect} for effect in effects]
    node["spec"].pop("taints", None)
    if kept:
        node["spec"]["taints"] = kept
    return node
