"""Who asks: bearer tokens, and the accounts behind them."""

from dataclasses import dataclass

from sandbox.cluster.objects import Object

MASTERS = "system:masters"
HOME = "muster"
"""The namespace of the company's own accounts."""


@dataclass(frozen=True)
class Identity:
    name: str
    groups: tuple[str, ...]
    uid: str = ""

    def body(self) -> Object:
        found: Object = {"username": self.name}
        return found | ({"uid": self.uid} if self.uid else {}) | {"groups": list(self.groups)}


ANONYMOUS = Identity("system:anonymous", ("system:unauthenticated",))


def account(namespace: str, name: str, uid: str) -> Identity:
    """Give the identity of a ServiceAccount."""
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return Identity(f"system:serviceaccount:{namespace}:{name}", groups, uid)


def identities() -> dict[str, Identity]:
    """Give the tokens of the pretend company: one that may all, and two that may what their roles say."""
    return {
        "sandbox-admin": Identity("admin", (MASTERS, "system:authenticated"), "admin-uid"),
        "sandbox-reader": account(HOME, "reader", "5a0d0000-0000-4000-8000-000000000001"),
        "sandbox-nobody": account(HOME, "nobody", "5a0d0000-0000-4000-8000-000000000002"),
    }
