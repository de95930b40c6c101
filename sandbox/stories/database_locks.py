"""A migration holds a lock on the lab's table: requests queue behind it, ever more connections wait.

A good responder finds pods that are well, `SELECT * FROM pg_locks WHERE NOT granted` long, and in `pg_stat_activity`
one ALTER TABLE that runs since an hour. Ending it (`pg_terminate_backend`) lets the others go on; deleting the pod
`postgres-0` does too. Restarting or scaling the API does not: the lock stays.
"""

from sandbox.application import Straining
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import uid_of
from sandbox.database.state import Database
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

HOLDER = "ALTER TABLE orders ADD COLUMN region text"
LOCKED = Strain(0.3, 2.5, kind="timeout", says='error="canceling statement due to lock timeout" relation=orders')


def begin(scene: Scene) -> Straining:
    database, now = scene.of("active-inference").machine.database or Database(), scene.cluster.now()
    holder = database.connect("active", HOLDER, now - 3700)
    database.connect("active", "INSERT INTO orders VALUES ($1)", now, 23, behind=holder)
    postgres = _uid(scene)

    def strain() -> Strain:
        if _uid(scene) != postgres:
            release(database)
        return LOCKED if database.waiting else Strain()

    return strain


def _uid(scene: Scene) -> str:
    pod = scene.cluster.store.get(PODS, "default", "postgres-0")
    return uid_of(pod) if pod is not None else ""


def release(database: Database) -> None:
    """End the migration."""
    for one in database.backends:
        if one.query == HOLDER:
            database.terminate(one.pid)


STORY = strained(
    (
        "active-inference", "database-locks", "Locks in the database",
        ("A migration holds a lock, and requests wait behind it. Ending its connection heals it; restarting or scaling "
        "the API does not."),
    ),
    begin, lambda scene: release(scene.of("active-inference").machine.database or Database()),
)  # fmt: skip
