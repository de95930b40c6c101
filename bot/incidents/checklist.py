"""What of a runbook's checklists is done and what is late: a pure rule over the record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.incidents.ticking import Done, Record, happened
from bot.store.tables import Incident, Status
from runbooks.model import Checklist, Runbook
from runbooks.parts.durations import spelled

STAGES = ("declared", "mitigated", "resolved")


@dataclass(frozen=True)
class Item:
    """How an item stands."""

    key: str
    text: str
    help: str
    target: str
    """As the runbook says it: `5m`; '' for none."""
    due_at: datetime | None
    done: Done | None
    overdue: bool

    @property
    def by_hand(self) -> bool:
        """Whether a person may tick it, or take their tick back."""
        return self.done is None or self.done.by_hand


@dataclass(frozen=True)
class List:
    """How a checklist stands."""

    id: str
    title: str
    starts: str
    started: bool
    items: Sequence[Item]

    @property
    def left(self) -> int:
        """How many items are open."""
        return sum(item.done is None for item in self.items)

    @property
    def overdue(self) -> int:
        """How many items are late."""
        return sum(item.overdue for item in self.items)


def lists(runbook: Runbook, record: Record, now: datetime) -> list[List]:
    """Return the checklists that are for this incident, in the runbook's order."""
    kept = {one.id for one in runbook.diagnostics if one.save_as}
    return [_list(one, record, now, kept) for one in runbook.checklists if _applies(one, runbook, record)]


def current(found: Sequence[List], opened: str = "") -> List | None:
    """Return the list to show: the one a person has opened while it has something open, else whose turn it is."""
    chosen = next((one for one in found if one.id == opened and one.left), None)
    if chosen:
        return chosen
    waiting = [one for one in found if one.started and one.left]
    latest = max((STAGES.index(one.starts) for one in waiting), default=0)
    return next((one for one in waiting if STAGES.index(one.starts) == latest), None)


def next_due(found: Sequence[List], now: datetime) -> datetime | None:
    """Return when the next item will be late."""
    dates = [item.due_at for one in found for item in one.items if item.done is None and item.due_at]
    return min((at for at in dates if at > now), default=None)


def _applies(one: Checklist, runbook: Runbook, record: Record) -> bool:
    severity = runbook.severity(record.incident.severity)
    key = severity.key if severity else record.incident.severity
    known = [found.key if (found := runbook.severity(said)) else said for said in one.severities]
    return (not known or key in known) and (not one.scenario or one.scenario in record.scenarios)


def _list(one: Checklist, record: Record, now: datetime, kept: Collection[str]) -> List:
    """Make a list; evidence that was `kept` earlier is kept, but how things are now, only a later look can tell."""
    start, ticks = _start(one, record.incident), {tick.item: tick for tick in record.ticks}
    since = record if one.starts == "declared" else record.since(start)
    items: list[Item] = []
    for item, key in zip(one.items, _keys(one), strict=True):
        tick = ticks.get(key)
        done = happened(item.done_when, record if item.done_when in kept else since)
        done = done or (Done(tick.at, tick.by, by_hand=True) if tick else None)
        target = item.by or one.within
        due = start + target if start and target and not _over(one, record.incident) else None
        late = due is not None and done is None and due <= now
        items.append(Item(key, item.text, item.help, spelled(target) if target else "", due, done, late))
    return List(one.id, one.title or one.phase or one.id, one.starts, start is not None, items)


def _start(one: Checklist, incident: Incident) -> datetime | None:
    """Return from when its targets count; None: not yet, or never for what was no incident."""
    if one.starts == "declared":
        return incident.started_at
    if incident.status is Status.CANCELLED:
        return None
    return incident.resolved_at if one.starts == "resolved" else incident.mitigated_at or incident.resolved_at


def _over(one: Checklist, incident: Incident) -> bool:
    """Whether it is too late for anything to be late: what was to be done while it lasted."""
    return not incident.status.open and one.starts != "resolved"


def _keys(one: Checklist) -> list[str]:
    """Name the items by what they say: an item keeps its tick when the runbook gets another one above it."""
    found: list[str] = []
    for item in one.items:
        key = f"{one.id}/{sha256(item.text.encode()).hexdigest()[:12]}"
        again = sum(one.startswith(key) for one in found)
        found.append(f"{key}-{again + 1}" if again else key)
    return found
