"""Which types a cluster serves, and which of them a word like `deploy` means."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from runbooks.kubectl.connection import DISCOVERY, Answer, Cluster
from runbooks.kubectl.words import Failed


@dataclass(frozen=True)
class Resource:
    """One type the API server serves, in its preferred version."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    preferred: bool = True

    @property
    def full(self) -> str:
        """`deployments.apps`; core types have no group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def kind_name(self) -> str:
        """`deployment.apps`: what stands before an object's name."""
        return f"{self.kind.lower()}.{self.group}" if self.group else self.kind.lower()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None, name: str = "", sub: str = "") -> str:
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        place = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{root}{place}/{self.plural}" + (f"/{name}" if name else "") + (f"/{sub}" if sub else "")


@dataclass(frozen=True)
class Types:
    """Every type of one cluster, in the server's order."""

    resources: tuple[Resource, ...]

    def named(self, word: str) -> Resource | None:
        """The type a word means: plural, singular, short name or kind, with `.group` or `.version.group`."""
        name, _, rest = word.lower().partition(".")
        if not name:
            return None
        for version, group in _places(rest):
            found = [one for one in self.resources if _fits(one, name, group, version)]
            if found:
                return max(found, key=lambda one: _closeness(one, name, version))
        return None

    def category(self, word: str) -> list[Resource]:
        return [
            one for one in self.resources if one.preferred and word.lower() in one.categories and "list" in one.verbs
        ]


def _places(rest: str) -> list[tuple[str | None, str | None]]:
    if not rest:
        return [(None, None)]
    version, dot, group = rest.partition(".")
    return [*([(version, group)] if dot else []), (None, rest)]


def _fits(one: Resource, name: str, group: str | None, version: str | None) -> bool:
    if name not in {one.plural, one.singular, one.kind.lower(), *one.short_names}:
        return False
    if version is not None:
        return one.version == version and one.group == group
    if not one.preferred:
        return False
    return group is None or one.group == group or one.group.startswith(group)


def _closeness(one: Resource, name: str, version: str | None) -> tuple[bool, bool]:
    return name in {one.plural, one.singular}, version is not None or one.preferred


async def types_of(cluster: Cluster, *, fresh: bool = False, timeout: float = 30.0) -> Types:
    """What the cluster serves; asked once, and again when `fresh`."""
    async with cluster.known.setdefault("asking for types", asyncio.Lock()):  # lines side by side ask once
        if fresh or "types" not in cluster.known:
            core, groups = await asyncio.gather(
                *(cluster.ask("GET", path, accept=DISCOVERY, timeout=timeout) for path in ("/api", "/apis"))
            )
            found = [*(await _listed(cluster, core, timeout)), *(await _listed(cluster, groups, timeout))]
            cluster.known["types"] = Types(tuple(found))
        types: Types = cluster.known["types"]
        return types


async def _listed(cluster: Cluster, answer: Answer, timeout: float) -> list[Resource]:
    document = answer.json
    if not answer.ok or not isinstance(document, dict):
        message = document.get("message") if isinstance(document, dict) else answer.text[:200]
        raise Failed(f"error: couldn't get current server API group list: {message}\n")
    if document.get("kind") == "APIGroupDiscoveryList":
        return list(_aggregated(document))
    return await _plain(cluster, document, timeout)


def _aggregated(document: dict[str, Any]) -> Iterable[Resource]:
    for group in document.get("items") or []:
        seen: set[str] = set()
        for version in group.get("versions") or []:
            for one in version.get("resources") or []:
                first = one["resource"] not in seen
                seen.add(one["resource"])
                yield _resource(group.get("metadata", {}).get("name", ""), version["version"], one, preferred=first)


def _resource(group: str, version: str, one: dict[str, Any], *, preferred: bool) -> Resource:
    kind = (one.get("responseKind") or {}).get("kind") or one["resource"]
    return Resource(
        group,
        version,
        one["resource"],
        one.get("singularResource") or kind.lower(),
        kind,
        one.get("scope") == "Namespaced",
        tuple(one.get("verbs") or ()),
        tuple(one.get("shortNames") or ()),
        tuple(one.get("categories") or ()),
        preferred,
    )


async def _plain(cluster: Cluster, document: dict[str, Any], timeout: float) -> list[Resource]:
    """Servers before aggregated discovery list their groups, and each version on a page of its own."""
    pages: list[tuple[str, str, str]] = [("", version, f"/api/{version}") for version in document.get("versions") or []]
    for group in document.get("groups") or []:
        pages += [(group["name"], one["version"], f"/apis/{one['groupVersion']}") for one in group["versions"]]
    found: list[Resource] = []
    for group, version, path in pages:
        page = (await cluster.ask("GET", path, timeout=timeout)).json or {}
        known = {(one.group, one.plural) for one in found}
        found += [
            _paged(group, version, one, preferred=(group, one["name"]) not in known)
            for one in page.get("resources") or []
            if "/" not in one["name"]
        ]
    return found


def _paged(group: str, version: str, one: dict[str, Any], *, preferred: bool) -> Resource:
    return Resource(
        group,
        version,
        one["name"],
        one.get("singularName") or one["kind"].lower(),
        one["kind"],
        bool(one.get("namespaced")),
        tuple(one.get("verbs") or ()),
        tuple(one.get("shortNames") or ()),
        tuple(one.get("categories") or ()),
        preferred,
    )
