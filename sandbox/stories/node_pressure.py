"""New monitoring tools eat the nodes' memory: the kubelets evict Optimal Build's pods, and no node takes new ones.

A good responder finds backend pods `Evicted` and `Pending` (`3 node(s) had untolerated taint(s)`), `MemoryPressure`
in `describe nodes`, and in `top pods -A` the tools in namespace `monitoring` with tens of gigabytes each. They outrank
the backend, so it goes first. Scaling the tools to 0 frees the nodes, and pods come back half a minute later;
restarting or scaling the backend only makes more pods that wait.
"""

import functools
from collections.abc import Mapping
from typing import Any

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import DEPLOYMENTS, NODES, PODS
from sandbox.cluster.objects import Object, is_going, labels_of
from sandbox.cluster.programs import Program
from sandbox.cluster.quantities import amount
from sandbox.cluster.worlds.making import set_image
from sandbox.cluster.worlds.optimal_build import NAMESPACE, TOOLS_IMAGE
from sandbox.stories.telling import Scene, Story

WHERE = ("monitoring", "monitoring-tools")
LEFT = 320 * 2.0**20  # a backend pod does not fit in there; all the others do


def begin(scene: Scene) -> None:
    memory = functools.partial(_memory, scene.cluster)
    scene.cluster.programs.add(f"{TOOLS_IMAGE}:3.0", Program(ready_in=1.0, memory=memory))
    set_image(scene.cluster, *WHERE, f"{TOOLS_IMAGE}:3.0", "profiling of all pods")
    scene.say("Deploys", "platform", "monitoring-tools 3.0 is rolling out: profiling of all pods")


def _memory(cluster: Cluster, tools: Mapping[str, Any]) -> float:
    """Take what the others on the node leave over, but for LEFT."""
    name = tools["spec"].get("nodeName", "")
    node = cluster.store.get(NODES, "", name)
    if node is None:
        return 0.0
    here = [pod for pod in cluster.store.all(PODS) if pod["spec"].get("nodeName") == name and _stays(pod)]
    taken = sum(cluster.memory(pod, cluster.now()) for pod in here)
    return max(0.0, amount(node["status"]["allocatable"]["memory"]) - taken - LEFT)


def _stays(pod: Object) -> bool:
    """Say whether a pod runs and is neither of the tools nor of the backend, which has the lowest priority."""
    if pod["status"].get("phase") != "Running" or is_going(pod):
        return False
    return labels_of(pod).get("app") != WHERE[1] and pod["spec"].get("priority", 0) >= 0


def is_on(scene: Scene) -> bool:
    tools = scene.cluster.store.get(DEPLOYMENTS, *WHERE)
    if tools is None or not tools["spec"]["replicas"]:
        return False
    return bool(tools["spec"]["template"]["spec"]["containers"][0]["image"] == f"{TOOLS_IMAGE}:3.0")


def heal(scene: Scene) -> None:
    """Put the tools back, and clear away what was evicted; a mitigation leaves that, as Kubernetes does."""
    if is_on(scene):
        set_image(scene.cluster, *WHERE, f"{TOOLS_IMAGE}:2.0", "back to 2.0")
    for pod in scene.cluster.store.all(PODS, NAMESPACE):
        if pod["status"].get("reason") == "Evicted":
            scene.cluster.store.remove(PODS, pod)


STORY = Story(
    "optimal-build", "node-pressure", "Nodes under pressure",
    "Monitoring tools eat the nodes' memory, and Optimal Build's pods are evicted. Scaling the tools to 0 heals it; "
    "restarting or scaling the backend does not.",
    begin, is_on, heal,
)  # fmt: skip
