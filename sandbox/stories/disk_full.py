"""OmenDB's volume is full of old logs: every write fails, while reads and the pods look well.

A good responder finds `No space left on device` in the logs and 100 % in `df -h`, and either removes the temporary
files and old logs (`find … -delete`, or `sh -c 'rm -rf /tmp/* /var/log/omendb/*.log.old'`: without a shell the stars
mean nothing) or enlarges the claim `omendb-data`. Restarting or scaling does not help: all pods share the volume.
"""

from sandbox.application import Straining
from sandbox.cluster.machines import littered
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

USUAL = 4.0
FULL = Strain(0.6, 0.4, kind="storage", says='error="No space left on device (os error 28)" path=/var/lib/omendb/wal')


def begin(scene: Scene) -> Straining:
    disk = scene.of("omendb").machine.disk
    if disk is None:
        return Strain
    disk.files = littered(disk.size - disk.data)
    return lambda: FULL if disk.is_full else Strain()


def heal(scene: Scene) -> None:
    disk = scene.of("omendb").machine.disk
    if disk is not None:
        disk.files = littered(USUAL)


STORY = strained(
    (
        "omendb", "disk-full", "A full disk",
        "Old logs fill the volume, and writes fail. Removing them or a larger claim heals it; restarting does not.",
    ),
    begin, heal,
)  # fmt: skip
