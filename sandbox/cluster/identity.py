"""Who asks, and what they may do: bearer tokens and their rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.cluster.objects import Object

EVERYTHING = ("*",)
READING = ("get", "list", "watch")


@dataclass(frozen=True)
class Rule:
    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]

    def allows(self, verb: str, group: str, resource: str) -> bool:
        pairs = ((verb, self.verbs), (group, self.groups), (resource, self.resources))
        return all("*" in known or asked in known for asked, known in pairs)

    def body(self) -> Object:
        return {"verbs": list(self.verbs), "apiGroups": list(self.groups), "resources": list(self.resources)}


@dataclass(frozen=True)
class Identity:
    name: str
    groups: tuple[str, ...]
    rules: tuple[Rule, ...]
    uid: str = ""

    def may(self, verb: str, group: str, resource: str) -> bool:
        return any(rule.allows(verb, group, resource) for rule in self.rules)

    def body(self) -> Object:
        found: Object = {"username": self.name}
        return found | ({"uid": self.uid} if self.uid else {}) | {"groups": list(self.groups)}


ANONYMOUS = Identity("system:anonymous", ("system:unauthenticated",), ())
BASIC: tuple[Rule, ...] = (
    Rule(("create",), ("authorization.k8s.io",), ("selfsubjectaccessreviews", "selfsubjectrulesreviews")),
    Rule(("create",), ("authentication.k8s.io",), ("selfsubjectreviews",)),
)
LOOKING: tuple[Rule, ...] = (
    Rule(READING, ("",), (
        "pods", "pods/log", "services", "endpoints", "events", "configmaps", "namespaces", "nodes",
    )),
    Rule(READING, ("apps",), ("deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions")),
    Rule(READING, ("batch",), ("jobs", "cronjobs")),
    Rule(("get", "list"), ("metrics.k8s.io",), ("pods", "nodes")),
    Rule(("get",), ("",), ("services/proxy",)),
)  # fmt: skip


def _account(name: str, number: int, rules: Sequence[Rule]) -> Identity:
    groups = ("system:serviceaccounts", "system:serviceaccounts:muster", "system:authenticated")
    uid = f"5a0d0000-0000-4000-8000-00000000000{number}"
    return Identity(f"system:serviceaccount:muster:{name}", groups, (*BASIC, *rules), uid)


def identities() -> dict[str, Identity]:
    """Give the tokens of the pretend company: one that may all, one that may look, one that may nothing."""
    everything = (Rule(EVERYTHING, EVERYTHING, EVERYTHING),)
    admin = Identity("admin", ("system:masters", "system:authenticated"), everything, "admin-uid")
    return {
        "sandbox-admin": admin,
        "sandbox-reader": _account("reader", 1, LOOKING),
        "sandbox-nobody": _account("nobody", 2, ()),
    }
