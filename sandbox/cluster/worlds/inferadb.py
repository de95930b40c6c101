"""The cluster of the pretend company: three nodes, and InferaDB with three revisions behind it."""

import copy
import functools
from collections.abc import Sequence

from sandbox.cluster.authorizing import grant_looking
from sandbox.cluster.clock import Clock, micro_stamp, stamp
from sandbox.cluster.cluster import Cluster, Voice
from sandbox.cluster.defaults import filled
from sandbox.cluster.kinds import (
    COMPONENT_STATUSES,
    CONFIG_MAPS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    LEASES,
    NAMESPACES,
    NODES,
    SERVICES,
)
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object, copied, name_of
from sandbox.cluster.programs import Program

NAMESPACE, NAME = "inferadb", "inferadb"
IMAGE = "registry.example.com/inferadb/inferadb"
DAY = 86400.0
REVISIONS: tuple[tuple[float, str, str], ...] = (
    (9 * DAY, "1.4.0", "Deploy 1.4.0 (CI #1182)"),
    (4 * DAY, "1.4.1", "Deploy 1.4.1: tuple cache per tenant (CI #1207)"),
    (1 * DAY + 7000, "1.4.2", "Deploy 1.4.2: fewer FoundationDB retries (CI #1231)"),
)
CONFIGURATION = """\
auth:
  enabled: true
  jwks_url: https://auth.example.com/.well-known/jwks.json
cache:
  enabled: true
  ttl_seconds: 300
"""
OPENING = (
    "INFO inferadb::server: starting inferadb version={version} workers=8",
    "INFO inferadb::config: configuration loaded path=/etc/inferadb/config.yaml",
    "INFO inferadb::storage: connected to FoundationDB cluster=fdb-prod coordinators=3",
    "INFO inferadb::cache: tuple cache ready capacity=262144",
    "INFO inferadb::server: listening addr=0.0.0.0:8080",
)


def opening(version: str) -> tuple[str, ...]:
    """Give the lines with which a version starts."""
    return tuple(f" {line.format(version=version)}" for line in OPENING)


def program(cluster: Cluster, version: str) -> Program:
    """Give what a healthy version does; what it says in between follows how the service is."""
    return Program(opening=opening(version), chatter=Voice(cluster, NAME))


def inferadb_cluster(clock: Clock | None = None) -> Cluster:
    """Build a cluster with InferaDB alone, as it is on a quiet day; its past is played on another clock first."""
    present = clock or Clock()
    return begun(_played(present()), present)


def begun(past: Cluster, present: Clock) -> Cluster:
    """Let a copy of a played past go on at the present."""
    cluster = copy.deepcopy(past)
    cluster.clock = present
    cluster.tick()
    return cluster


@functools.lru_cache(maxsize=4)
def _played(now: float) -> Cluster:
    """Play the past once; whoever begins at the same moment shares it."""
    cluster = Cluster(Clock(now - 30 * DAY, speed=0))
    prepared(cluster)
    for ago, version, cause in REVISIONS:
        cluster.clock.turn(now - ago - cluster.now())
        cluster.tick()
        release(cluster, version, cause)
        cluster.advance(60)
    cluster.clock.turn(max(0.0, now - cluster.now()))
    cluster.tick()
    return cluster


def prepared(cluster: Cluster) -> None:
    """Lay the ground before the first release: images, nodes, the service's objects."""
    for version in ("1.4.0", "1.4.1", "1.4.2"):
        cluster.programs.add(f"{IMAGE}:{version}".replace(".", r"\."), program(cluster, version))
    cluster.machines[NAMESPACE] = Machine(redis=True, foundationdb=True)
    _found(cluster)


