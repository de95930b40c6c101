"""Somebody tries passwords against Optimal Build from one address: logins fail by the hundred, users are locked out.

A good responder finds 401s by the dozen (5xx only where it overloads), `login failed` for many users from
198.51.100.23 in the logs and in the audit log, keeps the evidence, and blocks that address (a NetworkPolicy whose
ipBlock excepts it). Scaling up only serves the attacker.
"""

import ipaddress

from sandbox.application import Straining
from sandbox.cluster.kinds import NETWORK_POLICIES
from sandbox.cluster.objects import Object
from sandbox.cluster.worlds.optimal_build import NAMESPACE
from sandbox.health import Strain
from sandbox.stories.telling import Scene, strained

ATTACKER = "198.51.100.23"
ATTACK = Strain(
    0.3, 0.3, 1.5, kind="unauthorized",
    says=(
        f'WARN app.auth: 401 endpoint="/api/login" event="login failed" user=admin-{{who}} ip={ATTACKER} '
        'reason="locked after 5 attempts"'
    ),
)  # fmt: skip


def begin(scene: Scene) -> Straining:
    database, now = scene.of("optimal-build").machine.database, scene.cluster.now()
    if database is not None:
        database.audits += [(f"admin@{ATTACKER}", "login failed", now - 30 * number) for number in range(9, 0, -1)]
    return lambda: Strain() if is_blocked(scene) else ATTACK


def is_blocked(scene: Scene) -> bool:
    """Say whether a policy of the namespace keeps the attacker out."""
    return any(_keeps_out(policy) for policy in scene.cluster.store.all(NETWORK_POLICIES, NAMESPACE))


def _keeps_out(policy: Object) -> bool:
    rules = policy["spec"].get("ingress") or []
    blocks = [one for rule in rules for one in rule.get("from") or [] if "ipBlock" in one]
    return bool(blocks) and not any(_lets_in(rule) for rule in rules)


def _lets_in(rule: Object) -> bool:
    """Say whether a rule lets the attacker in: it names nobody, or an address block with the attacker in it."""
    attacker = ipaddress.ip_address(ATTACKER)
    blocks = [one["ipBlock"] for one in rule.get("from") or [] if "ipBlock" in one]
    return not rule.get("from") or any(
        attacker in ipaddress.ip_network(block["cidr"])
        and not any(attacker in ipaddress.ip_network(one) for one in block.get("except") or [])
        for block in blocks
    )


def heal(scene: Scene) -> None:
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": [f"{ATTACKER}/32"]}}
    if not is_blocked(scene):
        spec = {"podSelector": {}, "ingress": [{"from": [block]}]}
        about = {"name": "block-attacker", "namespace": NAMESPACE}
        scene.cluster.store.create(NETWORK_POLICIES, {"metadata": about, "spec": spec})


STORY = strained(
    (
        "optimal-build", "security-incident", "Strange traffic and failed logins",
        ("Passwords are tried from one address, and users are locked out. A NetworkPolicy that excepts it heals "
        "this; scaling up or restarting does not."),
    ),
    begin, heal,
)  # fmt: skip
