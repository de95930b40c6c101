"""What ticks an item of a checklist by itself, and by whom it was done: a pure rule over the record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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
    bad: frozenset[tuple[int, str]] = frozenset()
    """What a look found to be bad: its number, and the step."""
    untold: frozenset[tuple[int, str]] = frozenset()
    """What a look learned nothing of: it failed, or nobody has done it by hand yet."""
    only_well: bool = False
    """Whether a look counts only for what it did not find to be bad."""

    def since(self, start: datetime | None) -> "Record":
        """Return the record of a list that asks whether it is well again: the looks since then, and what was well."""
        looks = [run for run in self.diagnoses if start and run.finished_at and run.finished_at >= start]
        return replace(self, diagnoses=looks, only_well=True)

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


def happened(what: str, record: Record) -> Done | None:
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
        nothing = (run.id, id_) in record.untold or (record.only_well and (run.id, id_) in record.bad)
        if run.state is RunState.DONE and id_ in run.steps and not nothing:
            return Done(run.finished_at, run.by)
    found = next((run for run in record.mitigations if run.mitigation == id_ and _applied(run)), None)
    return Done(found.finished_at, found.by) if found else None


def _applied(run: MitigationRun) -> bool:
    """Whether it was applied, or rehearsed in a drill."""
    return run.state is RunState.DONE
