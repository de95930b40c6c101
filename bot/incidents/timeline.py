"""The timeline: what happened, at its own time, with who did it."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from bot.store.tables import Entry

if TYPE_CHECKING:
    from bot.store.store import By


class Timeline:
    """Notes and marked messages join what the use cases write by themselves."""

    async def note(self, number: int, text: str, at: str | None = None, *, by: By, zone: tzinfo = UTC) -> Entry:
        """Write a note, at `14:05` in `zone` if given. Told: EmptyNote (field text), BadTime (field at)."""
        raise NotImplementedError

    async def mark(self, channel: str, ts: str, text: str, author: str | None, *, by: By) -> Entry | None:
        """Let a marked message join its channel's incident; None: there is none, or it is in already."""
        raise NotImplementedError

    async def unmark(self, channel: str, ts: str, *, by: By) -> bool:
        """Let a message leave the timeline."""
        raise NotImplementedError

    async def entries(self, number: int) -> list[Entry]:
        """Return the timeline in the order of what happened."""
        raise NotImplementedError
