"""A release names an image that was never pushed: one pod after the other is not replaced, and the rest is too few.

A good responder sees `ImagePullBackOff` on the newest ReplicaSet's pods, reads `not found` in `describe pod`, and
rolls back. Scaling up buys time, for the old ReplicaSet gets its share of the new pods; restarting pulls the same
missing image.
"""

from sandbox.cluster.worlds.making import set_image
from sandbox.cluster.worlds.ml_platform import IMAGE, NAME, NAMESPACE, RELEASES
from sandbox.stories.telling import Scene, Story

MISSING, CAUSE = f"{IMAGE}:2.2.0", "set image api:2.2.0"


def begin(scene: Scene) -> None:
    set_image(scene.cluster, NAMESPACE, NAME, MISSING, CAUSE)
    scene.say("Deploys", "platform", "ml-inference-api 2.2.0 is rolling out to prod")


def is_on(scene: Scene) -> bool:
    deployment = scene.of("ml-platform").deployment
    return deployment is not None and bool(deployment["spec"]["template"]["spec"]["containers"][0]["image"] == MISSING)


def heal(scene: Scene) -> None:
    if is_on(scene):
        set_image(scene.cluster, NAMESPACE, NAME, RELEASES[-1].image, RELEASES[-1].cause)


STORY = Story(
    "ml-platform", "image-missing", "An image that is not there",
    "Version 2.2.0 of the inference API was never pushed: new pods cannot pull it, and too few old ones are left. "
    "Rolling back heals it (scaling up helps, too); restarting does not.",
    begin, is_on, heal,
)  # fmt: skip
