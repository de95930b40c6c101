"""Updates: what stakeholders are told, on time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.incidents.values import Said
from bot.store.tables import Incident

if TYPE_CHECKING:
    from bot.store.store import By


class Updates:
    """Posting an update, saying that nothing changed, and asking to be reminded later."""

    async def post(self, number: int, said: Said, *, by: By) -> Incident:
        """Record an update and tell it in the channel and the announcement's thread."""
        raise NotImplementedError

    async def no_change(self, number: int, *, by: By) -> Incident:
        """Post an update that says nothing has changed."""
        raise NotImplementedError

    async def snooze(self, number: int, minutes: int = 10, *, by: By) -> Incident:
        """Remind again, and expect the update, `minutes` later."""
        raise NotImplementedError
