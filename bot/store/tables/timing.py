"""What the clock has to do."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from bot.store import columns
from bot.store.columns import Table


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


class DrillPlan(Table, table=True):
    """When a runbook's drill comes next."""

    __tablename__ = "drill_plan"
    key: str = Field(primary_key=True)
    """`inferadb/rollback`."""
    spec: str = columns.text()
    """The times it was planned for, as text."""
    next_at: datetime | None = columns.moment()
    announced: datetime | None = columns.moment()
    """The last time that was announced: once, however long ago that is."""
