"""Answers to one person: a private message, or a form on the screen. They are not remembered and not retried."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.asked import Asked, OpenView, Quoted
from bot.errors import Told
from bot.store.tables import Incident
from bot.views.message import Message

log = structlog.get_logger()
NOT_REACHED = (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
TOO_LATE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}


class TooLate(Told):
    """Slack allows three seconds to open a form, and they were over. Do it once more, please."""


@dataclass(frozen=True)
class Instead:
    """An answer in the place of the private message whose button was pressed: its buttons are gone with it."""

    message: Message


@dataclass(frozen=True)
class Echo:
    """What the incident's channel is told, too: said in private only to whoever asked from elsewhere."""

    text: str
    incident: Incident


class Reply:
    """Says something to one person alone, where they asked; by direct message where that is not possible."""

    def __init__(self, client: AsyncWebClient, respond: AsyncRespond, asked: Asked) -> None:
        self._client = client
        self._respond = respond
        self._asked = asked

    async def __call__(self, answer: "str | Message | Instead | Echo") -> None:
        """Say it; if nothing works, say so in the log."""
        if isinstance(answer, Echo):
            if answer.incident.channel is not None and answer.incident.channel == self._asked.channel:
                return
            answer = answer.text
        replaces = isinstance(answer, Instead)
        said = answer.message if isinstance(answer, Instead) else answer
        said = Message(said) if isinstance(said, str) else said
        for way in (partial(self._by_response, replaces=replaces), self._in_channel, self._directly):
            try:
                if await way(said):
                    return
            except NOT_REACHED as error:
                log.info("a private answer went another way", problem=_problem(error))
        log.warning("a private answer could not be given", person=self._asked.person)

    async def _by_response(self, said: Message, *, replaces: bool) -> bool:
        if not self._respond.response_url:
            return False
        answer = await self._respond(
            text=said.text, blocks=said.blocks or None, response_type="ephemeral", replace_original=replaces
        )
        return answer.status_code == 200

    async def _in_channel(self, said: Message) -> bool:
        if not self._asked.channel:
            return False
        await self._client.chat_postEphemeral(
            channel=self._asked.channel, user=self._asked.person, text=said.text, blocks=said.blocks or None
        )
        return True

    async def _directly(self, said: Message) -> bool:
        await self._client.chat_postMessage(
            channel=self._asked.person, text=said.text, blocks=said.blocks or None, unfurl_links=False
        )
        return True


class Screen:
    """Opens, redraws and publishes views for the person who asked."""

    def __init__(self, client: AsyncWebClient, asked: Asked) -> None:
        self._client = client
        self._asked = asked

    async def open(self, view: dict[str, Any]) -> OpenView:
        """Open a form, within three seconds of the click or command."""
        try:
            answer = await self._client.views_open(trigger_id=self._asked.trigger, view=view)
        except SlackApiError as error:
            if _problem(error) in TOO_LATE:
                raise TooLate from error
            raise
        opened = answer["view"]
        return OpenView(opened["id"], opened.get("hash") or "")

    async def redraw(self, opened: OpenView, view: dict[str, Any]) -> OpenView | None:
        """Draw an open form anew; None when it has changed or gone in the meantime: then what is there is newer."""
        try:
            answer = await self._client.views_update(view_id=opened.id, hash=opened.hash or None, view=view)
        except SlackApiError as error:
            if _problem(error) in {"hash_conflict", "not_found"}:
                return None
            raise
        return OpenView(opened.id, answer["view"].get("hash") or "")

    async def home(self, view: dict[str, Any]) -> None:
        """Publish the person's Home tab."""
        await self._client.views_publish(user_id=self._asked.person, view=view)


class Messages:
    """Reads the messages that people point at."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def link(self, quoted: Quoted) -> str:
        """Return the message's address; '' when Slack does not tell."""
        try:
            answer = await self._client.chat_getPermalink(channel=quoted.channel, message_ts=quoted.ts)
        except NOT_REACHED as error:
            log.info("no link to a message", channel=quoted.channel, problem=_problem(error))
            return ""
        return str(answer.get("permalink") or "")

    async def text(self, quoted: Quoted) -> tuple[str, str | None]:
        """Return a message's text and author; in a thread too, where Slack gives the parent first. Unreadable is ''."""
        only: dict[str, Any] = {"oldest": quoted.ts, "latest": quoted.ts, "inclusive": True, "limit": 2}
        try:
            answer = await self._client.conversations_history(channel=quoted.channel, **only)
            found = _at(answer.get("messages"), quoted.ts)
            if found is None:
                answer = await self._client.conversations_replies(channel=quoted.channel, ts=quoted.ts, **only)
                found = _at(answer.get("messages"), quoted.ts)
        except NOT_REACHED as error:
            log.warning("a marked message could not be read", channel=quoted.channel, problem=_problem(error))
            return "", None
        return (found.get("text") or "", found.get("user")) if found else ("", None)


def _at(messages: Any, ts: str) -> dict[str, Any] | None:
    return next((one for one in messages or () if one.get("ts") == ts), None)


def _problem(error: Exception) -> str:
    """Name what Slack said; never the whole answer, which may hold what was written."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    answer = getattr(error.response, "data", error.response)
    return (
        str(answer.get("error")) if isinstance(answer, dict) else f"HTTP {getattr(error.response, 'status_code', '')}"
    )
