"""metrics.k8s.io: what pods and nodes use, as metrics-server tells `kubectl top`."""

import math

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked
from sandbox.cluster.clock import stamp
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.containers import Step
from sandbox.cluster.kinds import NODES, PODS
from sandbox.cluster.objects import Object, labels_of, name_of, namespace_of
from sandbox.cluster.selecting import label_test

SCRAPED_EVERY = 15
SYSTEM_CPU, SYSTEM_MEMORY = 0.21, 1.3 * 2**30


def answered(asked: Asked, cluster: Cluster) -> Object:
    """Answer one object or a list."""
    target, kind = asked.target, asked.target.kind
    of = NODES if kind.plural == "nodes" else PODS
    show = _node if of is NODES else _pod
    test = label_test(asked.query.get("labelSelector", ""))
    found = [thing for thing in cluster.store.all(of, target.namespace or None) if test(thing)]
    if target.name:
        found = [thing for thing in found if name_of(thing) == target.name]
    items = [item for item in (show(thing, cluster) for thing in found) if item is not None]
    if target.name and not items:
        raise faults.not_found(of, target.name)
    if target.name:
        return {"kind": kind.name, "apiVersion": kind.api_version} | items[0]
    return {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": {}, "items": items}


def _usage(cpu: float, memory: float) -> Object:
    return {"cpu": f"{math.floor(cpu * 1e9)}n", "memory": f"{math.floor(memory / 1024)}Ki"}


def _times(cluster: Cluster) -> Object:
    moment = stamp(cluster.now() // SCRAPED_EVERY * SCRAPED_EVERY)
    return {"timestamp": moment, "window": "15s"}


def _meta(thing: Object, cluster: Cluster) -> Object:
    meta: Object = {"name": name_of(thing)}
    meta |= {"namespace": namespace_of(thing)} if namespace_of(thing) else {}
    return meta | {"labels": dict(labels_of(thing)), "creationTimestamp": stamp(cluster.now())}


def _pod(pod: Object, cluster: Cluster) -> Object | None:
    """Show a pod that runs; one that waits has no usage."""
    running = [one for one in cluster.kubelet.containers(pod) if one.step is Step.RUNNING]
    if not running:
        return None
    cpu, memory = cluster.programs.cpu(pod, cluster.now()), cluster.programs.memory(pod, cluster.now())
    share = len(running)
    containers = [{"name": one.name, "usage": _usage(cpu / share, memory / share)} for one in running]
    return {"metadata": _meta(pod, cluster)} | _times(cluster) | {"containers": containers}


def _node(node: Object, cluster: Cluster) -> Object:
    pods = [pod for pod in cluster.store.all(PODS) if pod["spec"].get("nodeName") == name_of(node)]
    running = [pod for pod in pods if any(one.step is Step.RUNNING for one in cluster.kubelet.containers(pod))]
    now = cluster.now()
    cpu = SYSTEM_CPU + sum(cluster.programs.cpu(pod, now) for pod in running)
    memory = SYSTEM_MEMORY + sum(cluster.programs.memory(pod, now) for pod in running)
    return {"metadata": _meta(node, cluster)} | _times(cluster) | {"usage": _usage(cpu, memory)}
