"""A node falls silent with most of the lab's pods on it: requests to them time out until they are replaced.

A good responder sees timeouts before any pod looks broken, after forty seconds `NotReady` in `get nodes`, and with
`-o wide` whose pods sit there. Deleting those pods (or more replicas) brings new ones on other nodes at once;
Kubernetes itself waits five minutes. Deleting a healthy pod helps nobody.
"""

from collections import Counter

from sandbox.stories.telling import Scene, Story


def begin(scene: Scene) -> None:
    nodes = Counter(pod["spec"]["nodeName"] for pod in scene.of("active-inference").pods_now())
    scene.cluster.kubelet.lose(nodes.most_common(1)[0][0])


def is_on(scene: Scene) -> bool:
    return bool(scene.cluster.kubelet.lost)


def heal(scene: Scene) -> None:
    scene.cluster.kubelet.lost.clear()


STORY = Story(
    "active-inference", "node-lost", "A lost node",
    "A node with most of the API's pods no longer answers. Deleting the pods on it, or scaling up, heals it; "
    "Kubernetes alone takes over five minutes.",
    begin, is_on, heal,
)  # fmt: skip
