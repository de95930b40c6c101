"""A request as the API server understands it: which kind, which object, which verb, which options."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cluster import faults, protobuf
from sandbox.cluster.authorizing import Wish, may
from sandbox.cluster.identity import Identity
from sandbox.cluster.kinds import KINDS, Kind
from sandbox.cluster.store import Store

VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}
PROTOBUF = "application/vnd.kubernetes.protobuf"


@dataclass(frozen=True)
class Target:
    """What a path means."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""

    @property
    def resource(self) -> str:
        return f"{self.kind.plural}/{self.subresource}" if self.subresource else self.kind.plural


@dataclass(frozen=True)
class Asked:
    method: str
    target: Target
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    who: Identity

    @property
    def verb(self) -> str:
        verb = VERBS[self.method]
        if self.target.name or self.method not in {"GET", "HEAD"}:
            return verb
        return "watch" if truth(self.query.get("watch")) else "list"

    @property
    def name(self) -> str:
        """Give the name that rules are held against: that of the path, or the only one a list or watch may find."""
        terms = self.query.get("fieldSelector", "").split(",")
        only = [value for key, _, value in (term.partition("=") for term in terms) if key == "metadata.name"]
        return self.target.name or next((value.lstrip("=") for value in only), "")

    @property
    def namespace(self) -> str:
        """Give the namespace whose rules hold; a namespace lies in itself."""
        target = self.target
        return target.name if target.kind.resource == "namespaces" else target.namespace

    @property
    def dry(self) -> bool:
        """Say whether this is a dry run; anything but `All` is refused."""
        asked = self.query.get("dryRun")
        if asked is None and self.method == "DELETE" and self.body:
            asked = next(iter(self.json().get("dryRun") or []), None)
        if asked not in {None, "", "All"}:
            message = f'Invalid value: "{asked}": must be one of: All'
            raise faults.Fault(422, "Invalid", f"dryRun: {message}", {})
        return asked == "All"

    @property
    def accept(self) -> str:
        return self.headers.get("Accept", "*/*")

    def json(self) -> dict[str, Any]:
        """Read the body as one object; a 400 says why it cannot."""
        media = self.headers.get("Content-Type", "").split(";")[0]
        if media == PROTOBUF:
            return protobuf.read(self.body)
        if not self.body:
            return {}
        try:
            found = json.loads(self.body)
        except ValueError as problem:
            raise faults.bad_request(f"error decoding the body: {problem}") from None
        if not isinstance(found, dict):
            raise faults.bad_request("the object provided is unrecognized (must be of type object)")
        return found


def truth(text: str | None) -> bool:
    return text is not None and text.lower() in {"", "1", "t", "true"}


def target_of(path: str) -> Target:
    """Read a path; a 404 when this server has no such resource."""
    words = path.strip("/").split("/")
    if words[0] == "api" and len(words) > 2:
        group, version, words = "", words[1], words[2:]
    elif words[0] == "apis" and len(words) > 3:
        group, version, words = words[1], words[2], words[3:]
    else:
        raise faults.no_such_path()
    namespace = ""
    if words[0] == "namespaces" and len(words) > 2 and words[2] not in {"status", "finalize"}:
        namespace, words = words[1], words[2:]
    kind = next((k for k in KINDS if (k.group, k.version, k.plural) == (group, version, words[0])), None)
    if kind is None or (namespace and not kind.namespaced):
        raise faults.no_such_path()
    name, subresource, rest = [*words[1:3], "", ""][0], "", ""
    if len(words) > 2:
        subresource, rest = words[2], "/".join(words[3:])
        if kind.subresource(subresource) is None:
            raise faults.no_such_path()
    return Target(kind, namespace, name, subresource, rest)


def allow(asked: Asked, store: Store) -> None:
    """Let a request pass, or answer 403 in the server's words."""
    target, who = asked.target, asked.who
    kind, name, namespace = target.kind, asked.name, asked.namespace
    if may(store, who, Wish(asked.verb, kind.group, target.resource, namespace, name)) is not None:
        return
    shown = f'{kind.resource} "{name}"' if name else kind.resource
    where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
    message = (
        f'{shown} is forbidden: User "{who.name}" cannot {asked.verb} resource "{target.resource}" '
        f'in API group "{kind.group}"{where}'
    )
    raise faults.Fault(403, "Forbidden", message, faults.details(kind, name))
