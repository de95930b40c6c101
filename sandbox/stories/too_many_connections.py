"""The inference API leaks connections: the database takes no more, and half the requests cannot be answered.

A good responder finds `too many clients already` in the logs, and by `SELECT count(*), state FROM pg_stat_activity
GROUP BY state` eighty that are `idle in transaction`. Restarting the API gives them back, and so does ending them in
the database; scaling up asks for even more.
"""

from sandbox.application import Straining
from sandbox.cluster.objects import uid_of
from sandbox.database.state import Database
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

STATE = "idle in transaction"
FULL = Strain(0.5, 0.6, kind="database", says='error="FATAL: sorry, too many clients already"')


def begin(scene: Scene) -> Straining:
    api = scene.of("ml-platform")
    database, leaking = api.machine.database or Database(), {uid_of(pod) for pod in api.pods_now()}
    database.connect(STATE, "SELECT * FROM models", scene.cluster.now() - 2400, database.room)

    def strain() -> Strain:
        if leaking.isdisjoint(uid_of(pod) for pod in api.pods_now()):
            free(database)
        return FULL if database.is_full else Strain()

    return strain


def free(database: Database) -> None:
    """Give the leaked connections back."""
    for one in database.backends:
        if one.state == STATE:
            database.terminate(one.pid)


STORY = strained(
    (
        "ml-platform", "too-many-connections", "Too many connections",
        ("The API leaks connections until the database takes no more. Restarting the API or ending the idle ones heals "
        "it; scaling up does not."),
    ),
    begin, lambda scene: free(scene.of("ml-platform").machine.database or Database()),
)  # fmt: skip
