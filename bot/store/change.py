"""A change: what is written, wanted and due in one transaction that holds its incident's lock."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox.effects import Effect
from bot.outbox.recording import row_of
from bot.store.columns import Table
from bot.store.queries import Questions
from bot.store.tables import Due, DueKind, EffectRow, EffectState, Entry, Incident, Kind

Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class By:
    """Who asks (None: Muster itself), and the key of the payload that carries it (None: no de-duplication)."""

    person: str | None
    key: str | None = None


class Change(Questions):
    """A transaction that holds its incident's lock. What is written, wanted and due is committed at its end."""

    def __init__(self, session: AsyncSession, *, now: datetime, by: By, incident: Incident | None) -> None:
        super().__init__(session)
        self.now = now
        self.by = by
        self._locked = incident
        self._wanted: list[Effect] = []
        self._due: dict[tuple[int, DueKind, str], Due | None] = {}
        self.wrote = False
        """Whether the timeline has a new line."""

    @property
    def incident(self) -> Incident:
        """The locked incident: the one asked for, or the one this change has added."""
        if self._locked is None:
            raise LookupError("this change was begun without an incident")
        return self._locked

    def write(
        self,
        kind: Kind,
        text: str,
        *,
        person: str | None = None,
        at: datetime | None = None,
        detail: Mapping[str, Any] | None = None,
        source: str | None = None,
    ) -> Entry:
        """Add a line to the timeline, by the one who asks and at this moment unless told otherwise."""
        entry = Entry(
            incident=self._id(),
            at=at or self.now,
            recorded_at=self.now,
            kind=kind,
            person=person or self.by.person,
            text=text,
            detail=dict(detail or {}),
            source=source,
        )
        self._session.add(entry)
        self.wrote = True
        return entry

    def want(self, *effects: Effect) -> None:
        """Have Slack told, once this change is committed. A key may be wanted once, except where effects replace."""
        self._wanted.extend(effects)

    def due(
        self, kind: DueKind, at: datetime | None, detail: Mapping[str, Any] | None = None, *, subject: str = ""
    ) -> None:
        """Have the clock act at that time; None: no longer. One time per incident, kind and subject."""
        row = Due(incident=self._id(), kind=kind, subject=subject, due_at=at, detail=dict(detail or {})) if at else None
        self._due[self._id(), kind, subject] = row

    async def nothing_due(self, *kinds: DueKind) -> None:
        """Have the clock do none of these for the incident any more, whatever they are about."""
        for key in [key for key in self._due if key[1] in kinds]:
            del self._due[key]
        of_these = delete(Due).where(col(Due.incident) == self._id(), col(Due.kind).in_(kinds))
        await self._session.exec(of_these)

    async def take_due(self) -> list[Due]:
        """Take what is due for this incident by now: it is gone with this change, and nobody else gets it."""
        query = delete(Due).where(col(Due.incident) == self._id(), col(Due.due_at) <= self.now).returning(Due)
        taken = list((await self._session.exec(query)).scalars())
        for row in taken:
            self._session.expunge(row)
        return sorted(taken, key=lambda row: row.due_at)

    async def add(self, row: Row) -> Row:
        """Add a row and learn its id; an added incident becomes this change's incident."""
        self._session.add(row)
        await self._session.flush()
        if isinstance(row, Incident) and self._locked is None:
            self._locked = row
        return row

    async def know(self, row: Row) -> Row:
        """Add a row, or bring the one with its key to what it says, also where somebody else adds it just now."""
        try:
            async with self._session.begin_nested():
                return await self._session.merge(row)
        except IntegrityError:
            return await self._session.merge(row)

    async def remove(self, row: Table) -> None:
        """Remove a row."""
        await self._session.delete(row)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """Do something that may fail by itself: its fault takes back what it did, and nothing else of this change."""
        wanted, due = list(self._wanted), dict(self._due)
        try:
            async with self._session.begin_nested():
                yield
        except Exception:
            self._wanted, self._due = wanted, due
            if self._locked is not None:
                await self._session.refresh(self._locked)
            raise

    def _id(self) -> int:
        if self.incident.id is None:
            raise LookupError("add the incident first")
        return self.incident.id

    async def finish(self) -> None:
        """Bring what is due and wanted into the database; `Store` calls this before it commits."""
        for (incident, kind, subject), row in self._due.items():
            same = (col(Due.incident) == incident, col(Due.kind) == kind, col(Due.subject) == subject)
            await self._session.exec(delete(Due).where(*same))
            if row is not None:
                self._session.add(row)
        for effect in self._wanted:
            await self._record(effect)
        await self._session.flush()

    async def _record(self, effect: Effect) -> None:
        key = effect.key
        if effect.replaces is not None:
            key = f"{key}#{uuid4().hex[:12]}"
            older = update(EffectRow).where(
                col(EffectRow.replaces) == effect.replaces, col(EffectRow.state) == EffectState.WAITING
            )
            await self._session.exec(older.values(state=EffectState.DONE, done_at=self.now, error="replaced"))
        elif (await self._session.exec(select(EffectRow.id).where(EffectRow.key == key))).first() is not None:
            raise ValueError(f"the effect {key} was wanted before; a further one needs another key")
        self._session.add(row_of(effect, now=self.now, key=key))
        await self._session.flush()
