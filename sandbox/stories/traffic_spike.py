"""A building authority opens its portal: Optimal Build gets twice its usual requests.

A good responder sees the request rate double before latency and errors rise, every pod busy in `top pods`, and no
rollout. Six replicas bear it; restarting takes pods away just when they are needed.
"""

from sandbox.stories.telling import Scene, Story

DEMAND = 2.0


def begin(scene: Scene) -> None:
    scene.of("optimal-build").demand = DEMAND
    scene.say("Customer Success", "platform", "The city of Aarhus opened its permit portal today: expect more traffic.")


def lingers(scene: Scene) -> bool:
    return scene.of("optimal-build").demand > 1 and "optimal-build" in scene.applications


def is_on(scene: Scene) -> bool:
    """Say whether the pods that there are cannot bear it."""
    return lingers(scene) and scene.of("optimal-build").is_overloaded


def heal(scene: Scene) -> None:
    scene.of("optimal-build").demand = 1.0


STORY = Story(
    "optimal-build", "traffic-spike", "A traffic spike",
    "Twice the usual requests come in, and the pods cannot bear them. Scaling up to 6 heals it; restarting or rolling "
    "back does not.",
    begin, is_on, heal, lingers,
)  # fmt: skip
