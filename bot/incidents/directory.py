"""Slack's people and groups, asked for once in a while and remembered."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incidents.permission import Member
from bot.store.store import By, Store
from bot.store.tables import Person

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)
NOT_REACHED = (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


class SlackDirectory:
    """Asks Slack, at most once in five minutes about each; when Slack does not answer, what was last known holds."""

    def __init__(self, client: AsyncWebClient, store: Store) -> None:
        self._client = client
        self._store = store
        self._members: dict[str, tuple[datetime, Member]] = {}
        self._groups: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def member(self, person: str) -> Member:
        """Return a person, and remember their name for documents."""
        known = self._members.get(person)
        if known and self._fresh(known[0]):
            return known[1]
        try:
            answer = await self._client.users_info(user=person)
        except NOT_REACHED as error:
            log.warning("a person could not be looked up", person=person, problem=type(error).__name__)
            return known[1] if known else Member(person)
        member = member_of(person, answer.get("user") or {})
        self._members[person] = (self._store.now(), member)
        if known is None or known[1] != member:
            await self._remember(member)
        return member

    async def group(self, group: str) -> Collection[str]:
        """Return the people of a user group."""
        known = self._groups.get(group)
        if known and self._fresh(known[0]):
            return known[1]
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except NOT_REACHED as error:
            log.warning("a user group could not be looked up", group=group, problem=type(error).__name__)
            return known[1] if known else frozenset()
        people = frozenset(str(one) for one in answer.get("users") or ())
        self._groups[group] = (self._store.now(), people)
        return people

    def _fresh(self, at: datetime) -> bool:
        return self._store.now() - at < FRESH

    async def _remember(self, member: Member) -> None:
        async with self._store.changing(by=By(None)) as change:
            await change.know(
                Person(id=member.id, name=member.name, zone=member.zone, guest=member.guest, seen_at=change.now)
            )


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
    )
