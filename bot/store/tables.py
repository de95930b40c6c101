"""The tables: what Muster remembers. Times are aware and UTC; people and channels are Slack's ids."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
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


class DueKind(StrEnum):
    """What the clock may have to do."""

    REMIND = "remind"
    UPDATE = "update"
    ESCALATE = "escalate"
    """A level of the runbook's ladder; the subject is its name."""
    RESPOND = "respond"
    RESOLVE = "resolve"
    NOTICE = "notice"
    """Something to be said outside Slack; the subject is the notice's number."""
    CHECKLIST = "checklist"
    LOOK = "look"
    """Ask the numbers whether it is worse than its severity says."""
    PRUNE = "prune"


class Due(Table, table=True):
    """Something to do when its time comes; the row goes when it is done."""

    id: int | None = Field(default=None, primary_key=True)
    incident: int | None = Field(default=None, foreign_key="incident.id", index=True)
    kind: DueKind = columns.word(DueKind)
    subject: str = ""
    """What it is about, where one kind is due several times."""
    due_at: datetime = columns.moment(index=True, nullable=False)
    detail: dict[str, Any] = columns.json(dict)
    __table_args__ = (UniqueConstraint("incident", "kind", "subject"),)


class RunState(StrEnum):
    """How far a diagnosis or a mitigation has come; one that waits was asked for and has not begun."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


class Diagnosis(Table, table=True):
    """One run of diagnostics: the steps' outputs belong to it."""

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    by: str | None = None
    phase: str = ""
    scenario: str = ""
    """Whose checks these are, where somebody has asked for a scenario's."""
    steps: list[str] = columns.json(list)
    state: RunState = columns.word(RunState, RunState.RUNNING)
    started_at: datetime = columns.moment(nullable=False)
    alive_at: datetime | None = columns.moment()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = columns.moment()


class StepOutput(Table, table=True):
    """What one line printed, redacted before it was stored."""

    __tablename__ = "step_output"
    id: int | None = Field(default=None, primary_key=True)
    diagnosis: int = Field(foreign_key="diagnosis.id", index=True)
    step: str
    title: str
    line: str = columns.text()
    level: str = "ok"
    headline: str = columns.text()
    text: str = columns.text()
    errors: str = columns.text()
    exit_code: int = 0
    took_ms: int = 0
    value: float | None = None
    """The number it says, where that is all it says."""
    by: str | None = None
    """Who has done it, of a step for a person."""
    findings: list[dict[str, Any]] = columns.json(list)


class MitigationRun(Table, table=True):
    """One mitigation from the click to its end. `token` is the confirm button's, and works once."""

    __tablename__ = "mitigation_run"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    mitigation: str
    title: str
    line: str = columns.text()
    inputs: dict[str, Any] = columns.json(dict)
    rehearsed: bool = False
    """In a drill nothing is applied; what would be is shown."""
    by: str
    token: str = Field(unique=True)
    state: RunState = columns.word(RunState, RunState.RUNNING)
    started_at: datetime = columns.moment(nullable=False)
    alive_at: datetime | None = columns.moment()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = columns.moment()
    progress: str = columns.text()
    output: str = columns.text()


class FollowUp(Table, table=True):
    """Something to do after the incident."""

    __tablename__ = "follow_up"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    text: str = columns.text()
    person: str | None = None
    due_on: str | None = None


class NoticeState(StrEnum):
    """Whether something has been said outside Slack."""

    OPEN = "open"
    SENT = "sent"
    NOT_NEEDED = "not needed"
    SUPERSEDED = "superseded"
    """A newer text goes to the same people the same way."""


class NoticeRow(Table, table=True):
    """Something to be said outside Slack, with the text to send; notices of one `batch` stand in one message."""

    __tablename__ = "notice"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    batch: str
    how: str
    whom: list[str] = columns.json(list)
    only_if: str = columns.text()
    text: str = columns.text()
    told: str = ""
    """Who was asked to send it."""
    at: datetime = columns.moment(nullable=False)
    due_at: datetime | None = columns.moment()
    """By when it should be out; None: at once."""
    state: NoticeState = columns.word(NoticeState, NoticeState.OPEN)
    by: str | None = None
    done_at: datetime | None = columns.moment()
    late: bool = False
    """Whether it was reminded of."""


class Tick(Table, table=True):
    """An item of a checklist that a person has ticked; what ticks itself is read from the record."""

    incident: int = Field(foreign_key="incident.id", primary_key=True)
    item: str = Field(primary_key=True)
    by: str
    at: datetime = columns.moment(nullable=False)


class HandoffState(StrEnum):
    """Where a handoff stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """The incident was closed, or another handoff took its place."""


class Handoff(Table, table=True):
    """An incident offered by one person to another, with the roles that go along."""

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    giver: str
    taker: str
    roles: list[str] = columns.json(list)
    summary: str = columns.text()
    state: HandoffState = columns.word(HandoffState, HandoffState.OFFERED)
    offered_at: datetime = columns.moment(nullable=False)
    answered_at: datetime | None = columns.moment()


class DrillPlan(Table, table=True):
    """When a runbook's drill comes next."""

    __tablename__ = "drill_plan"
    key: str = Field(primary_key=True)
    """`inferadb/rollback`."""
    spec: str = columns.text()
    """The times it was planned for, as text."""
    next_at: datetime | None = columns.moment()


class SeenPayload(Table, table=True):
    """A payload that has already changed something."""

    __tablename__ = "seen_payload"
    key: str = Field(primary_key=True)
    at: datetime = columns.moment(index=True, nullable=False)


class EffectState(StrEnum):
    """Where a Slack call stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    GIVEN_UP = "given up"


class EffectRow(Table, table=True):
    """A Slack call that was wanted by a change, until it is made."""

    __tablename__ = "effect"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    incident: int | None = Field(default=None, foreign_key="incident.id", index=True)
    method: str
    arguments: dict[str, Any] = columns.json(dict)
    lane: str | None = Field(default=None, index=True)
    """Effects of one lane go in order: the channel they are posted to, or one of its threads."""
    needs: list[str] = columns.json(list)
    gives: str | None = None
    replaces: str | None = Field(default=None, index=True)
    state: EffectState = columns.word(EffectState, EffectState.WAITING)
    attempts: int = 0
    unclear: bool = False
    """It was sent, or may have been, and no answer is known: look before sending again."""
    tried_at: datetime | None = columns.moment()
    not_before: datetime = columns.moment(nullable=False)
    claimed_by: str | None = None
    lease_until: datetime | None = columns.moment()
    wanted_at: datetime = columns.moment(nullable=False)
    done_at: datetime | None = columns.moment()
    error: str = columns.text()
    __table_args__ = (Index("effect_to_do", "state", "not_before"),)


class Place(Table, table=True):
    """A name for something in Slack: `incident/7/channel`, `incident/7/card`; known once Slack has made it."""

    name: str = Field(primary_key=True)
    channel: str
    ts: str | None = None
    permalink: str | None = None


class Person(Table, table=True):
    """What was last known of a person in Slack, so that documents can name people without asking Slack."""

    id: str = Field(primary_key=True)
    name: str = columns.text()
    zone: str = "UTC"
    guest: bool = False
    seen_at: datetime = columns.moment(nullable=False)
