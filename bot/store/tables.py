"""The tables: what Muster remembers. Times are aware and UTC; people and channels are Slack's ids."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum, Index, MetaData, Text, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


class Table(SQLModel):
    """What every table shares: constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite, which knows no zones, stores it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; give the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _time(*, index: bool = False, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable, index=index))


def _word(words: type[StrEnum], default: StrEnum | None = None, *, index: bool = False) -> Any:
    """Store a word as text (never as a type of the database: a new word then needs no migration)."""
    kind = Enum(words, native_enum=False, length=40, values_callable=lambda some: [one.value for one in some])
    column: Column[Any] = Column(kind, nullable=False, index=index)
    return Field(sa_column=column) if default is None else Field(default=default, sa_column=column)


def _json(default: type[dict[str, Any]] | type[list[Any]]) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def _text(default: str = "") -> Any:
    return Field(default=default, sa_column=Column(Text, nullable=False))


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
    TROUBLE = "trouble"


class Incident(Table, table=True):
    """One incident; `INC-7` is the one with id 7."""

    id: int | None = Field(default=None, primary_key=True)
    title: str = _text()
    service: str = Field(index=True)
    severity: str
    status: Status = _word(Status, Status.INVESTIGATING, index=True)
    impact: str = _text()
    known: str = _text()
    private: bool = False
    drill: bool = False
    declared_by: str
    commander: str | None = None
    communications: str | None = None
    scribe: str | None = None
    channel: str | None = Field(default=None, index=True)
    channel_name: str = ""
    card_ts: str | None = None
    source_link: str = _text()
    started_at: datetime = _time(nullable=False)
    acknowledged_at: datetime | None = _time()
    mitigated_at: datetime | None = _time()
    resolved_at: datetime | None = _time()
    next_update_at: datetime | None = _time()
    automatic_updates: int = 0
    suggested: list[str] = _json(list)
    """Severities that were proposed for it: each is said once."""
    root_cause: str = _text()
    fix: str = _text()

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
    at: datetime = _time(nullable=False)
    recorded_at: datetime = _time(nullable=False)
    kind: Kind = _word(Kind)
    person: str | None = None
    text: str = _text()
    detail: dict[str, Any] = _json(dict)
    source: str | None = Field(default=None)
    """`channel/ts` of a marked message, so that it joins once and can leave again."""
    __table_args__ = (UniqueConstraint("incident", "source"),)


class Update(Table, table=True):
    """What stakeholders were told, and when they were promised more."""

    __tablename__ = "update"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    at: datetime = _time(nullable=False)
    by: str | None = None
    status: Status = _word(Status)
    impact: str = _text()
    known: str = _text()
    next_at: datetime | None = _time()
    automatic: bool = False
    was_due_at: datetime | None = _time()
    on_time: bool = True


class DueKind(StrEnum):
    """What the clock may have to do."""

    REMIND = "remind"
    UPDATE = "update"
    LOOK = "look"
    """Ask the numbers whether it is worse than its severity says."""
    PRUNE = "prune"


class Due(Table, table=True):
    """Something to do when its time comes; the row goes when it is done."""

    id: int | None = Field(default=None, primary_key=True)
    incident: int | None = Field(default=None, foreign_key="incident.id", index=True)
    kind: DueKind = _word(DueKind)
    due_at: datetime = _time(index=True, nullable=False)
    detail: dict[str, Any] = _json(dict)
    __table_args__ = (UniqueConstraint("incident", "kind"),)


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
    steps: list[str] = _json(list)
    state: RunState = _word(RunState, RunState.RUNNING)
    started_at: datetime = _time(nullable=False)
    alive_at: datetime | None = _time()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = _time()


class StepOutput(Table, table=True):
    """What one line printed, redacted before it was stored."""

    __tablename__ = "step_output"
    id: int | None = Field(default=None, primary_key=True)
    diagnosis: int = Field(foreign_key="diagnosis.id", index=True)
    step: str
    title: str
    line: str = _text()
    level: str = "ok"
    headline: str = _text()
    text: str = _text()
    errors: str = _text()
    exit_code: int = 0
    took_ms: int = 0
    value: float | None = None
    """The number it says, where that is all it says."""
    by: str | None = None
    """Who has done it, of a step for a person."""
    findings: list[dict[str, Any]] = _json(list)


class MitigationRun(Table, table=True):
    """One mitigation from the click to its end. `token` is the confirm button's, and works once."""

    __tablename__ = "mitigation_run"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    mitigation: str
    title: str
    line: str = _text()
    inputs: dict[str, Any] = _json(dict)
    rehearsed: bool = False
    """In a drill nothing is applied; what would be is shown."""
    by: str
    token: str = Field(unique=True)
    state: RunState = _word(RunState, RunState.RUNNING)
    started_at: datetime = _time(nullable=False)
    alive_at: datetime | None = _time()
    """When the process that runs it last said so; a long silence means it was interrupted."""
    finished_at: datetime | None = _time()
    progress: str = _text()
    output: str = _text()


class FollowUp(Table, table=True):
    """Something to do after the incident."""

    __tablename__ = "follow_up"
    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incident.id", index=True)
    text: str = _text()
    person: str | None = None
    due_on: str | None = None


class SeenPayload(Table, table=True):
    """A payload that has already changed something."""

    __tablename__ = "seen_payload"
    key: str = Field(primary_key=True)
    at: datetime = _time(index=True, nullable=False)


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
    arguments: dict[str, Any] = _json(dict)
    lane: str | None = Field(default=None, index=True)
    """Effects of one lane go in order: the channel they are posted to, or one of its threads."""
    needs: list[str] = _json(list)
    gives: str | None = None
    replaces: str | None = Field(default=None, index=True)
    state: EffectState = _word(EffectState, EffectState.WAITING)
    attempts: int = 0
    unclear: bool = False
    """It was sent, or may have been, and no answer is known: look before sending again."""
    tried_at: datetime | None = _time()
    not_before: datetime = _time(nullable=False)
    claimed_by: str | None = None
    lease_until: datetime | None = _time()
    wanted_at: datetime = _time(nullable=False)
    done_at: datetime | None = _time()
    error: str = _text()
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
    name: str = _text()
    zone: str = "UTC"
    guest: bool = False
    seen_at: datetime = _time(nullable=False)
