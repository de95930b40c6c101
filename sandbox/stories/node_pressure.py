"""New monitoring tools eat the nodes' memory: the kubelets evict Optimal Build's pods, and no node takes new ones.

A good responder finds backend pods `Evicted` and `Pending`, `MemoryPressure` in `describe nodes`, and in `top pods -A`
the tools in namespace `monitoring` with tens of gigabytes. Scaling them to 0 frees the nodes; restarting or scaling
the backend only makes more pods that wait.
"""

import functools
from collections.abc import Mapping
from typing import Any

from sandbox.cluster.kinds import DEPLOYMENTS, NODES, PODS
from sandbox.cluster.objects import name_of
from sandbox.cluster.programs import Program
from sandbox.cluster.quantities import amount
from sandbox.cluster.worlds.making import set_image
from sandbox.cluster.worlds.optimal_build import TOOLS_IMAGE
from sandbox.stories.telling import Scene, Story

WHERE = ("monitoring", "monitoring-tools")
OVER = 60 * 2.0**20


def begin(scene: Scene) -> None:
    sizes = {name_of(node): _free(scene, name_of(node)) + OVER for node in scene.cluster.store.all(NODES)}
    memory = functools.partial(_memory, sizes)
    scene.cluster.programs.add(f"{TOOLS_IMAGE}:3.0", Program(ready_in=1.0, memory=memory))
    set_image(scene.cluster, *WHERE, f"{TOOLS_IMAGE}:3.0", "profiling of all pods")
    scene.say("Deploys", "platform", "monitoring-tools 3.0 is rolling out: profiling of all pods")


def _memory(sizes: Mapping[str, float], pod: Mapping[str, Any]) -> float:
    return sizes.get(pod["spec"].get("nodeName", ""), 0.0)


def _free(scene: Scene, node: str) -> float:
    """Give the memory of a node that the others leave over."""
    cluster = scene.cluster
    whole = amount(cluster.store.need(NODES, "", node)["status"]["allocatable"]["memory"])
    others = [pod for pod in cluster.store.all(PODS) if pod["spec"].get("nodeName") == node]
    kept = [pod for pod in others if not name_of(pod).startswith(WHERE[1])]
    return whole - sum(cluster.memory(pod, cluster.now()) for pod in kept)


def is_on(scene: Scene) -> bool:
    tools = scene.cluster.store.get(DEPLOYMENTS, *WHERE)
    if tools is None or not tools["spec"]["replicas"]:
        return False
    return bool(tools["spec"]["template"]["spec"]["containers"][0]["image"] == f"{TOOLS_IMAGE}:3.0")


def heal(scene: Scene) -> None:
    if is_on(scene):
        set_image(scene.cluster, *WHERE, f"{TOOLS_IMAGE}:2.0", "back to 2.0")


STORY = Story(
    "optimal-build", "node-pressure", "Nodes under pressure",
    "Monitoring tools eat the nodes' memory, and Optimal Build's pods are evicted. Scaling the tools to 0 heals it; "
    "restarting or scaling the backend does not.",
    begin, is_on, heal,
)  # fmt: skip
