"""A node falls silent with a pod of the lab's on it: requests to it time out until Kubernetes counts the node out.

A good responder sees timeouts before any pod looks broken, after forty seconds `NotReady` in `get nodes`, and with
`-o wide` which pods sit there; the two that are left cannot bear the load. Deleting the pod on it (`--force`, as
nobody there confirms) or more replicas bring new ones on other nodes at once; Kubernetes itself waits five minutes.
Deleting a healthy pod helps nobody. The other services lose the pods that they had there, too.
"""

from collections import Counter

from sandbox.cluster.kinds import NODES, PODS
from sandbox.cluster.objects import name_of
from sandbox.stories.telling import Scene, Story


def begin(scene: Scene) -> None:
    pods = [pod for pod in scene.of("active-inference").pods_now() if "nodeName" in pod["spec"]]
    nodes = Counter(pod["spec"]["nodeName"] for pod in pods) or Counter(map(name_of, scene.cluster.store.all(NODES)))
    database = scene.cluster.store.get(PODS, "default", "postgres-0")
    spared = database["spec"].get("nodeName") if database is not None else ""
    scene.cluster.kubelet.lose(max(sorted(nodes), key=lambda node: (nodes[node], node != spared)))


def lingers(scene: Scene) -> bool:
    return bool(scene.cluster.kubelet.lost)


def is_on(scene: Scene) -> bool:
    """Say whether requests still go to a pod there, or what serves elsewhere cannot bear the load."""
    lab = scene.of("active-inference")
    return lingers(scene) and (lab.seen().gone > 0 or lab.is_overloaded)


def heal(scene: Scene) -> None:
    scene.cluster.kubelet.lost.clear()


STORY = Story(
    "active-inference", "node-lost", "A lost node",
    "A node with a pod of the API no longer answers, nor do the other services' pods there. Deleting its pods, or "
    "scaling up, heals it; Kubernetes alone takes over five minutes.",
    begin, is_on, heal, lingers,
)  # fmt: skip
