"""What every cluster has before anything runs there: namespaces, three nodes, the API's own Service, who may look."""

from collections.abc import Sequence

from sandbox.cluster.authorizing import grant_looking
from sandbox.cluster.clock import micro_stamp, stamp
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.defaults import filled
from sandbox.cluster.kinds import COMPONENT_STATUSES, LEASES, NAMESPACES, NODES, SERVICES
from sandbox.cluster.objects import Object, name_of


def lay_ground(cluster: Cluster) -> None:
    """Make it all."""
    for name in ("default", "kube-node-lease", "kube-system"):
        cluster.store.create(NAMESPACES, filled(NAMESPACES, {"metadata": {"name": name}}))
    for number in (1, 2, 3):
        node = cluster.store.create(NODES, _node(number, cluster.now()))
        meta = {"name": name_of(node), "namespace": "kube-node-lease"}
        spec = {"holderIdentity": name_of(node), "leaseDurationSeconds": 40, "renewTime": micro_stamp(cluster.now())}
        cluster.store.create(LEASES, {"metadata": meta, "spec": spec})
    cluster.store.create(SERVICES, _kubernetes())
    for name in ("controller-manager", "etcd-0", "scheduler"):
        well = [{"type": "Healthy", "status": "True", "message": "ok"}]
        cluster.store.create(COMPONENT_STATUSES, {"metadata": {"name": name}, "conditions": well})
    grant_looking(cluster.store)


def _node(number: int, now: float) -> Object:
    name, address = f"worker-{number}", f"10.0.1.{10 + number}"
    size = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "203070420Ki"}
    words = (
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    )
    info = {
        "machineID": f"{number:032x}", "systemUUID": "", "bootID": "", "kernelVersion": "6.1.0-31-amd64",
        "osImage": "Debian GNU/Linux 12 (bookworm)", "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": "v1.36.2", "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64",
    }  # fmt: skip
    labels = {
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
        "topology.kubernetes.io/region": "eu-1", "topology.kubernetes.io/zone": f"eu-1{'abc'[number - 1]}",
    }  # fmt: skip
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"podCIDR": f"10.244.{number}.0/24", "providerID": f"pretend://{name}"},
        "status": {
            "capacity": size, "allocatable": size | {"cpu": "15800m", "memory": "62Gi"},
            "conditions": _conditions(words, now),
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
            "nodeInfo": info,
        },
    }  # fmt: skip


def _conditions(words: Sequence[tuple[str, str, str, str]], now: float) -> list[Object]:
    return [
        {
            "type": kind, "status": status, "lastHeartbeatTime": stamp(now), "lastTransitionTime": stamp(now),
            "reason": reason, "message": message,
        }
        for kind, status, reason, message in words
    ]  # fmt: skip


def _kubernetes() -> Object:
    meta = {"name": "kubernetes", "namespace": "default", "labels": {"component": "apiserver"}}
    ports = [{"name": "https", "port": 443, "targetPort": 6443, "protocol": "TCP"}]
    return {"metadata": meta, "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": ports}}
