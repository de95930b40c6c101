"""Where the objects are: versions, changes in order, and who is told about them."""

import asyncio
import copy
import random
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.cluster import faults
from sandbox.cluster.clock import stamp
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Object, copied, name_of, namespace_of

KEPT_CHANGES = 4000


@dataclass(frozen=True)
class Change:
    version: int
    kind: Kind
    before: Object | None
    after: Object | None


class Store:
    """What stands in here is never changed in place: a change is a new object."""

    def __init__(self, now: Callable[[], float], seed: int = 7) -> None:
        self.now = now
        self.random = random.Random(seed)
        self.version = 1000
        self.changes: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._objects: dict[str, dict[tuple[str, str], Object]] = {}
        self._lists: dict[str, dict[str, list[Object]]] = {}
        self._listeners: set[asyncio.Event] = set()

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        return self._of(kind).get((namespace if kind.namespaced else "", name))

    def need(self, kind: Kind, namespace: str, name: str) -> Object:
        """Give an object, or the 404 that the server answers."""
        found = self.get(kind, namespace, name)
        if found is None:
            raise faults.not_found(kind, name)
        return found

    def all(self, kind: Kind, namespace: str | None = None) -> list[Object]:
        """List objects as the server does: by namespace, then by name."""
        lists, wanted = self._lists.setdefault(kind.resource, {}), namespace or ""
        if wanted not in lists:
            found = self._of(kind)
            lists[wanted] = [found[key] for key in sorted(found, key="/".join) if not namespace or key[0] == namespace]
        return list(lists[wanted])

    def __deepcopy__(self, memo: dict[int, Any]) -> "Store":
        """Copy what changes; the objects in here never do."""
        twin = copy.copy(self)
        memo[id(self)] = twin
        twin.now, twin.random = copy.deepcopy(self.now, memo), copy.deepcopy(self.random, memo)
        twin.changes = deque(maxlen=KEPT_CHANGES)
        objects = {resource: dict(found) for resource, found in self._objects.items()}
        vars(twin).update(_objects=objects, _lists={}, _listeners=set())
        return twin

    def create(self, kind: Kind, thing: Object, *, dry: bool = False) -> Object:
        """Take in a new object, with its uid, time and version."""
        made = copied(thing)
        meta = made["metadata"]
        if "name" not in meta and "generateName" in meta:
            meta["name"] = meta["generateName"] + self.suffix()
        key = (namespace_of(made) if kind.namespaced else "", name_of(made))
        if key in self._of(kind):
            raise faults.already_exists(kind, key[1])
        meta |= {"uid": self.uid(), "creationTimestamp": stamp(self.now())}
        if "spec" in made and kind.plural not in {"nodes", "namespaces", "services"}:
            meta.setdefault("generation", 1)
        made = {"kind": kind.name, "apiVersion": kind.api_version} | made
        return made if dry else self._put(kind, key, None, made)

    def replace(self, kind: Kind, thing: Object) -> Object:
        """Put a changed copy in the place of the object; an equal one changes nothing."""
        key = (namespace_of(thing) if kind.namespaced else "", name_of(thing))
        before = self._of(kind)[key]
        thing["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"]
        return before if thing == before else self._put(kind, key, before, thing)

    def remove(self, kind: Kind, thing: Object) -> None:
        key = (namespace_of(thing) if kind.namespaced else "", name_of(thing))
        before = self._of(kind).pop(key, None)
        self._lists.pop(kind.resource, None)
        if before is not None:
            self.version += 1
            last = copied(before)
            last["metadata"]["resourceVersion"] = str(self.version)
            self._tell(Change(self.version, kind, last, None))

    def uid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def suffix(self, length: int = 5) -> str:
        """Make the random end of a generated name, from Kubernetes' own alphabet."""
        return "".join(self.random.choices("bcdfghjklmnpqrstvwxz2456789", k=length))

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at each change, for one watch."""
        heard = asyncio.Event()
        self._listeners.add(heard)
        try:
            yield heard
        finally:
            self._listeners.discard(heard)

    def _of(self, kind: Kind) -> dict[tuple[str, str], Object]:
        return self._objects.setdefault(kind.resource, {})

    def _put(self, kind: Kind, key: tuple[str, str], before: Object | None, after: Object) -> Object:
        self.version += 1
        after["metadata"]["resourceVersion"] = str(self.version)
        self._of(kind)[key] = after
        self._lists.pop(kind.resource, None)
        self._tell(Change(self.version, kind, before, after))
        return after

    def _tell(self, change: Change) -> None:
        self.changes.append(change)
        for heard in self._listeners:
            heard.set()
