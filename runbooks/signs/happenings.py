"""What a cluster's events tell: warnings of late, counted by reason, and what each of them means."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runbooks.signs.ailing import no_node
from runbooks.signs.finding import Around, Finding, Level
from runbooks.signs.pods import moment, of_kinds

_AGE = re.compile(r"(\d+)([smhd])")
_IN_POD = re.compile(r" in pod \S+\([0-9a-f-]{36}\)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
MEANT = {
    "FailedScheduling": "pending",
    "FailedMount": "failed-mount",
    "FailedAttachVolume": "failed-mount",
    "Evicted": "evicted",
    "OOMKilling": "oom-killed",
    "FailedCreate": "quota",
    "NodeNotReady": "node-trouble",
    "ProvisioningFailed": "claim-pending",
}
"""What `find:` word a reason answers besides `warnings`."""
_BAD = {"FailedScheduling", "FailedMount", "FailedAttachVolume", "Evicted", "OOMKilling", "FailedCreate"}
_ONCE = {"Evicted", "OOMKilling", "SystemOOM", "NodeNotReady", "Preempted"}
"""What is told once; the others are told again and again for as long as they last."""
_OF_NO_HARM = {
    "CheckLimitsForResolvConf", "DNSConfigForming", "FailedToUpdateEndpoint", "FailedToUpdateEndpointSlices",
    "InvalidDiskCapacity", "PolicyViolation",
}  # fmt: skip
"""What healthy clusters warn of, for ever: too many nameservers, a policy on trial, a node that has just come up."""
_AGAIN = 3
_PASSED = timedelta(minutes=10)
"""Every rollout has a probe that fails at first and a volume that is late; such a warning has passed by then."""


@dataclass(frozen=True)
class Event:
    """One event, however the line asked for it."""

    reason: str
    object: str
    message: str
    count: int
    at: datetime | None


def warnings(objects: Iterable[Mapping[str, Any]], around: Around) -> Iterator[Finding]:
    """Find warnings of late, by reason; how often and on what."""
    by_reason: dict[str, list[Event]] = {}
    for one in events(objects, around):
        by_reason.setdefault(one.reason, []).append(one)
    for reason, some in by_reason.items():
        yield Finding(_level(reason, some), some[0].object, _told(reason, some), name=_meant(reason, some))


def _meant(reason: str, some: list[Event]) -> str:
    """A webhook or a policy keeps pods from being made, too; only a quota is one."""
    if reason == "FailedCreate" and not any("exceeded quota" in one.message for one in some):
        return "warnings"
    return MEANT.get(reason, "warnings")


def meaning(word: str, objects: Iterable[Mapping[str, Any]], around: Around) -> Iterator[Finding]:
    """Find only the warnings that answer one word of `find:`."""
    return (one for one in warnings(objects, around) if one.name == word)


def events(objects: Iterable[Mapping[str, Any]], around: Around) -> list[Event]:
    """Return the warnings of the last half hour among raw objects."""
    found = (_event(one, around) for one in of_kinds(objects, "Event"))
    return [one for one in found if one is not None and around.lately(one.at) and not _passed(one, around)]


def _passed(one: Event, around: Around) -> bool:
    return one.reason not in _ONCE and one.count < _AGAIN and not around.lately(one.at, _PASSED)


def _event(raw: Mapping[str, Any], around: Around) -> Event | None:
    cells = raw.get("cells") or {}
    reason = str(raw.get("reason") or cells.get("Reason", ""))
    if str(raw.get("type") or cells.get("Type", "")) != "Warning" or reason in _OF_NO_HARM:
        return None
    about = raw.get("involvedObject") or raw.get("regarding") or {}
    said = raw.get("message") or raw.get("note") or cells.get("Message", "")
    count = (raw.get("series") or {}).get("count") or raw.get("count") or raw.get("deprecatedCount")
    return Event(
        reason=reason,
        object=str(about.get("name") or str(cells.get("Object", "")).rpartition("/")[2]),
        message=" ".join(str(said).split()),
        count=int(count or 1),
        at=_at(raw, cells, around),
    )


def _at(raw: Mapping[str, Any], cells: Mapping[str, Any], around: Around) -> datetime | None:
    series = (raw.get("series") or {}).get("lastObservedTime")
    if at := moment(series or raw.get("lastTimestamp") or raw.get("deprecatedLastTimestamp") or raw.get("eventTime")):
        return at
    parts = _AGE.findall(str(cells.get("Last Seen", "")))
    passed = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    return around.now - passed if parts else None


def _level(reason: str, some: list[Event]) -> Level:
    """What may pass by itself is bad once it has come again and again."""
    lasting = reason in _ONCE or sum(one.count for one in some) >= _AGAIN
    return "bad" if reason in _BAD and lasting else "warning"


def _told(reason: str, some: list[Event]) -> str:
    newest = max(some, key=lambda one: one.count)
    times = sum(one.count for one in some)
    objects = {one.object for one in some}
    where = newest.object if len(objects) == 1 else f"{newest.object} and {len(objects) - 1} more"
    message = no_node(newest.message) if reason == "FailedScheduling" else _IN_POD.sub("", newest.message)[:140]
    return f"{times} × {reason} on {where}: {message}" if times > 1 else f"{reason} on {where}: {message}"
