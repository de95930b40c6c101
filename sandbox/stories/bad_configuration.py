"""Somebody sets OmenDB's batch size a hundred times too high: every pod that starts with it fails half its requests.

A good responder sees errors since a restart without a new image (`rollout history`), finds `batch too large` in the
logs and `batch_size` in the ConfigMap `omendb-config`, sets it back and restarts, for it is read only at the start.
A rollback alone does not help: the old revision reads the same ConfigMap.
"""

from sandbox.application import Straining, is_crashing, runs
from sandbox.cluster.kinds import CONFIG_MAPS
from sandbox.cluster.objects import copied, uid_of
from sandbox.cluster.worlds.making import restart
from sandbox.cluster.worlds.omendb import GOOD_BATCH, NAME, NAMESPACE
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

BAD_BATCH, LARGEST = "2500000", 200_000
SAYS = 'error="batch too large for the write buffer" batch_size={size}'


def configure(scene: Scene, size: str) -> None:
    """Set the batch size and restart the pods."""
    store = scene.cluster.store
    changed = copied(store.need(CONFIG_MAPS, NAMESPACE, "omendb-config"))
    changed["data"]["batch_size"] = size
    store.replace(CONFIG_MAPS, changed)
    restart(scene.cluster, NAMESPACE, NAME)


def is_bad(scene: Scene) -> bool:
    found = scene.cluster.store.get(CONFIG_MAPS, NAMESPACE, "omendb-config")
    size = str(found["data"].get("batch_size", "")) if found else ""
    return not size.isdigit() or not 0 < int(size) <= LARGEST


def begin(scene: Scene) -> Straining:
    omendb = scene.of("omendb")
    started = {uid_of(pod): False for pod in omendb.pods_now()}
    configure(scene, BAD_BATCH)
    scene.say("Deploys", "platform", "omendb: configuration changed (batch_size), pods are restarting")

    def strain() -> Strain:
        """Count the pods that started with a bad size."""
        pods = [pod for pod in omendb.pods_now() if runs(pod) and not is_crashing(pod)]
        for pod in pods:
            started.setdefault(uid_of(pod), is_bad(scene))
        share = sum(started[uid_of(pod)] for pod in pods) / max(1, len(pods))
        if not share and not is_bad(scene):
            return Strain()
        return Strain(0.5 * share, 1.5 * share, says=SAYS.format(size=BAD_BATCH))

    return strain


STORY = strained(
    (
        "omendb", "bad-configuration", "A bad configuration",
        ("The batch size in omendb-config is far too high, and half the writes fail. Setting it back and restarting "
        "heals it; restarting or rolling back alone does not."),
    ),
    begin, lambda scene: configure(scene, GOOD_BATCH),
)  # fmt: skip
