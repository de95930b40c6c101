"""Who holds a role from the start: the runbook's people, looked up before the incident is recorded."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

import structlog

from bot.ids import is_group
from bot.incidents.permission import Member
from bot.incidents.telling import People
from bot.store.tables import Role
from runbooks.model import Runbook

log = structlog.get_logger(__name__)

PATIENCE = 1.0
"""Seconds that declaring waits for Slack to say who is in a group; a role that is not known by then stays open."""


class Directory(Protocol):
    """Where people, groups and addresses are looked up."""

    async def member(self, person: str) -> Member:
        """Return a person."""
        ...

    async def group(self, group: str) -> Collection[str]:
        """Return the people of a user group, in Slack's order."""
        ...

    async def address(self, address: str) -> str | None:
        """Return whose e-mail address it is."""
        ...


class Rota:
    """Knows who begins with which role."""

    def __init__(self, people: People, directory: Directory, *, patience: float = PATIENCE) -> None:
        self._people = people
        self._directory = directory
        self._patience = patience

    async def holders(self, runbook: Runbook) -> Mapping[Role, str]:
        """Return who holds which role from the start; who cannot be looked up in time keeps nobody else waiting."""
        wanted = {Role(held.role): held.person for held in runbook.roles if held.person}
        found = await asyncio.gather(*(self._in_time(name) for name in wanted.values()))
        return {role: who for role, who in zip(wanted, found, strict=True) if who}

    async def _in_time(self, name: str) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                return await self._person(name)
        except TimeoutError:
            log.warning("a role stays open: Slack does not say who that is", name=name)
            return None

    async def known(self, runbooks: Collection[Runbook]) -> None:
        """Look everybody up at start, so that the first declare need not wait."""
        for runbook in runbooks:
            await self.holders(runbook)

    async def _person(self, name: str) -> str | None:
        """Return who it is: of a user group the first member who is there."""
        known = self._people.resolve(name)
        if not known:
            return None
        if "@" in known:
            behind = await self._directory.address(known)
            return behind if behind and await self._there(behind) else None
        if not is_group(known):
            return known if await self._there(known) else None
        for one in await self._directory.group(known):
            if await self._there(one):
                return one
        return None

    async def _there(self, person: str) -> bool:
        member = await self._directory.member(person)
        return not (member.gone or member.bot or member.guest)
