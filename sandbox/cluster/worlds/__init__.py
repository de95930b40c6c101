"""The whole company's cluster: InferaDB, the four other services, and what the platform needs."""

import copy
import functools
import itertools

from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster, Voice
from sandbox.cluster.kinds import DEPLOYMENTS
from sandbox.cluster.machines import Machine
from sandbox.cluster.objects import Object
from sandbox.cluster.programs import Program
from sandbox.cluster.worlds import active_inference, inferadb, ml_platform, omendb, optimal_build
from sandbox.cluster.worlds.ground import lay_ground
from sandbox.cluster.worlds.making import DAY, World, container, lay, service, set_image, workload

MOST_STEPS, STEP = 60, 1.0


def company_cluster(clock: Clock | None = None, *, since: float | None = None) -> Cluster:
    """Build the company's cluster as on a quiet day; the past is played once for each beginning (`since`)."""
    present = clock or Clock()
    return _begun(_played(present() if since is None else since, alone=False), present)


def inferadb_cluster(clock: Clock | None = None) -> Cluster:
    """Build a cluster with InferaDB alone, as on a quiet day."""
    present = clock or Clock()
    return _begun(_played(present(), alone=True), present)


def _begun(past: Cluster, present: Clock) -> Cluster:
    """Let a copy of a played past go on at the present."""
    cluster = copy.deepcopy(past)
    cluster.clock = present
    cluster.tick()
    return cluster


@functools.lru_cache(maxsize=4)
def _played(now: float, *, alone: bool) -> Cluster:
    """Play the releases of every service in their order, in coarse steps."""
    cluster = Cluster(Clock(now - 30 * DAY, speed=0))
    lay_ground(cluster)
    others = [] if alone else _others(cluster, now)
    for world in (inferadb.world(Voice(cluster, "inferadb")), *others):
        lay(cluster, world)
    _settle(cluster)
    steps = [(ago, functools.partial(inferadb.release, cluster, *what)) for ago, *what in inferadb.REVISIONS]
    for world in others:
        deploy = functools.partial(set_image, cluster, world.namespace, world.deployment)
        steps += [(one.ago, functools.partial(deploy, one.image, one.cause)) for one in world.releases]
    for ago, together in itertools.groupby(sorted(steps, key=lambda step: -step[0]), key=lambda step: step[0]):
        cluster.clock.turn(now - ago - cluster.now())
        for _, act in together:
            act()
        _settle(cluster)
    cluster.clock.turn(max(0.0, now - cluster.now()))
    cluster.tick()
    return cluster


def _settle(cluster: Cluster) -> None:
    """Turn until every Deployment is rolled out."""
    for _ in range(MOST_STEPS):
        cluster.clock.turn(STEP)
        cluster.tick()
        if all(_is_out(one) for one in cluster.store.all(DEPLOYMENTS)):
            break
    cluster.clock.turn(STEP)
    cluster.tick()


def _is_out(deployment: Object) -> bool:
    status, wanted = deployment["status"], deployment["spec"]["replicas"]
    words = ("replicas", "updatedReplicas", "availableReplicas")
    return all(status.get(word) == wanted for word in words) and not status.get("terminatingReplicas")


def _others(cluster: Cluster, now: float) -> list[World]:
    """List all but InferaDB, which came first."""
    return [
        omendb.world(Voice(cluster, "omendb")), ml_platform.world(Voice(cluster, "ml-platform"), now),
        active_inference.world(Voice(cluster, "active-inference"), now),
        optimal_build.world(Voice(cluster, "optimal-build"), now), optimal_build.monitoring(), _platform(),
    ]  # fmt: skip


def _platform() -> World:
    dns = container("coredns", "registry.k8s.io/coredns/coredns:v1.12.1", 53, requests=("100m", "70Mi"))
    kind, made = workload(("kube-system", "coredns"), "coredns", 2, dns)
    _, found = service(("kube-system", "kube-dns"), "coredns", "10.96.0.10", (53, 53), (9153, 9153))
    found["spec"]["ports"][0]["name"] = "dns"
    found["metadata"]["labels"] |= {"kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    lines = (".:53", "CoreDNS-1.12.1", "linux/amd64, go1.24.1, 707c7c1")
    program = Program(ready_in=1.0, opening=lines)
    objects = [(kind, made), (service(("kube-system", "kube-dns"), "coredns", "10.96.0.10")[0], found)]
    return World("kube-system", "coredns", (), objects, {"registry[.]k8s[.]io/coredns/.*": program}, Machine())


__all__ = ["company_cluster", "inferadb_cluster"]
