"""Somebody sets OmenDB's batch size a hundred times too high: every pod that starts with it dies.

A good responder sees the new pods in `CrashLoopBackOff` since a restart without a new image (`rollout history`), and
one old pod that cannot bear the load alone; reads `batch_size 2500000 exceeds the write buffer` in `logs --previous`,
finds `batch_size` in the ConfigMap `omendb-config`, sets it back and restarts: it is read when a container starts, so
without the restart each pod waits out its back-off first. A restart or a rollback alone does not help: every revision
reads the same ConfigMap.
"""

import re

from sandbox.application import Straining
from sandbox.cluster.kinds import CONFIG_MAPS
from sandbox.cluster.objects import copied
from sandbox.cluster.programs import Program
from sandbox.cluster.worlds.making import restart
from sandbox.cluster.worlds.omendb import GOOD_BATCH, IMAGE, NAME, NAMESPACE, OPENING
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

BAD_BATCH, LARGEST = "2500000", 200_000
FATAL = (
    'ERROR omendb::wal: cannot allocate the write buffer error="out of range"',
    f"FATAL omendb: batch_size {BAD_BATCH} exceeds the write buffer of {LARGEST} rows, see /etc/omendb/batch_size",
)
DYING = Program(ready_in=1.5, dies_in=4.0, exit_code=78, opening=OPENING, last_words=FATAL)
DYING_IMAGES = (re.compile(f"{IMAGE}:.*"), DYING)
BAD = Strain(0.02, 0.3, says=f'error="batch too large for the write buffer" batch_size={BAD_BATCH}')


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


def obey(scene: Scene) -> bool:
    """Let what starts from now on find the configuration as it is now; says whether that is bad."""
    known, bad = scene.cluster.programs.known, is_bad(scene)
    if bad and DYING_IMAGES not in known:
        known.insert(0, DYING_IMAGES)
    elif not bad and DYING_IMAGES in known:
        known.remove(DYING_IMAGES)
    return bad


def begin(scene: Scene) -> Straining:
    configure(scene, BAD_BATCH)
    obey(scene)
    scene.say("Deploys", "platform", "omendb: configuration changed (batch_size), pods are restarting")
    return lambda: BAD if obey(scene) else Strain()


def heal(scene: Scene) -> None:
    configure(scene, GOOD_BATCH)
    obey(scene)


STORY = strained(
    (
        "omendb", "bad-configuration", "A bad configuration",
        ("The batch size in omendb-config is far too high, and new pods crash-loop. Setting it back and restarting "
        "heals it; restarting or rolling back alone does not."),
    ),
    begin, heal,
)  # fmt: skip
