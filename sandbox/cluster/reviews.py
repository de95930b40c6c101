"""Who am I, may I: the reviews that a client posts about itself."""

from sandbox.cluster.asking import Asked
from sandbox.cluster.clock import stamp
from sandbox.cluster.identity import Identity
from sandbox.cluster.objects import Object

PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version", "/api", "/apis")


def reviewed(asked: Asked, now: float) -> Object:
    """Answer a review; the body says which."""
    kind, body = asked.target.kind, asked.json()
    made: Object = {"kind": kind.name, "apiVersion": kind.api_version, "metadata": {}}
    if kind.name == "SelfSubjectReview":
        made["metadata"] = {"creationTimestamp": stamp(now)}
        return made | {"status": {"userInfo": asked.who.body()}}
    spec = body.get("spec") or {}
    if kind.name == "SelfSubjectRulesReview":
        return made | {"spec": {}, "status": _rules(asked.who)}
    return made | {"spec": spec, "status": _access(asked.who, spec)}


def _access(who: Identity, spec: Object) -> Object:
    if "nonResourceAttributes" in spec:
        path = spec["nonResourceAttributes"].get("path", "")
        return {"allowed": who.may("*", "*", "*") or path.startswith(PUBLIC_PATHS)}
    wanted = spec.get("resourceAttributes") or {}
    resource = wanted.get("resource", "")
    if wanted.get("subresource"):
        resource = f"{resource}/{wanted['subresource']}"
    return {"allowed": who.may(wanted.get("verb", ""), wanted.get("group", ""), resource)}


def _rules(who: Identity) -> Object:
    public = {"verbs": ["get"], "nonResourceURLs": list(PUBLIC_PATHS)}
    return {"resourceRules": [rule.body() for rule in who.rules], "nonResourceRules": [public], "incomplete": False}
