"""The store: one door to the database. A change locks its incident, and is recorded with its effects or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import NoSuchIncident, Redelivered
from bot.store.change import By, Change
from bot.store.database import Database
from bot.store.queries import Reading
from bot.store.tables import EffectRow, EffectState, Incident, SeenPayload

__all__ = ["By", "Change", "Reading", "Store"]


async def _nothing(change: Change) -> None:
    """Do nothing more."""


class Store:
    """The database of Muster. `committed` is called after each change, to wake the outbox at once.

    `follow` is asked what follows from a change that wrote into an incident's timeline, in the same transaction.
    """

    def __init__(self, url: str, *, now: Callable[[], datetime], committed: Callable[[], None] = lambda: None) -> None:
        self.database = Database(url)
        self.now = now
        self.committed = committed
        self.follow: Callable[[Change], Awaitable[None]] = _nothing

    async def open(self) -> None:
        """Bring the database to this version's shape; safe when several start at once."""
        await self.database.migrate()

    async def answers(self) -> bool:
        """Whether the database answers at this moment."""
        async with self.reading() as reading:
            await reading.place("")
        return True

    async def close(self) -> None:
        """Let go of every connection."""
        await self.database.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Ask questions; nothing is locked, nothing can be changed."""
        async with self.database.reading() as session:
            yield Reading(session)

    def changing(self, incident: int | None = None, *, by: By) -> AbstractAsyncContextManager[Change]:
        """Change something: lock the incident, record the payload's key, commit at the end or leave no trace."""
        return self._changing(incident, by)

    @asynccontextmanager
    async def _changing(self, incident: int | None, by: By) -> AsyncIterator[Change]:
        async with self.database.changing() as session:
            locked = None if incident is None else await _lock(session, incident)
            change = Change(session, now=self.now(), by=by, incident=locked)
            if by.key is not None:
                await _remember(session, by.key, change.now)
            yield change
            if change.wrote:
                await self.follow(change)
            await change.finish()
        self.committed()

    async def prune(self, *, payloads: timedelta, effects: timedelta) -> None:
        """Forget the keys of payloads, and the effects that are done, once they are older than this."""
        now = self.now()
        async with self.database.changing() as session:
            await session.exec(delete(SeenPayload).where(col(SeenPayload.at) < now - payloads))
            finished = col(EffectRow.state).in_([EffectState.DONE, EffectState.GIVEN_UP])
            await session.exec(delete(EffectRow).where(finished, col(EffectRow.wanted_at) < now - effects))


async def _lock(session: AsyncSession, incident: int) -> Incident:
    query = select(Incident).where(Incident.id == incident).with_for_update()
    found = (await session.exec(query)).first()
    if found is None:
        raise NoSuchIncident(ref=f"INC-{incident}")
    return found


async def _remember(session: AsyncSession, key: str, now: datetime) -> None:
    session.add(SeenPayload(key=key, at=now))
    try:
        await session.flush()
    except IntegrityError:
        raise Redelivered(key) from None
