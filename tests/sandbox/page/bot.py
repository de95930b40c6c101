"""A small bot that answers whatever a test does on the page, and remembers what it heard."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.page import gallery

Json = dict[str, Any]
ANYTHING = re.compile(r".*")
PODS = ("inferadb-2xkqp", "inferadb-7hwzt", "omendb-1aaaa")


class Bot:
    """A bolt app and what it heard; `open_gate` lets an answer go that `slow` holds back."""

    def __init__(self, client: AsyncWebClient, signing_secret: str) -> None:
        self.app = AsyncApp(client=client, signing_secret=signing_secret)
        self.heard: list[Json] = []
        self.gate = asyncio.Event()
        self._news = asyncio.Condition()
        self.app.use(self._remember)
        self.app.command("/incident")(self._command)
        self.app.action("push")(push)
        self.app.action("slow")(self._slow)
        self.app.action(ANYTHING)(acknowledge)
        self.app.view("declare")(declare)
        self.app.view("second")(acknowledge)
        self.app.view_closed("declare")(acknowledge)
        self.app.options(ANYTHING)(pods)
        self.app.shortcut(ANYTHING)(acknowledge)
        self.app.event("app_home_opened")(publish_home)
        self.app.event(ANYTHING)(hear)

    async def _remember(self, body: Json, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002  # bolt's name
        async with self._news:
            self.heard.append(body)
            self._news.notify_all()
        await next()

    async def hears(self, wanted: Callable[[Json], bool]) -> Json:
        """Wait for a payload, and return the newest such one."""
        async with self._news:
            await self._news.wait_for(lambda: any(wanted(body) for body in self.heard))
            return next(body for body in reversed(self.heard) if wanted(body))

    def of(self, kind: str) -> list[Json]:
        """Return the payloads of a type, oldest first."""
        return [payload for payload in self.heard if payload.get("type") == kind]

    async def _command(self, ack: AsyncAck, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        if body["text"] == "declare":
            await client.views_open(trigger_id=body["trigger_id"], view=gallery.form())
        else:
            await respond(f"You said *{body['text']}*.")

    async def _slow(self, ack: AsyncAck) -> None:
        await self.gate.wait()
        await ack()


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


async def hear() -> None:
    """Take note of an event, as every bot must."""


async def push(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=gallery.second_form())


async def declare(ack: AsyncAck, view: Json, client: AsyncWebClient, body: Json) -> None:
    """Refuse a title in capitals; otherwise post it."""
    title = view["state"]["values"]["title"]["title"]["value"]
    if title.isupper():
        await ack(response_action="errors", errors={"title": "Please do not shout."})
        return
    await ack()
    await client.chat_postMessage(channel="C0INCIDENTS", text=f"Declared: {title}")


async def pods(ack: AsyncAck, body: Json) -> None:
    await ack(options=[gallery.option(pod, pod) for pod in PODS if body["value"] in pod])


async def publish_home(event: Json, client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": gallery.plain("Open incidents")}, *gallery.card(1_700_000_000)[1:]]
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
