"""Mitigations: asked for, shown, applied once, followed to the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.incidents.values import RequestedMitigation
from bot.store.tables import MitigationRun
from runbooks.model import Mitigation

if TYPE_CHECKING:
    from bot.store.store import By


class Mitigations:
    """What the runbook offers against an incident."""

    async def offered(self, number: int) -> list[Mitigation]:
        """Return the runbook's mitigations in its order."""
        raise NotImplementedError

    async def request(
        self, number: int, mitigation: str, inputs: Mapping[str, object], *, by: By
    ) -> RequestedMitigation:
        """Return what would be sent, with a token that applies it once. Told: BadInput (field: the input's name)."""
        raise NotImplementedError

    async def apply(self, number: int, mitigation: str, token: str, *, by: By) -> MitigationRun:
        """Apply what was shown, in the background, editing one message. Told: AlreadyApplied, NothingToApply."""
        raise NotImplementedError

    async def cancel(self, number: int, mitigation: str, token: str, *, by: By) -> None:
        """Let go what was shown."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Cancel the following of what runs; the next start tells that it was interrupted."""
        raise NotImplementedError
