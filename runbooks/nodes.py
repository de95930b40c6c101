"""What is wrong with nodes: silent, short of memory or disk, closed to new pods."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runbooks.finding import Around, Finding, Remedy
from runbooks.pods import moment

PRESSURE = {"MemoryPressure": "memory", "DiskPressure": "disk", "PIDPressure": "process ids"}


def node_trouble(objects: Iterable[Mapping[str, Any]], around: Around) -> Iterator[Finding]:
    """Find nodes that do not answer, are short of something, or take no pods."""
    for one in objects:
        if one.get("kind") != "Node":
            continue
        name = str((one.get("metadata") or {}).get("name", ""))
        conditions = {each.get("type"): each for each in (one.get("status") or {}).get("conditions") or []}
        if not conditions:
            yield from _by_its_word(name, str((one.get("cells") or {}).get("Status", "")))
            continue
        yield from _silent(name, conditions.get("Ready") or {}, around)
        for kind, what in PRESSURE.items():
            if (conditions.get(kind) or {}).get("status") == "True":
                yield Finding("bad", name, f"Node {name} is short of {what} ({kind})")
        if (one.get("spec") or {}).get("unschedulable"):
            yield _closed(name)


def _silent(name: str, ready: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    if not ready or ready.get("status") == "True":
        return
    since = moment(ready.get("lastTransitionTime"))
    when = f" since {around.when(since)}" if since and around.start is None else ""
    when = f", {around.when(since)}" if since and around.start is not None else when
    word = "does not answer" if ready.get("status") == "Unknown" else "is not ready"
    yield Finding("bad", name, f"Node {name} {word} (NotReady{when})", remedies=(_drained(name),))


def _by_its_word(name: str, status: str) -> Iterator[Finding]:
    if "NotReady" in status or "Unknown" in status:
        yield Finding("bad", name, f"Node {name} is not ready ({status})", remedies=(_drained(name),))
    if "SchedulingDisabled" in status:
        yield _closed(name)


def _drained(name: str) -> Remedy:
    return Remedy("drain", name, {"node": name})


def _closed(name: str) -> Finding:
    uncordon = Remedy("uncordon", name, {"node": name})
    return Finding("warning", name, f"Node {name} takes no new pods (cordoned)", remedies=(uncordon,))
