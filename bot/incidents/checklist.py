"""What of a runbook's checklists is done, by whom or by what, and what is late: a pure rule over the record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.store.tables import (
    Diagnosis,
    Entry,
    FollowUp,
    Incident,
    Kind,
    MitigationRun,
    NoticeRow,
    NoticeState,
    RunState,
    Status,
    Tick,
    Update,
)
from runbooks.durations import spelled
from runbooks.model import Checklist, Runbook

STAGES = ("declared", "mitigated", "resolved")


@dataclass(frozen=True)
class Record:
    """What ticks items by itself, and what people have ticked."""

    incident: Incident
    announced: bool = False
    entries: Sequence[Entry] = ()
    updates: Sequence[Update] = ()
    diagnoses: Sequence[Diagnosis] = ()
    mitigations: Sequence[MitigationRun] = ()
    notices: Sequence[NoticeRow] = ()
    follow_ups: Sequence[FollowUp] = ()
    ticks: Sequence[Tick] = ()

    @property
    def scenarios(self) -> set[str]:
        """The scenarios that somebody has chosen, or that were found to match."""
        found = {run.scenario for run in self.diagnoses} | {str(one.detail.get("scenario", "")) for one in self.entries}
        return found - {""}


@dataclass(frozen=True)
class Done:
    """When something was done, and by whom; nobody means Muster, or whatever happened."""

    at: datetime | None
    by: str | None = None
    by_hand: bool = False


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
    return [_list(one, record, now) for one in runbook.checklists if _applies(one, runbook, record)]


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


def _list(one: Checklist, record: Record, now: datetime) -> List:
    start, ticks = _start(one, record.incident), {tick.item: tick for tick in record.ticks}
    items: list[Item] = []
    for item, key in zip(one.items, _keys(one), strict=True):
        tick = ticks.get(key)
        done = _happened(item.done_when, record) or (Done(tick.at, tick.by, by_hand=True) if tick else None)
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


def _happened(what: str, record: Record) -> Done | None:
    """Return what has ticked an item: an event, or a diagnostic or mitigation of that name."""
    if not what:
        return None
    return EVENTS[what](record) if what in EVENTS else _ran(what, record)


def _entry(record: Record, *kinds: Kind) -> Done | None:
    found = next((one for one in record.entries if one.kind in kinds), None)
    return Done(found.at, found.person) if found else None


def _acknowledged(record: Record) -> Done | None:
    """Only what was said since it was last opened counts."""
    said = [one for one in record.entries if one.kind is Kind.ACKNOWLEDGED]
    return Done(said[-1].at, said[-1].person) if said and record.incident.acknowledged_at else None


def _severity(record: Record) -> Done | None:
    """A severity counts as said when it was changed, or whoever acknowledged has let it stand."""
    return _entry(record, Kind.SEVERITY) or _acknowledged(record)


def _commander(record: Record) -> Done | None:
    if record.incident.commander is None:
        return None
    given = [one for one in record.entries if one.kind is Kind.ROLE and one.detail.get("role") == "commander"]
    return Done(given[-1].at if given else None, record.incident.commander)


def _announced(record: Record) -> Done | None:
    return Done(record.incident.started_at) if record.announced else None


def _notices(record: Record) -> Done | None:
    """In a drill nothing is sent; a severity that wants nothing said is done with it, too."""
    if any(row.state is NoticeState.OPEN for row in record.notices):
        return None
    dates = [row.done_at for row in record.notices if row.done_at]
    return Done(max(dates, default=record.incident.started_at), record.notices[-1].by if record.notices else None)


def _diagnosed(*phases: str) -> Callable[[Record], Done | None]:
    def happened(record: Record) -> Done | None:
        runs = [run for run in record.diagnoses if run.state is RunState.DONE]
        found = next((run for run in runs if not phases or run.phase in phases), None)
        return Done(found.finished_at, found.by) if found else None

    return happened


def _mitigated(record: Record) -> Done | None:
    applied = next((run for run in record.mitigations if _applied(run)), None)
    if applied:
        return Done(applied.finished_at, applied.by)
    return Done(record.incident.mitigated_at) if record.incident.mitigated_at else None


def _updated(record: Record) -> Done | None:
    return Done(record.updates[0].at, record.updates[0].by) if record.updates else None


def _resolved(record: Record) -> Done | None:
    return _entry(record, Kind.RESOLVED) if record.incident.status is Status.RESOLVED else None


def _follow_ups(record: Record) -> Done | None:
    return Done(record.incident.resolved_at) if record.follow_ups else None


def _postmortem(record: Record) -> Done | None:
    found = next((one for one in record.entries if "postmortem" in one.detail), None)
    return Done(found.at, found.person) if found else None


EVENTS: Mapping[str, Callable[[Record], Done | None]] = {
    "acknowledged": _acknowledged,
    "severity": _severity,
    "commander": _commander,
    "announced": _announced,
    "notices": _notices,
    "assessed": _diagnosed("assess"),
    "diagnosed": _diagnosed(),
    "mitigated": _mitigated,
    "verified": _diagnosed("verify"),
    "updated": _updated,
    "resolved": _resolved,
    "follow-ups": _follow_ups,
    "postmortem": _postmortem,
}
"""How each of the runbook's EVENTS is read from the record."""


def _ran(id_: str, record: Record) -> Done | None:
    for run in record.diagnoses:
        if run.state is RunState.DONE and id_ in run.steps:
            return Done(run.finished_at, run.by)
    found = next((run for run in record.mitigations if run.mitigation == id_ and _applied(run)), None)
    return Done(found.finished_at, found.by) if found else None


def _applied(run: MitigationRun) -> bool:
    """Whether it was applied, or rehearsed in a drill."""
    return run.state is RunState.DONE
