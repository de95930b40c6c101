"""What is wrong with nodes: silent, short of memory or disk, closed to new pods."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runbooks.signs.finding import Around, Finding, Remedy
from runbooks.signs.pods import moment, of_kinds

ILL = {
    "MemoryPressure": "is short of memory",
    "DiskPressure": "is short of disk",
    "PIDPressure": "is short of process ids",
    "NetworkUnavailable": "has no network",
    "ReadonlyFilesystem": "can write no file",
    "KernelDeadlock": "hangs in its kernel",
}
"""Conditions that are bad when they hold; the last two are node-problem-detector's."""


def node_trouble(objects: Iterable[Mapping[str, Any]], around: Around) -> Iterator[Finding]:
    """Find nodes that do not answer, are short of something, or take no pods."""
    for one in of_kinds(objects, "Node"):
        name = str((one.get("metadata") or {}).get("name", ""))
        conditions = {each.get("type"): each for each in (one.get("status") or {}).get("conditions") or []}
        if not conditions:
            yield from _by_its_word(name, str((one.get("cells") or {}).get("Status", "")))
            continue
        yield from _silent(name, conditions.get("Ready") or {}, around)
        for kind, what in ILL.items():
            if (conditions.get(kind) or {}).get("status") == "True":
                yield Finding("bad", name, f"Node {name} {what} ({kind})")
        if (one.get("spec") or {}).get("unschedulable"):
            yield _closed(name)


def _silent(name: str, ready: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    if not ready or ready.get("status") == "True":
        return
    since = moment(ready.get("lastTransitionTime"))
    when = f", {around.when(since)}" if since else ""
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
