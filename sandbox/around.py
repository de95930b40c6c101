"""What a cluster's own exporters tell: the kubelets of containers and volumes, kube-state-metrics of objects."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.containers import Step
from sandbox.cluster.kinds import CLAIMS, DEPLOYMENTS, NODES, PODS
from sandbox.cluster.machines import GIB
from sandbox.cluster.objects import Object, name_of, namespace_of
from sandbox.cluster.quantities import amount
from sandbox.metrics import Family, Labels, labels

KUBELET: Final[Mapping[str, str]] = {"job": "kubelet", "instance": "kubelet", "metrics_path": "/metrics/cadvisor"}
STATES: Final[Mapping[str, str]] = {"job": "kube-state-metrics", "instance": "kube-state-metrics"}
PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")


class Around:
    """The cluster's own metrics; gauges are read from its objects, only the used processor time is kept."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._last = cluster.now()
        self._used: dict[Labels, float] = {}
        cluster.listeners.append(self.tick)

    def tick(self) -> None:
        """Count the processor time that containers used since the last look, once a second."""
        passed = self._cluster.now() - self._last
        if passed < 1:
            return
        self._last += passed
        fresh = {key: self._used.get(key, 0.0) + cores * passed for key, cores in self.cores().items()}
        self._used = fresh

    def cores(self) -> dict[Labels, float]:
        """Give what each container uses now."""
        return {labels(**words): cores for words, cores, _, _ in self._containers()}

    def remember(self, seconds: float, cores: Mapping[Labels, float]) -> None:
        """Go on from a past in which these were used."""
        for key, each in cores.items():
            self._used[key] = self._used.get(key, 0.0) + each * seconds

    def kubelet(self) -> list[Family]:
        """Tell memory and processor of each container, its limit where it has one, and each volume."""
        memory, working, limits = (
            Family("container_memory_usage_bytes", "gauge", "Memory that a container uses."),
            Family("container_memory_working_set_bytes", "gauge", "Memory that counts against the limit."),
            Family("container_spec_memory_limit_bytes", "gauge", "Memory that a container may use."),
        )
        for words, _, used, limit in self._containers():
            memory.put(used, **words)
            working.put(used, **words)
            if limit:
                limits.put(limit, **words)
        used_time = Family("container_cpu_usage_seconds_total", "counter", "Processor time used.", dict(self._used))
        return [memory, working, limits, used_time, *self._volumes()]

    def _containers(self) -> Iterable[tuple[dict[str, str], float, float, float]]:
        """Give each running container: its labels, cores, bytes, and limit or 0."""
        cluster, now = self._cluster, self._cluster.now()
        for pod in cluster.store.all(PODS):
            running = [one.name for one in cluster.kubelet.containers(pod) if one.step is Step.RUNNING]
            for spec in pod["spec"]["containers"]:
                if spec["name"] in running:
                    words = _named(pod) | {"container": spec["name"], "node": pod["spec"]["nodeName"]}
                    limit = (spec.get("resources") or {}).get("limits", {}).get("memory", "0")
                    cores = cluster.programs.cpu(pod, now) / len(running)
                    yield words, cores, cluster.memory(pod, now) / len(running), amount(limit)

    def _volumes(self) -> list[Family]:
        used, size, left = (
            Family("kubelet_volume_stats_used_bytes", "gauge", "Bytes used on a volume."),
            Family("kubelet_volume_stats_capacity_bytes", "gauge", "Size of a volume."),
            Family("kubelet_volume_stats_available_bytes", "gauge", "Bytes left on a volume."),
        )
        for namespace, machine in self._cluster.machines.items():
            disk = machine.disk
            if disk is not None:
                words = {"namespace": namespace, "persistentvolumeclaim": disk.claim}
                used.put(disk.used * GIB, **words)
                size.put(disk.size * GIB, **words)
                left.put((disk.size - disk.used) * GIB, **words)
        return [used, size, left]

    def states(self) -> list[Family]:
        """Tell the state of pods, Deployments, claims and nodes."""
        store = self._cluster.store
        return [
            *_pods(store.all(PODS)), *_deployments(store.all(DEPLOYMENTS)),
            _claims(store.all(CLAIMS)), _nodes(store.all(NODES)),
        ]  # fmt: skip


def _named(pod: Object) -> dict[str, str]:
    return {"namespace": namespace_of(pod), "pod": name_of(pod)}


def _pods(pods: Iterable[Object]) -> list[Family]:
    phase, ready, restarts, waiting, last = (
        Family("kube_pod_status_phase", "gauge", "1 for the phase a pod is in."),
        Family("kube_pod_status_ready", "gauge", "1 for the state of a pod's readiness."),
        Family("kube_pod_container_status_restarts_total", "counter", "Restarts of a container."),
        Family("kube_pod_container_status_waiting_reason", "gauge", "1 for why a container waits."),
        Family("kube_pod_container_status_last_terminated_reason", "gauge", "1 for why it last ended."),
    )
    for pod in pods:
        words, status = _named(pod), pod["status"]
        for one in PHASES:
            phase.put(float(status.get("phase") == one), **words, phase=one)
        good = any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or [])
        for word, fits in (("true", good), ("false", not good)):
            ready.put(float(fits), **words, condition=word)
        for one in status.get("containerStatuses") or []:
            here = words | {"container": one["name"]}
            restarts.put(one["restartCount"], **here)
            for family, reason in ((waiting, _reason(one, "state", "waiting")),
                                   (last, _reason(one, "lastState", "terminated"))):  # fmt: skip
                if reason:
                    family.put(1.0, **here, reason=reason)
    return [phase, ready, restarts, waiting, last]


def _reason(status: Mapping[str, Any], state: str, word: str) -> str:
    return str((status[state].get(word) or {}).get("reason", ""))


def _deployments(deployments: Iterable[Object]) -> list[Family]:
    names = ("kube_deployment_spec_replicas", "kube_deployment_status_replicas_available",
             "kube_deployment_status_replicas_updated", "kube_deployment_status_replicas_unavailable")  # fmt: skip
    families = [Family(name, "gauge", "Replicas of a Deployment.") for name in names]
    for one in deployments:
        words, status = {"namespace": namespace_of(one), "deployment": name_of(one)}, one.get("status", {})
        found = [one["spec"]["replicas"]]
        found += [status.get(word, 0) for word in ("availableReplicas", "updatedReplicas", "unavailableReplicas")]
        for family, count in zip(families, found, strict=True):
            family.put(count, **words)
    return families


def _claims(claims: Iterable[Object]) -> Family:
    family = Family("kube_persistentvolumeclaim_resource_requests_storage_bytes", "gauge", "Size that is asked for.")
    for one in claims:
        asked = amount(one["spec"]["resources"]["requests"]["storage"])
        family.put(asked, namespace=namespace_of(one), persistentvolumeclaim=name_of(one))
    return family


def _nodes(nodes: Iterable[Object]) -> Family:
    family = Family("kube_node_status_condition", "gauge", "1 for the state of a node's condition.")
    for node in nodes:
        for one in node["status"].get("conditions") or []:
            for word in ("true", "false", "unknown"):
                words = {"node": name_of(node), "condition": one["type"], "status": word}
                family.put(float(one["status"].lower() == word), **words)
    return family
