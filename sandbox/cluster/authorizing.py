"""Who may do what: the rules of Roles and ClusterRoles that a binding gives to whoever asks (RBAC)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.identity import HOME, MASTERS, Identity
from sandbox.cluster.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES
from sandbox.cluster.objects import Object, name_of
from sandbox.cluster.store import Store

Rule = Mapping[str, Any]
Granted = tuple[Rule, str]
EVERYTHING: Rule = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
BASIC: tuple[Rule, ...] = (
    {
        "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
)  # fmt: skip
LOOKING = (
    ("", "pods pods/log services endpoints events configmaps namespaces nodes"),
    ("apps", "deployments replicasets statefulsets daemonsets controllerrevisions"),
    ("batch", "jobs cronjobs"),
)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to do: `resource` with its subresource, as in `pods/log`."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


def may(store: Store, who: Identity, wish: Wish) -> str | None:
    """Say why it is allowed, in the server's words; None when no rule allows it."""
    return next((reason for rule, reason in rules(store, who, wish.namespace) if _allows(rule, wish)), None)


def rules(store: Store, who: Identity, namespace: str) -> Iterator[Granted]:
    """Give every rule that holds for somebody in a namespace, and where it comes from."""
    if MASTERS in who.groups:
        yield EVERYTHING, ""
    if "system:authenticated" in who.groups:
        yield from ((rule, _BASIC_REASON) for rule in BASIC)
    for binding in store.all(CLUSTER_ROLE_BINDINGS):
        yield from _granted(store, who, binding, f'ClusterRoleBinding "{name_of(binding)}"')
    for binding in store.all(ROLE_BINDINGS, namespace) if namespace else ():
        yield from _granted(store, who, binding, f'RoleBinding "{name_of(binding)}/{namespace}"')


_BASIC_REASON = (
    'RBAC: allowed by ClusterRoleBinding "system:basic-user" of ClusterRole "system:basic-user" '
    'to Group "system:authenticated"'
)


def _granted(store: Store, who: Identity, binding: Object, shown: str) -> Iterator[Granted]:
    subject = next((one for one in binding.get("subjects") or [] if _is(who, one)), None)
    if subject is None:
        return
    reference = binding["roleRef"]
    kind = CLUSTER_ROLES if reference["kind"] == "ClusterRole" else ROLES
    role = store.get(kind, binding["metadata"].get("namespace", ""), reference["name"])
    name = "/".join(subject[word] for word in ("name", "namespace") if word in subject)
    told = f'RBAC: allowed by {shown} of {reference["kind"]} "{reference["name"]}" to {subject["kind"]} "{name}"'
    yield from ((rule, told) for rule in (role or {}).get("rules") or [])


def _is(who: Identity, subject: Mapping[str, str]) -> bool:
    if subject["kind"] == "ServiceAccount":
        return who.name == f"system:serviceaccount:{subject.get('namespace', '')}:{subject['name']}"
    return subject["name"] in (who.groups if subject["kind"] == "Group" else (who.name,))


def _allows(rule: Rule, wish: Wish) -> bool:
    _, _, part = wish.resource.partition("/")
    resources = {wish.resource, "*", f"*/{part}" if part else "*"}
    names = rule.get("resourceNames") or [wish.name]
    return (
        not {wish.verb, "*"}.isdisjoint(rule["verbs"])
        and not {wish.group, "*"}.isdisjoint(rule.get("apiGroups") or [])
        and not resources.isdisjoint(rule.get("resources") or [])
        and wish.name in names
    )


def grant_looking(store: Store) -> None:
    """Let the company's `reader` look around, by a ClusterRole and its binding."""
    found: list[Rule] = [
        {"apiGroups": [group], "resources": resources.split(), "verbs": ["get", "list", "watch"]}
        for group, resources in LOOKING
    ]
    found.append({"apiGroups": ["metrics.k8s.io"], "resources": ["pods", "nodes"], "verbs": ["get", "list"]})
    found.append({"apiGroups": [""], "resources": ["services/proxy"], "verbs": ["get"]})
    meta = {"name": "muster-reader"}
    store.create(CLUSTER_ROLES, {"metadata": meta, "rules": found})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "muster-reader"}
    subjects = [{"kind": "ServiceAccount", "name": "reader", "namespace": HOME}]
    store.create(CLUSTER_ROLE_BINDINGS, {"metadata": meta, "subjects": subjects, "roleRef": role})
