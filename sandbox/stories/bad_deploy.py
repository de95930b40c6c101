"""A new revision crash-loops and keeps the shard leases: a fifth of the requests fails until it is rolled back.

A good responder sees three pods in `CrashLoopBackOff` that a rollout of minutes ago made (`rollout history`), reads the
panic in `logs --previous`, and rolls back. Restarting or scaling makes more pods of the same version.
"""

from sandbox.cluster.kinds import DEPLOYMENTS
from sandbox.cluster.programs import Program
from sandbox.cluster.worlds.inferadb import IMAGE, NAME, NAMESPACE, REVISIONS, opening, release
from sandbox.stories.telling import Scene, Story

VERSION = "1.5.0"
CAUSE = "Deploy 1.5.0: new shard lease format (CI #1240)"
PANIC = (
    'ERROR inferadb::shards: lease renewal failed error="unknown field `epoch` in lease record"',
    "thread 'main' panicked at crates/shards/src/lease.rs:214:18:",
    'called `Result::unwrap()` on an `Err` value: LeaseCodec(UnknownField("epoch"))',
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
)


def begin(scene: Scene) -> None:
    """Release the bad version: it takes its leases, is ready for a moment, and dies while holding them."""
    lines = (*opening(VERSION), " INFO inferadb::shards: taking over shard leases count=128")
    bad = Program(ready_in=1.5, dies_in=4.0, exit_code=101, opening=lines, last_words=PANIC)
    scene.cluster.programs.add(f"{IMAGE}:{VERSION}".replace(".", r"\."), bad)
    release(scene.cluster, VERSION, CAUSE)
    scene.say("Deploys", "platform", f"inferadb {VERSION} is rolling out to prod (CI #1240)")


def is_on(scene: Scene) -> bool:
    deployment = scene.cluster.store.get(DEPLOYMENTS, NAMESPACE, NAME)
    if deployment is None:
        return False
    return bool(deployment["spec"]["template"]["spec"]["containers"][0]["image"] == f"{IMAGE}:{VERSION}")


def heal(scene: Scene) -> None:
    """Release the last good version again."""
    if is_on(scene):
        _, version, cause = REVISIONS[-1]
        release(scene.cluster, version, cause)


STORY = Story(
    NAME, "bad-deploy", "A bad deploy",
    "Version 1.5.0 crash-loops and keeps its shard leases: a fifth of the requests fails. Rolling back heals it; "
    "restarting or scaling does not.",
    begin, is_on, heal,
)  # fmt: skip
