"""What the database knows of effects: claimed with a lease, done with what they gave, put off, or given up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import unsaid
from bot.outbox.effects import UPLOAD, card_place, channel_place
from bot.outbox.pacing import Pace
from bot.outbox.queue import Turn, Waiting, turn
from bot.store.database import Database
from bot.store.tables import EffectRow, EffectState, Incident, Place

LEASE = timedelta(seconds=20)
LOOKED_AT = 2000
"""Unfinished effects that one look takes in; more wait until these are done."""


@dataclass(frozen=True)
class Made:
    """What Slack made of an effect; `problems` are sentences on what it could not do in part."""

    channel: str | None = None
    ts: str | None = None
    name: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """What this process shall send now, and when to look again."""

    rows: Sequence[EffectRow] = ()
    orphans: Sequence[int] = ()
    look_again: datetime | None = None


class Records:
    """The effects of one database, as `me` sees them."""

    def __init__(self, database: Database, me: str) -> None:
        self._database = database
        self._me = me

    async def claim(self, now: datetime, pace: Pace, limit: int) -> Claim:
        """Take up to `limit` effects whose turn it is: whoever else claims at this moment gets others."""
        async with self._database.reading() as session:
            found = await _look(session, now, pace)
        if not found.ready or limit <= 0:
            return Claim(orphans=found.orphans, look_again=found.look_again)
        async with self._database.changing() as session:
            rows = await self._take(session, found.ready[:limit], now)
        return Claim(rows, found.orphans, now if len(found.ready) > limit else found.look_again)

    async def _take(self, session: AsyncSession, ids: Sequence[int], now: datetime) -> Sequence[EffectRow]:
        state, lease = col(EffectRow.state), col(EffectRow.lease_until)
        free = (state == EffectState.WAITING) | ((state == EffectState.CLAIMED) & (lease <= now))
        chosen = select(EffectRow).where(col(EffectRow.id).in_(ids), free).order_by(col(EffectRow.id))
        rows = (await session.exec(chosen.with_for_update(skip_locked=True))).all()
        for row in rows:
            row.state, row.claimed_by, row.lease_until = EffectState.CLAIMED, self._me, now + LEASE
            row.attempts, row.tried_at = row.attempts + 1, row.tried_at or now
        before = {row.id: row.unclear for row in rows}
        for row in rows:
            row.unclear = True
        await session.flush()
        session.expunge_all()
        for row in rows:
            row.unclear = before[row.id]
        return rows

    async def renew(self, ids: Collection[int], now: datetime) -> None:
        """Keep the leases of what is still being sent."""
        async with self._database.changing() as session:
            mine = update(EffectRow).where(col(EffectRow.id).in_(ids), col(EffectRow.claimed_by) == self._me)
            await session.exec(mine.values(lease_until=now + LEASE))

    async def release_all(self, now: datetime) -> None:
        """Free what a process that is gone had claimed: only where no other process can be running (SQLite)."""
        async with self._database.changing() as session:
            claimed = update(EffectRow).where(col(EffectRow.state) == EffectState.CLAIMED)
            await session.exec(claimed.values(lease_until=now))

    async def places(self, names: Sequence[str]) -> dict[str, Place]:
        """Return the places that are known, by name."""
        async with self._database.reading() as session:
            found = await session.exec(select(Place).where(col(Place.name).in_(names)))
            return {place.name: place for place in found}

    async def learn_permalink(self, name: str, permalink: str) -> None:
        """Remember a message's address."""
        async with self._database.changing() as session:
            await session.exec(update(Place).where(col(Place.name) == name).values(permalink=permalink))

    async def has_place_in(self, channel: str) -> bool:
        """Whether a channel already belongs to something we have made."""
        async with self._database.reading() as session:
            return (await session.exec(select(Place).where(Place.channel == channel))).first() is not None

    async def done(self, row: EffectRow, made: Made, now: datetime) -> None:
        """Record that an effect is made, with the place it gives."""
        async with self._database.changing() as session:
            values: dict[str, Any] = {"state": EffectState.DONE, "done_at": now, "unclear": False, "error": ""}
            if row.method == UPLOAD:
                values["arguments"] = {**row.arguments, "content": ""}
            if not await self._finish(session, row, values):
                return
            if row.gives and made.channel:
                await session.merge(Place(name=row.gives, channel=made.channel, ts=made.ts))
                await _tell_incident(session, row, made)
            for number, problem in enumerate(made.problems):
                await unsaid.tell(session, row, problem, now, f"{row.key}/problem/{number}")

    async def later(self, row: EffectRow, not_before: datetime, why: str, *, unclear: bool) -> None:
        """Put an effect off."""
        async with self._database.changing() as session:
            values = {"state": EffectState.WAITING, "not_before": not_before, "error": why, "unclear": unclear}
            await self._finish(session, row, values)

    async def give_up(self, row: EffectRow, why: str, told: str, now: datetime) -> None:
        """Record that an effect will not be made, and tell so in its incident."""
        async with self._database.changing() as session:
            if await self._finish(session, row, {"state": EffectState.GIVEN_UP, "done_at": now, "error": why}):
                await unsaid.tell_given_up(session, row, why, told, now)

    async def give_up_orphans(self, ids: Collection[int], now: datetime) -> None:
        """Drop what waits for something that was given up, which has been told already."""
        async with self._database.changing() as session:
            orphans = update(EffectRow).where(col(EffectRow.id).in_(ids), col(EffectRow.state) == EffectState.WAITING)
            values = {"state": EffectState.GIVEN_UP, "done_at": now, "error": "what it waits for was never made"}
            await session.exec(orphans.values(**values))

    async def _finish(self, session: AsyncSession, row: EffectRow, values: Mapping[str, Any]) -> bool:
        """Record how it ended; False where the lease was lost meanwhile, for then somebody else is at it, or was."""
        mine = update(EffectRow).where(col(EffectRow.id) == row.id, col(EffectRow.claimed_by) == self._me)
        ended = await session.exec(mine.values(claimed_by=None, lease_until=None, **values))
        return ended.rowcount == 1


async def _look(session: AsyncSession, now: datetime, pace: Pace) -> Turn:
    query = (
        select(EffectRow)
        .where(col(EffectRow.state).in_([EffectState.WAITING, EffectState.CLAIMED]))
        .order_by(col(EffectRow.id))
        .limit(LOOKED_AT)
        .options(defer(EffectRow.arguments))  # type: ignore[arg-type]  # a column, to SQLAlchemy
    )
    rows = [_waiting(row) for row in await session.exec(query)]
    needed = {need for row in rows for need in row.needs}
    known = set((await session.exec(select(Place.name).where(col(Place.name).in_(needed)))).all()) if needed else set()
    found = turn(rows, known, now, pace)
    if len(rows) == LOOKED_AT:
        found.orphans.clear()
    return found


def _waiting(row: EffectRow) -> Waiting:
    return Waiting(
        id=row.id or 0,
        method=row.method,
        incident=row.incident,
        lane=row.lane,
        needs=row.needs,
        gives=row.gives,
        state=row.state,
        not_before=row.not_before,
        lease_until=row.lease_until,
    )


async def _tell_incident(session: AsyncSession, row: EffectRow, made: Made) -> None:
    if row.incident is None:
        return
    known: dict[str, Any] = {}
    if row.gives == channel_place(row.incident):
        known = {"channel": made.channel, "channel_name": made.name or ""}
    elif row.gives == card_place(row.incident):
        known = {"card_ts": made.ts}
    if known:
        await session.exec(update(Incident).where(col(Incident.id) == row.incident).values(**known))
