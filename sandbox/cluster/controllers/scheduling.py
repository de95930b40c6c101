"""The scheduler: a node with room for each new pod, or the reason why there is none."""

from dataclasses import dataclass, field

from sandbox.cluster.clock import stamp
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.kinds import NODES, PODS
from sandbox.cluster.objects import Object, condition, copied, is_going, labels_of, name_of, namespace_of
from sandbox.cluster.quantities import amount
from sandbox.cluster.store import Store

RESOURCES = ("cpu", "memory")


def requested(pod: Object, resource: str) -> float:
    """Add up what a pod's containers ask for, in cores or bytes."""
    asked = [(container.get("resources") or {}).get("requests") or {} for container in pod["spec"]["containers"]]
    return sum(amount(one.get(resource, "0")) for one in asked)


def host_ports(pod: Object) -> set[int]:
    """List the ports of its node that a pod takes."""
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]
    return {port["hostPort"] for port in ports if port.get("hostPort")}


@dataclass
class Room:
    """What the pods on a node take; those that have ended take nothing any more."""

    pods: int = 0
    used: dict[str, float] = field(default_factory=lambda: dict.fromkeys(RESOURCES, 0.0))
    ports: set[int] = field(default_factory=set)

    def take(self, pod: Object) -> None:
        self.pods += 1
        self.ports |= host_ports(pod)
        for resource in RESOURCES:
            self.used[resource] += requested(pod, resource)


class Scheduler:
    def __init__(self, store: Store, record: Recorder) -> None:
        self._store = store
        self._record = record
        self._rooms: dict[str, Room] = {}

    def tick(self) -> None:
        pods = self._store.all(PODS)
        waiting = [pod for pod in pods if not pod["spec"].get("nodeName") and not is_going(pod)]
        if not waiting:
            return
        self._rooms = {name_of(node): Room() for node in self._store.all(NODES)}
        for pod in pods:
            room = self._rooms.get(pod["spec"].get("nodeName", ""))
            if room is not None and pod["status"].get("phase") not in {"Succeeded", "Failed"}:
                room.take(pod)
        for pod in waiting:
            self._place(pod)

    def _place(self, pod: Object) -> None:
        reasons: dict[str, int] = {}
        fitting = []
        nodes = self._store.all(NODES)
        for node in nodes:
            reason = self._obstacle(pod, node)
            if reason is None:
                fitting.append(node)
            else:
                reasons[reason] = reasons.get(reason, 0) + 1
        if fitting:
            self._bind(pod, min(fitting, key=lambda node: (self._rooms[name_of(node)].pods, name_of(node))))
        else:
            told = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
            whole = f"0/{len(nodes)} nodes are available"
            self._refuse(
                pod, f"{whole}: {told}. no new claims to deallocate, preemption: {whole}: {self._victims(pod)}."
            )

    def _victims(self, pod: Object) -> str:
        """Say for how many nodes nobody could be driven out, and for how many that would not help."""
        full = [node for node in self._store.all(NODES) if (self._obstacle(pod, node) or "").startswith("Insufficient")]
        hopeful = sum(self._fits_alone(pod, node) for node in full)
        counts = {"No preemption victims found for incoming pod": hopeful}
        counts["Preemption is not helpful for scheduling"] = len(self._rooms) - hopeful
        return ", ".join(f"{count} {why}" for why, count in counts.items() if count)

    def _fits_alone(self, pod: Object, node: Object) -> bool:
        return all(requested(pod, word) <= amount(node["status"]["allocatable"][word]) for word in RESOURCES)

    def _obstacle(self, pod: Object, node: Object) -> str | None:
        wanted = pod["spec"].get("nodeSelector") or {}
        if node["spec"].get("unschedulable"):
            return "node(s) were unschedulable"
        ready = condition(node, "Ready")
        if node["spec"].get("taints") or ready is None or ready["status"] != "True":
            return "node(s) had untolerated taint(s)"
        if not wanted.items() <= labels_of(node).items():
            return "node(s) didn't match Pod's node affinity/selector"
        room = self._rooms[name_of(node)]
        if room.ports & host_ports(pod):
            return "node(s) didn't have free ports for the requested pod ports"
        for resource in RESOURCES:
            if room.used[resource] + requested(pod, resource) > amount(node["status"]["allocatable"][resource]):
                return f"Insufficient {resource}"
        return None

    def _bind(self, pod: Object, node: Object) -> None:
        bound = copied(pod)
        bound["spec"]["nodeName"] = name_of(node)
        self._rooms[name_of(node)].take(pod)
        now = stamp(self._store.now())
        bound["status"]["conditions"] = [
            {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
        ]
        self._store.replace(PODS, bound)
        message = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {name_of(node)}"
        self._record.scheduled(pod, "Scheduled", message)

    def _refuse(self, pod: Object, message: str) -> None:
        before = condition(pod, "PodScheduled")
        if before is not None and before.get("message") == message:
            return
        refused = copied(pod)
        refused["status"]["conditions"] = [{
            "type": "PodScheduled", "status": "False", "lastProbeTime": None,
            "lastTransitionTime": stamp(self._store.now()), "reason": "Unschedulable", "message": message,
        }]  # fmt: skip
        self._store.replace(PODS, refused)
        self._record.scheduled(pod, "FailedScheduling", message, "Warning")