def _found(cluster: Cluster) -> None:
    """Lay the ground: namespaces, nodes, the service, its configuration and budget."""
    for name in ("default", "kube-node-lease", "kube-system", NAMESPACE):
        cluster.store.create(NAMESPACES, filled(NAMESPACES, {"metadata": {"name": name}}))
    for number in (1, 2, 3):
        node = cluster.store.create(NODES, _node(number, cluster.now()))
        meta = {"name": name_of(node), "namespace": "kube-node-lease"}
        spec = {"holderIdentity": name_of(node), "leaseDurationSeconds": 40, "renewTime": micro_stamp(cluster.now())}
        cluster.store.create(LEASES, {"metadata": meta, "spec": spec})
    for kind, thing in ((CONFIG_MAPS, _config()), (SERVICES, _service()), (DISRUPTION_BUDGETS, _budget())):
        cluster.store.create(kind, thing)
    cluster.store.create(SERVICES, _kubernetes())
    for name in ("controller-manager", "etcd-0", "scheduler"):
        well = [{"type": "Healthy", "status": "True", "message": "ok"}]
        cluster.store.create(COMPONENT_STATUSES, {"metadata": {"name": name}, "conditions": well})
    grant_looking(cluster.store)


def release(cluster: Cluster, version: str, cause: str) -> None:
    """Do what the company's CI does: set the image and the change-cause of the Deployment."""
    known = cluster.store.get(DEPLOYMENTS, NAMESPACE, NAME)
    if known is None:
        cluster.store.create(DEPLOYMENTS, filled(DEPLOYMENTS, _deployment(version, cause)))
        return
    changed = copied(known)
    changed["metadata"]["annotations"]["kubernetes.io/change-cause"] = cause
    spec = changed["spec"]["template"]
    spec["spec"]["containers"][0]["image"] = f"{IMAGE}:{version}"
    spec["metadata"]["labels"]["version"] = version
    changed["metadata"]["generation"] += 1
    cluster.store.replace(DEPLOYMENTS, changed)


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


def _meta(name: str = NAME) -> Object:
    return {"name": name, "namespace": NAMESPACE, "labels": {"app": NAME}}


def _config() -> Object:
    return {"metadata": _meta("inferadb-config"), "data": {"config.yaml": CONFIGURATION, "RUST_LOG": "info"}}


def _service() -> Object:
    ports = [{"name": "http", "port": 8080, "targetPort": 8080, "protocol": "TCP"}]
    spec = {"selector": {"app": NAME}, "type": "ClusterIP", "clusterIP": "10.96.29.234", "ports": ports}
    return {"metadata": _meta(), "spec": spec | {"clusterIPs": ["10.96.29.234"]}, "status": {"loadBalancer": {}}}


def _kubernetes() -> Object:
    meta = {"name": "kubernetes", "namespace": "default", "labels": {"component": "apiserver"}}
    ports = [{"name": "https", "port": 443, "targetPort": 6443, "protocol": "TCP"}]
    return {"metadata": meta, "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": ports}}


def _budget() -> Object:
    return {"metadata": _meta(), "spec": {"minAvailable": 4, "selector": {"matchLabels": {"app": NAME}}}}


def _deployment(version: str, cause: str) -> Object:
    probe = {"httpGet": {"path": "/health/ready", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1}
    probe |= {"periodSeconds": 2, "successThreshold": 1, "failureThreshold": 3}
    container = {
        "name": NAME, "image": f"{IMAGE}:{version}", "ports": [{"name": "http", "containerPort": 8080}],
        "env": [
            {"name": "RUST_LOG", "value": "info"}, {"name": "INFERA__AUTH__ENABLED", "value": "true"},
            {"name": "INFERA__CACHE__ENABLED", "value": "true"},
        ],
        "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "512Mi"}},
        "readinessProbe": probe,
    }  # fmt: skip
    labels = {"app": NAME, "version": version}
    spec = {
        "replicas": 6, "minReadySeconds": 5, "selector": {"matchLabels": {"app": NAME}},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }  # fmt: skip
    return {"metadata": _meta() | {"annotations": {"kubernetes.io/change-cause": cause}}, "spec": spec}
