"""A pretend Slack for a test, a real client of it, and a real bolt app connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.alone import serving
from tests.people import Human


@dataclass
class Clock:
    """A clock a test turns."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Sandbox:
    """Everything a test of the pretend Slack touches."""

    workspace: Workspace
    url: str
    client: AsyncWebClient
    session: aiohttp.ClientSession
    stopwatch: Clock

    def human(self, person: str = "U0ALEX") -> Human:
        return Human(person, self.url, self.session)

    def app(self, **given: Any) -> AsyncApp:
        return AsyncApp(client=self.client, signing_secret=self.workspace.signing_secret, **given)

    @asynccontextmanager
    async def connected(self, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
        """Connect a bolt app over Socket Mode."""
        handler = AsyncSocketModeHandler(app, self.workspace.app_token, ping_interval=2)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt's own
        try:
            yield handler
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # bolt's own

    def trigger(self, person: str = "U0ALEX") -> str:
        return self.workspace.triggers.issue(person)

    async def refused(self, call: Callable[..., Awaitable[Any]], **given: Any) -> dict[str, Any]:
        """Make a call that must be refused; return Slack's answer."""
        from slack_sdk.errors import SlackApiError

        with pytest.raises(SlackApiError) as refusal:
            await call(**given)
        answer: dict[str, Any] = refusal.value.response.data
        return answer


@asynccontextmanager
async def sandbox_of(workspace: Workspace, stopwatch: Clock) -> AsyncIterator[Sandbox]:
    async with serving(workspace) as url, aiohttp.ClientSession() as session:
        client = AsyncWebClient(workspace.bot_token, base_url=f"{url}api/", session=session)
        yield Sandbox(workspace, url, client, session, stopwatch)


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    stopwatch = Clock()
    workspace = Workspace(stopwatch=stopwatch)
    workspace.delivery.retries = (0.0, 0.0, 0.0)
    async with sandbox_of(workspace, stopwatch) as made:
        yield made
