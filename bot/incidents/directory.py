"""Slack's people and groups, asked for once in a while and remembered."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incidents.background import Background
from bot.incidents.permission import Member
from bot.store.store import By, Store
from bot.store.tables import Person

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)
NOT_REACHED = (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


class SlackDirectory:
    """Asks Slack in the background, so that nobody who declares waits for an answer that is known well enough."""

    def __init__(self, client: AsyncWebClient, store: Store) -> None:
        self._client = client
        self._store = store
        self._background = Background()
        self._members: dict[str, tuple[datetime, Member]] = {}
        self._groups: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self._addresses: dict[str, str] = {}
        self._remembered: dict[str, Member] = {}

    async def warm(self) -> None:
        """Learn at start who is in the workspace, so that the first command is not slower than the second."""
        try:
            async for page in await self._client.users_list(limit=500):
                for told in page.get("members") or ():
                    self._members[str(told["id"])] = (self._store.now(), member_of(str(told["id"]), told))
        except NOT_REACHED as error:
            log.warning("the workspace's people could not be listed", problem=type(error).__name__)

    async def member(self, person: str) -> Member:
        """Return a person: as last known, while Slack is asked anew; only a stranger is waited for."""
        known = self._members.get(person) or await self._from_store(person)
        if known is None:
            found = await self._ask(person)
        else:
            found = known[1]
            self._members.setdefault(person, known)
            if self._stale(known[0]):
                self._members[person] = (self._store.now(), found)
                self._background.start(self._again(person), f"look up {person}")
        if found.name and self._remembered.get(person) != found:
            self._remembered[person] = found
            self._background.start(self._remember(found), f"remember {person}")
        return found

    async def group(self, group: str) -> Collection[str]:
        """Return the people of a user group: as last known, while Slack is asked anew."""
        known = self._groups.get(group)
        if known is None:
            return await self._ask_group(group)
        if self._stale(known[0]):
            self._groups[group] = (self._store.now(), known[1])
            self._background.start(self._group_again(group), f"look up {group}")
        return known[1]

    async def address(self, address: str) -> str | None:
        """Return whose e-mail address it is; None if Slack knows nobody, or does not tell."""
        wanted = address.lower()
        known = self._addresses.get(wanted)
        known = known or next((one for one, (_, who) in self._members.items() if who.email.lower() == wanted), None)
        if known is None:
            try:
                answer = await self._client.users_lookupByEmail(email=address)
            except NOT_REACHED as error:
                log.warning("an address could not be looked up", problem=type(error).__name__)
                return None
            known = str(answer["user"]["id"])
        self._addresses[wanted] = known
        return known

    async def stop(self) -> None:
        """Let go of what is being asked."""
        await self._background.stop()

    async def idle(self) -> None:
        """Wait until nothing is being asked."""
        await self._background.idle()

    async def _again(self, person: str) -> None:
        await self._ask(person)

    async def _group_again(self, group: str) -> None:
        await self._ask_group(group)

    async def _ask(self, person: str) -> Member:
        try:
            answer = await self._client.users_info(user=person)
        except NOT_REACHED as error:
            log.warning("a person could not be looked up", person=person, problem=type(error).__name__)
            return self._members.get(person, (self._store.now(), Member(person)))[1]
        member = member_of(person, answer.get("user") or {})
        self._members[person] = (self._store.now(), member)
        return member

    async def _ask_group(self, group: str) -> tuple[str, ...]:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except NOT_REACHED as error:
            log.warning("a user group could not be looked up", group=group, problem=type(error).__name__)
            return self._groups.get(group, (self._store.now(), ()))[1]
        people = tuple(str(one) for one in answer.get("users") or ())
        self._groups[group] = (self._store.now(), people)
        return people

    async def _from_store(self, person: str) -> tuple[datetime, Member] | None:
        async with self._store.reading() as reading:
            row = (await reading.people([person])).get(person)
        return (row.seen_at, Member(row.id, row.name, zone=row.zone, guest=row.guest)) if row else None

    async def _remember(self, member: Member) -> None:
        async with self._store.changing(by=By(None)) as change:
            await change.know(
                Person(id=member.id, name=member.name, zone=member.zone, guest=member.guest, seen_at=change.now)
            )

    def _stale(self, at: datetime) -> bool:
        return self._store.now() - at > FRESH


def member_of(person: str, told: Mapping[str, Any]) -> Member:
    """Read a user as `users.info` tells of one."""
    profile = told.get("profile") or {}
    name = profile.get("real_name") or told.get("real_name") or profile.get("display_name") or told.get("name") or ""
    return Member(
        id=person,
        name=str(name),
        email=str(profile.get("email") or ""),
        zone=str(told.get("tz") or "UTC"),
        guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted") or told.get("is_stranger")),
        gone=bool(told.get("deleted")),
        bot=bool(told.get("is_bot")),
    )
