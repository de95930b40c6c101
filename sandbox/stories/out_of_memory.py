"""A customer's import doubles the load: each pod's memory grows until it is killed, and the others get its share.

A good responder sees restarts climb, `OOMKilled` (exit code 137) as the last state, memory at its limit of 1 GiB and
twice the usual requests, without a rollout. Ten replicas or a limit of 4Gi bear the load; a restart or a rollback
starts with empty caches, which are full again within a minute.
"""

from sandbox.cluster.quantities import amount
from sandbox.cluster.worlds.inferadb import NAME
from sandbox.stories.telling import Scene, Story

DEMAND = 2.0


def begin(scene: Scene) -> None:
    scene.application.demand = DEMAND
    scene.say("Customer Success", "platform", "Heads-up: Globex has started its yearly import, expect more traffic.")


def lingers(scene: Scene) -> bool:
    return scene.application.demand > 1


def is_on(scene: Scene) -> bool:
    """Say whether as many pods as are wanted, all at work, would still need more memory than they may have."""
    application, deployment = scene.application, scene.application.deployment
    if deployment is None or not lingers(scene):
        return False
    limits = deployment["spec"]["template"]["spec"]["containers"][0].get("resources", {}).get("limits", {})
    needs = application.memory_each(max(1, deployment["spec"]["replicas"]))
    return "memory" in limits and needs > amount(limits["memory"])


def heal(scene: Scene) -> None:
    scene.application.demand = 1.0


STORY = Story(
    NAME, "out-of-memory", "Out of memory",
    "An import doubles the load, and pods are killed for their memory. Scaling up or a higher memory limit "
    "heals it; restarting or rolling back helps for less than a minute.",
    begin, is_on, heal, lingers,
)  # fmt: skip
