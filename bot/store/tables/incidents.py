"""What an incident is, what happened in it, and what people were told."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from bot.store import columns
from bot.store.columns import Table


class Status(StrEnum):
    """Where an incident stands."""

    INVESTIGATING = "Investigating"
    IDENTIFIED = "Identified"
    MONITORING = "Monitoring"
    RESOLVED = "Resolved"
    CANCELLED = "Cancelled"

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self not in {Status.RESOLVED, Status.CANCELLED}


class Role(StrEnum):
    """What a person has taken on in an incident; the value is the incident's column."""

    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SCRIBE = "scribe"


class Incident(Table, table=True):
    """One incident; `INC-7` is the one with id 7."""

    id: int | None = Field(default=None, primary_key=True)
    title: str = columns.text()
    service: str = Field(index=True)
    severity: str
    status: Status = columns.word(Status, Status.INVESTIGATING, index=True)
    impact: str = columns.text()
    known: str = columns.text()
    private: bool = False
    drill: bool = False
    declared_by: str
    commander: str | None = None
    communications: str | None = None
    scribe: str | None = None
    channel: str | None = Field(default=None, index=True)
    channel_name: str = ""
    card_ts: str | None = None
    source_link: str = columns.text()
    started_at: datetime = columns.moment(nullable=False)
    acknowledged_at: datetime | None = columns.moment()
    mitigated_at: datetime | None = columns.moment()
    resolved_at: datetime | None = columns.moment()
    next_update_at: datetime | None = columns.moment()
    resolve_by: datetime | None = columns.moment()
    """By when its severity wants it to be over, counted from the declaration, reopening or change of severity."""
    checklist: str = ""
    """The checklist that a person has opened; '' shows the one whose turn it is."""
    checklist_drawn: str = ""
    """What the live checklist shows, as a digest: it is edited only when that changes."""
    automatic_updates: int = 0
    suggested: list[str] = columns.json(list)
    """Severities that were proposed for it: each is said once."""
    root_cause: str = columns.text()
    fix: str = columns.text()

    @property
    def ref(self) -> str:
        """How people name it."""
        return f"INC-{self.id}"

    def holder(self, role: Role) -> str | None:
        """Return who has taken on `role`."""
        name = {Role.COMMANDER: self.commander, Role.COMMUNICATIONS: self.communications, Role.SCRIBE: self.scribe}
        return name[role]


class Link(Table, table=True):
    """Two incidents that belong together; the smaller id first."""

    first: int = Field(foreign_key="incident.id", primary_key=True)
    second: int = Field(foreign_key="incident.id", primary_key=True)


class Kind(StrEnum):
    """What a timeline entry tells of."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    STATUS = "status"
    SEVERITY = "severity"
    ROLE = "role"
    UPDATE = "update"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    DIAGNOSTIC = "diagnostic"
    COMMAND = "command"
    MITIGATION = "mitigation"
    NOTE = "note"
    MARKED = "marked"
    LINKED = "linked"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    DEADLINE = "deadline"
    NOTICE = "notice"
    CHECKLIST = "checklist"
    HANDOFF = "handoff"
    TROUBLE = "trouble"


class Entry(Table, table=True):
    """A line of the timeline, at the time of what it tells."""

    __tablename__ = "entry"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    at: datetime = columns.moment(nullable=False)
    recorded_at: datetime = columns.moment(nullable=False)
    kind: Kind = columns.word(Kind)
    person: str | None = None
    text: str = columns.text()
    detail: dict[str, Any] = columns.json(dict)
    source: str | None = Field(default=None)
    """`channel/ts` of a marked message, so that it joins once and can leave again."""
    __table_args__ = (UniqueConstraint("incident", "source"),)


class Update(Table, table=True):
    """What stakeholders were told, and when they were promised more."""

    __tablename__ = "update"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    at: datetime = columns.moment(nullable=False)
    by: str | None = None
    status: Status = columns.word(Status)
    impact: str = columns.text()
    known: str = columns.text()
    next_at: datetime | None = columns.moment()
    automatic: bool = False
    was_due_at: datetime | None = columns.moment()
    on_time: bool = True


class FollowUp(Table, table=True):
    """Something to do after the incident."""

    __tablename__ = "follow_up"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    text: str = columns.text()
    person: str | None = None
    due_on: str | None = None
