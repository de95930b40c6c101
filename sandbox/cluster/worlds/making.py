"""Short words for the objects that the company's services are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.clock import stamp
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.defaults import filled
from sandbox.cluster.kinds import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, SERVICES, STATEFUL_SETS, Kind
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object, copied
from sandbox.cluster.programs import Program

DAY = 86400.0
REGISTRY = "registry.example.com"


@dataclass(frozen=True)
class Release:
    """An image that a Deployment got so many seconds ago."""

    ago: float
    image: str
    cause: str


@dataclass(frozen=True)
class World:
    """A service's part of the cluster: its objects, what its images do, and how it came to its present revision."""

    namespace: str
    deployment: str
    releases: Sequence[Release]
    objects: Sequence[tuple[Kind, Object]]
    programs: Mapping[str, Program]
    machine: Machine


def lay(cluster: Cluster, world: World) -> None:
    """Create a world's objects, the main Deployment with its first image."""
    if cluster.store.get(NAMESPACES, "", world.namespace) is None:
        cluster.store.create(NAMESPACES, filled(NAMESPACES, {"metadata": {"name": world.namespace}}))
    for image, program in world.programs.items():
        cluster.programs.add(image, program)
    cluster.machines[world.namespace] = world.machine
    for kind, body in world.objects:
        cluster.store.create(kind, filled(kind, copied(body)))


def set_image(cluster: Cluster, namespace: str, name: str, image: str, cause: str, **labels: str) -> None:
    """Do what CI does: set a Deployment's image and its change-cause, and labels of its pods."""
    changed = copied(cluster.store.need(DEPLOYMENTS, namespace, name))
    changed["metadata"].setdefault("annotations", {})["kubernetes.io/change-cause"] = cause
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = image
    changed["spec"]["template"]["metadata"]["labels"] |= labels
    changed["metadata"]["generation"] += 1
    cluster.store.replace(DEPLOYMENTS, changed)


def restart(cluster: Cluster, namespace: str, name: str) -> None:
    """Do what `kubectl rollout restart` does."""
    changed = copied(cluster.store.need(DEPLOYMENTS, namespace, name))
    notes = changed["spec"]["template"]["metadata"].setdefault("annotations", {})
    notes["kubectl.kubernetes.io/restartedAt"] = stamp(cluster.now())
    changed["metadata"]["generation"] += 1
    cluster.store.replace(DEPLOYMENTS, changed)


def meta(name: str, namespace: str, app: str = "") -> Object:
    return {"name": name, "namespace": namespace, "labels": {"app": app or name}}


def container(name: str, image: str, port: int | None = None, **more: Any) -> Object:
    """Make a container; `limits` and `requests` are (cpu, memory)."""
    made: Object = {"name": name, "image": image}
    sizes = {
        word: dict(zip(("cpu", "memory"), more.pop(word), strict=True))
        for word in ("limits", "requests")
        if word in more
    }
    if port is not None:
        made["ports"] = [{"containerPort": port}]
    return made | ({"resources": sizes} if sizes else {}) | more


def workload(where: tuple[str, str], app: str, replicas: int, *containers: Object, **pod: Any) -> tuple[Kind, Object]:
    """Make a Deployment; `where` is (namespace, name)."""
    template = {"metadata": {"labels": {"app": app}}, "spec": {"containers": list(containers)} | pod}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": template}
    return DEPLOYMENTS, {"metadata": meta(where[1], where[0], app), "spec": spec}


def stateful(where: tuple[str, str], replicas: int, *containers: Object) -> tuple[Kind, Object]:
    """Make a StatefulSet with a service of its own name."""
    _, made = workload(where, where[1], replicas, *containers)
    made["spec"] |= {"serviceName": where[1], "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10}
    made["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    return STATEFUL_SETS, made


def service(
    where: tuple[str, str], app: str, address: str, *ports: tuple[int, int], **spec: Any
) -> tuple[Kind, Object]:
    """Make a Service; each port is (port, target)."""
    listed = [{"name": f"port-{port}", "port": port, "targetPort": target, "protocol": "TCP"} for port, target in ports]
    if len(listed) == 1:
        del listed[0]["name"]
    body = {"selector": {"app": app}, "type": "ClusterIP", "clusterIP": address, "clusterIPs": [address]} | spec
    return SERVICES, {"metadata": meta(where[1], where[0], app), "spec": body | {"ports": listed}}


def config(where: tuple[str, str], **data: str) -> tuple[Kind, Object]:
    return CONFIG_MAPS, {"metadata": meta(where[1], where[0]), "data": data}
