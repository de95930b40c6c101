"""A right in the cluster, as RBAC knows it, and the rule that gives it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True, order=True)
class Right:
    """A verb on a type, or on one object of it, in a namespace or (without one) everywhere.

    `part` is a subresource (`log`, `scale`). `word` is how the line writes a type whose group or plural is unknown
    until the cluster is asked. With `path` it is a right to an address of the API server that is no object.
    """

    verb: str
    group: str = ""
    resource: str = ""
    part: str = ""
    name: str = ""
    namespace: str = ""
    word: str = ""
    path: str = ""

    def __str__(self) -> str:
        """Write it for people: `patch deployments/scale of web`; a group with a dot is told, such as metrics.k8s.io."""
        group = f".{self.group}" if "." in self.group else ""
        part = f"/{self.part}" if self.part else ""
        name = f" of {self.name}" if self.name else ""
        return f"{self.verb} {self.path or f'{self.resource}{group}{part}'}{name}"

    @property
    def written(self) -> str:
        """The type as rules name it: a subresource stands behind it."""
        return f"{self.resource}/{self.part}" if self.part else self.resource

    @property
    def line(self) -> str:
        """The line that asks the cluster for it."""
        name = f"/{self.name}" if self.name else ""
        group = f".{self.group}" if self.group and self.group != "*" else ""
        what = self.path or f"{self.word or self.resource + group}{name}"
        part = f" --subresource={self.part}" if self.part else ""
        return f"kubectl auth can-i {self.verb} {what}{part} {f'-n {self.namespace}' if self.namespace else '-A'}"

    @property
    def place(self) -> str:
        """Which role has to give it."""
        return f"Role of namespace {self.namespace}" if self.namespace else "ClusterRole"

    def covers(self, other: "Right") -> bool:
        """Whether who has it needs no rule for the other one: it is for all names there."""
        return self == other or (not self.name and self == replace(other, name=""))


def rule(rights: Iterable[Right]) -> str:
    """Write the rule of a role for rights that differ in nothing but their verbs, in one line."""
    some = sorted(rights)
    one, verbs = some[0], words(right.verb for right in some)
    if one.path:
        return f"{{nonResourceURLs: {words([one.path])}, verbs: {verbs}}}"
    names = f", resourceNames: {words([one.name])}" if one.name else ""
    return f"{{apiGroups: {words([one.group])}, resources: {words([one.written])}{names}, verbs: {verbs}}}"


def words(some: Iterable[str]) -> str:
    """A list of words in YAML."""
    return json.dumps(list(dict.fromkeys(some)))


def of_request(method: str, path: str) -> Right:
    """The right that a request needs, read from its path as the API server does."""
    parts = path.partition("?")[0].strip("/").split("/")
    verb = VERBS.get(method, method.lower())
    if parts[0] == "api" and len(parts) > 2:
        group, rest = "", parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return Right(method.lower(), path="/" + "/".join(parts))
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace, rest = rest[1], rest[2:] if len(rest) > 2 else rest
    resource, name, part = [*rest[:3], "", ""][:3]
    if not name and verb in {"get", "delete"}:
        verb = {"get": "list", "delete": "deletecollection"}[verb]
    return Right(verb, group, resource, part, name, namespace)
