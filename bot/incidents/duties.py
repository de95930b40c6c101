"""What the clock does about an incident, and what follows from each change: each part by whoever knows how."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from bot.incidents import deadlines, escalating
from bot.incidents.telling import Telling
from bot.schedule import Acting
from bot.store.store import Change
from bot.store.tables import Due, DueKind

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=1)
"""What could not be done is tried again so much later."""


class Part(Acting, Protocol):
    """Who knows what to do about some kinds of what is due."""

    @property
    def kinds(self) -> Collection[DueKind]:
        """Which those are."""
        ...


class Duties:
    """Asks several parts, in order, about what is due for an incident, each about its own."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Do what is due, in the transaction that took it; the fault of one part keeps nobody from being called."""
        for part in self._parts:
            if mine := [row for row in due if row.kind in part.kinds]:
                await self._act(part, change, mine)

    async def _act(self, part: Part, change: Change, due: Sequence[Due]) -> None:
        try:
            async with change.apart():
                await part.act(change, due)
        except Exception:  # whatever it was: the other parts do theirs, and this one is tried again
            log.exception("what was due could not be done", incident=change.incident.ref, kinds=[*part.kinds])
            for row in due:
                change.due(row.kind, change.now + AGAIN, row.detail, subject=row.subject)


class Follows(Protocol):
    """What follows from a change that wrote into an incident's timeline."""

    async def follow(self, change: Change) -> None:
        """Do it, in the same transaction."""
        ...


class Following:
    """Asks several parts, in order, what follows."""

    def __init__(self, *parts: Follows) -> None:
        self._parts = parts

    async def follow(self, change: Change) -> None:
        """Do what follows; the fault of one part takes back what it did, and nothing else."""
        for part in self._parts:
            try:
                async with change.apart():
                    await part.follow(change)
            except Exception:  # whatever it was: the change itself stands, and the next one follows again
                log.exception("what follows from a change could not be done", incident=change.incident.ref)


class Response:
    """Calls the levels of the ladder, and tells of what was not answered or ended in time."""

    kinds = (DueKind.ESCALATE, DueKind.RESPOND, DueKind.RESOLVE)

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Call whose time has come; who is called now need not be told that nobody has answered."""
        if not change.incident.status.open:
            return
        kinds = {row.kind for row in due}
        levels = {row.subject for row in due if row.kind is DueKind.ESCALATE}
        called = bool(levels) and await escalating.on_time(self._telling, change, levels)
        if DueKind.RESPOND in kinds and not called:
            deadlines.nobody_answered(self._telling, change)
        if DueKind.RESOLVE in kinds:
            deadlines.not_over(self._telling, change)
