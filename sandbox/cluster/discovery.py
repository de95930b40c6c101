"""What the API server says it serves: aggregated discovery (one answer) and the plain lists."""

from collections.abc import Iterable

from sandbox.cluster.kinds import KINDS, Kind, Subresource
from sandbox.cluster.objects import Object

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
VERSION: Object = {
    "major": "1", "minor": "36", "gitVersion": "v1.36.2", "gitCommit": "98b35193b2ac7a23a673325f5e9b830ecd5ba406",
    "gitTreeState": "clean", "buildDate": "2026-08-21T00:00:00Z", "goVersion": "go1.27.3", "compiler": "gc",
    "platform": "linux/amd64",
}  # fmt: skip
OPENAPI = "/openapi/v3"
CHECKS = ("ping", "log", "etcd", "informer-sync", "poststarthook/start-apiextensions-controllers", "shutdown")


def wants_aggregated(accept: str) -> bool:
    return "as=APIGroupDiscoveryList" in accept and "v=v2" in accept


def _groups() -> list[str]:
    """Name the groups in the order of a real server: the core has none."""
    return list(dict.fromkeys(kind.group for kind in KINDS if kind.group))


def _versions(group: str) -> list[str]:
    return list(dict.fromkeys(kind.version for kind in KINDS if kind.group == group))


def aggregated(*, core: bool) -> Object:
    """Give `/api` or `/apis` in one answer."""
    groups = [""] if core else _groups()
    items = [_aggregated_group(group) for group in groups]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _aggregated_group(group: str) -> Object:
    versions = []
    for version in _versions(group):
        found = [_aggregated_kind(kind) for kind in _of(group, version)]
        versions.append({"version": version, "resources": found, "freshness": "Current"})
    return {"metadata": {"name": group} if group else {}, "versions": versions}


def _of(group: str, version: str) -> Iterable[Kind]:
    return sorted((k for k in KINDS if (k.group, k.version) == (group, version)), key=lambda k: k.plural)


def _aggregated_kind(kind: Kind) -> Object:
    scope = "Namespaced" if kind.namespaced else "Cluster"
    made: Object = {"resource": kind.plural, "responseKind": {"group": "", "version": "", "kind": kind.name}}
    made |= {"scope": scope, "singularResource": kind.singular} | _words(kind)
    below = [
        {"subresource": sub.name, "responseKind": _type(sub), "verbs": list(sub.verbs)} for sub in kind.subresources
    ]
    return made | ({"subresources": below} if below else {})


def _type(sub: Subresource) -> Object:
    return {"group": sub.group, "version": sub.version, "kind": sub.kind}


def _words(kind: Kind) -> Object:
    """Give what both forms say of a kind: its verbs, short names and categories."""
    made: Object = {"verbs": list(kind.verbs)} | ({"shortNames": list(kind.short)} if kind.short else {})
    return made | ({"categories": list(kind.categories)} if kind.categories else {})


def core_versions(address: str) -> Object:
    where = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": where}


def group_list() -> Object:
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(group) for group in _groups()]}


def group(name: str) -> Object | None:
    """Give one group's versions, or None."""
    return {"kind": "APIGroup", "apiVersion": "v1"} | _group(name) if name in _groups() else None


def _group(name: str) -> Object:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in _versions(name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def resource_list(group_name: str, version: str) -> Object | None:
    """Give the plain list of one group and version, or None."""
    resources: list[Object] = []
    for kind in _of(group_name, version):
        resources.append(_plain(kind))
        resources += [_plain_subresource(kind, sub) for sub in kind.subresources]
    if not resources:
        return None
    shown = f"{group_name}/{version}" if group_name else version
    made: Object = {"kind": "APIResourceList"} | ({"apiVersion": "v1"} if group_name else {})
    return made | {"groupVersion": shown, "resources": resources}


def _plain(kind: Kind) -> Object:
    made: Object = {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced}
    return made | {"kind": kind.name} | _words(kind)


def _plain_subresource(kind: Kind, sub: Subresource) -> Object:
    made: Object = {"name": f"{kind.plural}/{sub.name}", "singularName": "", "namespaced": kind.namespaced}
    return made | {word: text for word, text in _type(sub).items() if text} | {"verbs": list(sub.verbs)}


def openapi(path: str) -> Object | None:
    """Answer `/openapi/v3…`: what there is, or one document, with what `kubectl apply` looks for."""
    served = {kind.base: kind.base.strip("/") for kind in KINDS}
    if path == OPENAPI:
        return {"paths": {words: {"serverRelativeURL": f"{OPENAPI}{base}"} for base, words in served.items()}}
    base = path.removeprefix(OPENAPI)
    if base not in served:
        return None
    paths = {f"{base}/{kind.plural}/{{name}}": {"patch": _patched(kind)} for kind in KINDS if kind.base == base}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.2"}, "paths": paths, "components": {}}


def _patched(kind: Kind) -> Object:
    about = {"group": kind.group, "version": kind.version, "kind": kind.name}
    return {
        "x-kubernetes-group-version-kind": about,
        "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
        "responses": {"200": {"description": "OK"}},
    }


def health(*, verbose: bool, word: str) -> str:
    """Answer `/readyz`, `/livez` and `/healthz`."""
    if not verbose:
        return "ok"
    return "".join(f"[+]{check} ok\n" for check in CHECKS) + f"{word} check passed\n"
