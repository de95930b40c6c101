"""What the clock does about an incident, and what follows from each change: each part by whoever knows how."""

from collections.abc import Sequence
from typing import Protocol

from bot.incidents import deadlines, escalating
from bot.incidents.telling import Telling
from bot.schedule import Acting
from bot.store.store import Change
from bot.store.tables import Due, DueKind


class Duties:
    """Asks several parts, in order, about everything that is due for an incident."""

    def __init__(self, *parts: Acting) -> None:
        self._parts = parts

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        """Do what is due, in the transaction that took it."""
        for part in self._parts:
            await part.act(change, due)


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
        """Do what follows."""
        for part in self._parts:
            await part.follow(change)


class Response:
    """Calls the levels of the ladder, and tells of what was not answered or ended in time."""

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
