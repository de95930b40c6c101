"""The postmortem: a document that writes itself from what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.store import By


class Postmortems:
    """Markdown from the runbook's template; the same records give the same bytes."""

    async def markdown(self, number: int) -> str:
        """Return the document."""
        raise NotImplementedError

    async def post(self, number: int, *, by: By) -> None:
        """Upload the document to the incident's channel."""
        raise NotImplementedError
