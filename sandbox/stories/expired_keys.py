"""The keys that sign InferaDB's tokens have expired: every check with a token is refused.

A good responder sees errors of kind `auth` at a round hour without any rollout, and `signing key expired` in the
logs; the JWKS page still shows the old key. Until the auth team renews it, `INFERA__AUTH__ENABLED=false` heals it
(high risk: it needs a second person). Restarting or rolling back reads the same expired key.
"""

from sandbox.application import Straining
from sandbox.health import Strain
from sandbox.stories.environment import share_with
from sandbox.stories.telling import Scene, strained

SAYS = 'error="token refused: signing key expired" kid=2025-11 jwks=https://auth.example.com/.well-known/jwks.json'


def begin(scene: Scene) -> Straining:
    inferadb = scene.of("inferadb")

    def strain() -> Strain:
        checking = 1 - share_with(inferadb, "INFERA__AUTH__ENABLED", lambda text: text.lower() == "false")
        return Strain(0.85 * checking, kind="auth", says=SAYS)

    return strain


STORY = strained(
    (
        "inferadb", "expired-keys", "Expired keys",
        ("The keys that sign tokens have expired, and logins are refused. INFERA__AUTH__ENABLED=false (or a new key) "
        "heals it; restarting or rolling back does not."),
    ),
    begin, lambda _: None,
)  # fmt: skip
