"""What is known of Slack, what it shall be told, and what it has told already."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from bot.store import columns
from bot.store.columns import Table


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
