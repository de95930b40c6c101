"""Events: written once, counted when they happen again, forgotten after an hour."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.clock import micro_stamp, moment_of, stamp
from sandbox.cluster.kinds import EVENTS
from sandbox.cluster.objects import Object, copied, name_of, namespace_of, uid_of
from sandbox.cluster.store import Store

KEPT_SECONDS = 3600


class Recorder:
    """Writes what controllers did into the cluster's events."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, ...], tuple[str, str]] = {}

    def normal(self, about: Mapping[str, Any], reason: str, message: str, **source: str) -> None:
        self._record(about, "Normal", reason, message, source)

    def warning(self, about: Mapping[str, Any], reason: str, message: str, **source: str) -> None:
        self._record(about, "Warning", reason, message, source)

    def forget_old(self) -> None:
        """Drop events that nobody repeated for an hour, as the server does."""
        oldest = self._store.now() - KEPT_SECONDS
        for event in self._store.all(EVENTS):
            if moment_of(event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]) < oldest:
                self._store.remove(EVENTS, event)

    def scheduled(self, pod: Mapping[str, Any], reason: str, message: str, kind: str = "Normal") -> None:
        """Write a scheduler's event: new style, with `eventTime` and no first and last time."""
        key = (uid_of(pod), reason, message)
        if key in self._known and self._store.get(EVENTS, *self._known[key]):
            return
        event = self._event(pod, kind, reason, message, {})
        event |= {"source": {}, "firstTimestamp": None, "lastTimestamp": None}
        event |= {"eventTime": micro_stamp(self._store.now()), "action": "Binding"}
        event |= {"reportingComponent": "default-scheduler", "reportingInstance": "default-scheduler-control-1"}
        event.pop("count")
        self._known[key] = (namespace_of(event), name_of(self._store.create(EVENTS, event)))

    def _record(
        self, about: Mapping[str, Any], kind: str, reason: str, message: str, source: Mapping[str, str]
    ) -> None:
        key = (uid_of(about), kind, reason, message, source.get("path", ""))
        known = self._store.get(EVENTS, *self._known[key]) if key in self._known else None
        if known is not None:
            again = copied(known)
            again |= {"count": known["count"] + 1, "lastTimestamp": stamp(self._store.now())}
            self._store.replace(EVENTS, again)
            return
        made = self._store.create(EVENTS, self._event(about, kind, reason, message, source))
        self._known[key] = (namespace_of(made), name_of(made))

    def _event(
        self, about: Mapping[str, Any], kind: str, reason: str, message: str, source: Mapping[str, str]
    ) -> Object:
        now = self._store.now()
        namespace = namespace_of(about) or "default"
        involved = {"kind": about["kind"], "namespace": namespace_of(about), "name": name_of(about)}
        involved |= {"uid": uid_of(about), "apiVersion": about["apiVersion"]}
        involved |= {"resourceVersion": about["metadata"].get("resourceVersion", "")}
        if not involved["namespace"]:
            del involved["namespace"]
        if source.get("path"):
            involved["fieldPath"] = source["path"]
        where = {"host": source["host"]} if source.get("host") else {}
        unique = f"{int(now * 1e9) + self._store.random.getrandbits(20):x}"
        return {
            "metadata": {"name": f"{name_of(about)}.{unique}", "namespace": namespace},
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "source": {"component": source.get("component", "")} | where,
            "firstTimestamp": stamp(now),
            "lastTimestamp": stamp(now),
            "count": 1,
            "type": kind,
            "eventTime": None,
            "reportingComponent": source.get("component", ""),
            "reportingInstance": source.get("host", ""),
        }
