"""FoundationDB answers slowly: InferaDB waits for it wherever its cache does not help.

A good responder sees latency rise with few errors and no rollout, `slow FoundationDB read` in the logs, and in
`fdbcli status` a storage queue that limits. Keeping answers longer in the cache (`INFERA__CACHE__TTL_SECONDS=3600`)
heals it; more pods or a restart wait for the same storage.
"""

from sandbox.application import Straining
from sandbox.health import Strain
from sandbox.stories.environment import share_with
from sandbox.stories.telling import Scene, strained

LONG = 1800
SAYS = 'error="FoundationDB: transaction too old (1007)"'


def begin(scene: Scene) -> Straining:
    inferadb = scene.of("inferadb")
    inferadb.machine.slow_storage = True

    def strain() -> Strain:
        if not inferadb.machine.slow_storage:
            return Strain()
        waiting = 1 - share_with(
            inferadb, "INFERA__CACHE__TTL_SECONDS", lambda text: text.isdigit() and int(text) >= LONG
        )
        return Strain(0.02 * waiting, 1.2 * waiting, kind="timeout", says=SAYS)

    return strain


def heal(scene: Scene) -> None:
    scene.of("inferadb").machine.slow_storage = False


STORY = strained(
    (
        "inferadb", "slow-dependency", "A slow dependency",
        ("FoundationDB is slow, and so is InferaDB. A longer cache (INFERA__CACHE__TTL_SECONDS=3600) heals it; scaling "
        "up or restarting does not."),
    ),
    begin, heal,
)  # fmt: skip
