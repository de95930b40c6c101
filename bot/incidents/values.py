"""What the use cases are asked with, and what they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.store.tables import Entry, FollowUp, Incident, MitigationRun, Status, Update
from runbooks.model import Mitigation, Runbook, Severity


@dataclass(frozen=True)
class Declaration:
    """What a person says when declaring; `source_link` and `quote` are of the message it came from."""

    title: str
    service: str
    severity: str
    impact: str = ""
    private: bool = False
    drill: bool = False
    exercise: str = ""
    """The runbook's drill that is played, if it is one of those."""
    source_link: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Said:
    """What a person says in an update; None means: as before."""

    status: Status | None = None
    impact: str | None = None
    known: str = ""
    next_in: timedelta | None = None


@dataclass(frozen=True)
class FollowUpWanted:
    """Something to do after the incident, for whom and until when if that is known."""

    text: str
    person: str | None = None
    due_on: str | None = None


@dataclass(frozen=True)
class Resolution:
    """What a person says when resolving."""

    root_cause: str
    fix: str = ""
    follow_ups: Sequence[FollowUpWanted | str] = ()


@dataclass(frozen=True)
class Look:
    """A frozen snapshot of one incident, for views."""

    incident: Incident
    runbook: Runbook | None
    severity: Severity | None
    now: datetime
    entries: Sequence[Entry] = ()
    updates: Sequence[Update] = ()
    links: Sequence[Incident] = ()
    follow_ups: Sequence[FollowUp] = ()
    mitigations: Sequence[MitigationRun] = ()


@dataclass(frozen=True)
class RequestedMitigation:
    """What a mitigation would send, and the token with which it may be applied once."""

    incident: int
    mitigation: str
    title: str
    about: str
    risk: str
    line: str
    sends: Sequence[str]
    token: str
    diff: str = ""
    warnings: Sequence[str] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    approved: bool = False
    """Whether a second person should agree."""
    drill: bool = False
    """In a drill nothing is applied."""


@dataclass(frozen=True)
class Offered:
    """A mitigation with its inputs as far as they are known: from findings, and choices asked of the cluster."""

    mitigation: Mitigation
    inputs: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
