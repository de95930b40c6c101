"""An incident from its declaration to its end: who has it, how bad it is, and when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.incidents.values import Declaration, Look, Resolution
from bot.store.tables import Incident, Role

if TYPE_CHECKING:
    from bot.store.store import By


class Incidents:
    """The use cases of an incident's life; each locks the incident, follows the rule and records what to tell."""

    async def declare(self, declaration: Declaration, *, by: By) -> Incident:
        """Declare: record it with all Slack shall be told; diagnosing begins right after the commit."""
        raise NotImplementedError

    async def acknowledge(self, number: int, *, by: By) -> Incident:
        """Say that somebody is on it; who is first becomes commander if there is none. Told: AlreadyAcknowledged."""
        raise NotImplementedError

    async def assign(self, number: int, role: Role, person: str, *, by: By) -> Incident:
        """Give `person` the role; there is one holder at a time."""
        raise NotImplementedError

    async def change_severity(self, number: int, severity: str, *, why: str = "", by: By) -> Incident:
        """Say how bad it is, in any spelling of the runbook's ladder."""
        raise NotImplementedError

    async def escalate(self, number: int, *, by: By) -> str:
        """Call the runbook's next contact into the channel; return who was called, as a short text."""
        raise NotImplementedError

    async def resolve(self, number: int, resolution: Resolution, *, by: By) -> Incident:
        """End it. Told: AlreadyResolved (by whom, when), RootCauseMissing (field root_cause)."""
        raise NotImplementedError

    async def reopen(self, number: int, reason: str, *, by: By) -> Incident:
        """Open a resolved or cancelled one again."""
        raise NotImplementedError

    async def cancel(self, number: int, reason: str, *, by: By) -> Incident:
        """End one that was none."""
        raise NotImplementedError

    async def named(self, ref: str | None, channel: str | None, *, person: str) -> Incident:
        """Return the incident that `INC-7`, `inc7` or `7` names, else the channel's.

        Told: NoIncidentHere, NoSuchIncident (also for a private one that `person` may not see).
        """
        raise NotImplementedError

    async def open_ones(self, person: str, service: str | None = None) -> list[Incident]:
        """Return the open incidents that `person` may see, the worst and newest first."""
        raise NotImplementedError

    async def look(self, number: int, person: str) -> Look:
        """Return a snapshot of one incident. Told: NoSuchIncident."""
        raise NotImplementedError
