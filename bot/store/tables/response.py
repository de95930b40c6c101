"""What people are asked to do besides: tell others, tick items, hand over."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from bot.store import columns
from bot.store.columns import Table


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
