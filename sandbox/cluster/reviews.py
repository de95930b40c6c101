"""Who am I, may I, and a token for an account: what a client posts about itself."""

from dataclasses import replace

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked
from sandbox.cluster.authorizing import Wish, may, rules
from sandbox.cluster.clock import stamp
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.identity import MASTERS, Identity, account
from sandbox.cluster.kinds import SERVICE_ACCOUNTS
from sandbox.cluster.objects import Object, uid_of
from sandbox.cluster.store import Store

PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version", "/api", "/apis", "/openapi")


def reviewed(asked: Asked, store: Store) -> Object:
    """Answer a review; the body says which."""
    kind, body = asked.target.kind, asked.json()
    made: Object = {"kind": kind.name, "apiVersion": kind.api_version, "metadata": {}}
    if kind.name == "SelfSubjectReview":
        made["metadata"] = {"creationTimestamp": stamp(store.now())}
        return made | {"status": {"userInfo": asked.who.body()}}
    spec = body.get("spec") or {}
    if kind.name == "SelfSubjectRulesReview":
        return made | {"spec": {}, "status": _rules(store, asked.who, spec.get("namespace", ""))}
    return made | {"spec": spec, "status": _access(store, asked.who, spec)}


def _access(store: Store, who: Identity, spec: Object) -> Object:
    if "nonResourceAttributes" in spec:
        path = spec["nonResourceAttributes"].get("path", "")
        return {"allowed": MASTERS in who.groups or path.startswith(PUBLIC_PATHS)}
    wanted = spec.get("resourceAttributes") or {}
    resource = wanted.get("resource", "")
    if wanted.get("subresource"):
        resource = f"{resource}/{wanted['subresource']}"
    wish = Wish(wanted.get("verb", ""), wanted.get("group", ""), resource, wanted.get("namespace", ""))
    reason = may(store, who, replace(wish, name=wanted.get("name", "")))
    return {"allowed": reason is not None} | ({"reason": reason} if reason else {})


def _rules(store: Store, who: Identity, namespace: str) -> Object:
    public = {"verbs": ["get"], "nonResourceURLs": list(PUBLIC_PATHS)}
    found = [rule for rule, _ in rules(store, who, namespace)]
    return {"resourceRules": found, "nonResourceRules": [public], "incomplete": False}


def token(asked: Asked, cluster: Cluster) -> Object:
    """Answer a TokenRequest: from now on this token is that ServiceAccount."""
    target, asked_for = asked.target, asked.json().get("spec") or {}
    found = cluster.store.need(SERVICE_ACCOUNTS, target.namespace, target.name)
    seconds = asked_for.get("expirationSeconds", 3600)
    if not isinstance(seconds, int) or seconds < 600:
        raise faults.bad_request("spec.expirationSeconds: may not specify a duration less than 10 minutes")
    made = f"sandbox-{cluster.store.uid()}"
    if not asked.dry:
        cluster.identities[made] = account(target.namespace, target.name, uid_of(found))
    status = {"token": made, "expirationTimestamp": stamp(cluster.now() + seconds)}
    about = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {"name": target.name}}
    return about | {"spec": asked_for | {"expirationSeconds": seconds}, "status": status}
