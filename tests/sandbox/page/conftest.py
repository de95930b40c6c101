"""A pretend Slack with its page, a real bot in it, and a browser in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import page as the_page
from sandbox.slack import Workspace
from sandbox.slack.serving import routes
from sandbox.slack.tables import ALL_SCOPES, EVENT_SCOPES
from tests.sandbox.page.bot import Bot
from tests.sandbox.page.chromium import HOW_TO_GET_IT, chromium, chromium_path

DESKTOP = {"width": 1280, "height": 800}
PATIENCE_MS = 60_000
PHONE = {"width": 390, "height": 844}
MANIFEST = {
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/incident", "description": "Run an incident", "usage_hint": "[declare]", "should_escape": True}
        ],
        "shortcuts": [{"name": "Declare from this message", "type": "message", "callback_id": "declare_from_message"}],
    },
    "oauth_config": {"scopes": {"bot": list(ALL_SCOPES)}},
    "settings": {
        "event_subscriptions": {"bot_events": list(EVENT_SCOPES)},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@dataclass
class Front:
    """The page's server with a workspace behind it, a client of the bot, and the pages people have open."""

    workspace: Workspace
    url: str
    client: AsyncWebClient
    bot: Bot
    browser: Browser
    stack: AsyncExitStack
    stack_of_bot: AsyncExitStack
    complaints: list[str] = field(default_factory=list)

    async def open(self, person: str = "U0ALEX", place: str = "C0INCIDENTS", **context: Any) -> Page:
        """Open the page as a person, in a browser of their own."""
        options: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Europe/Berlin"} | context
        own: BrowserContext = await self.browser.new_context(**options)
        self.stack.push_async_callback(own.close)
        own.set_default_timeout(PATIENCE_MS)
        page = await own.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(f"{self.url}?as={person}#{place}")
        await expect(page.locator("body")).to_have_attribute("data-live", "on")
        return page

    async def on_phone(self, person: str = "U0ALEX", place: str = "C0INCIDENTS", **context: Any) -> Page:
        return await self.open(person, place, viewport=PHONE, has_touch=True, is_mobile=True, **context)

    async def heard(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the bot has heard such a payload, and return the newest one."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            return await self.bot.hears(wanted)

    async def post(self, text: str = "", channel: str = "C0INCIDENTS", **content: Any) -> str:
        """Let the bot post, and return the message's ts."""
        return str((await self.client.chat_postMessage(channel=channel, text=text, **content))["ts"])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip(HOW_TO_GET_IT)
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium(path) as started:
        yield started


@asynccontextmanager
async def served(workspace: Workspace, more: list[web.RouteDef]) -> AsyncIterator[str]:
    """Serve a workspace and its page on 127.0.0.1, and give the address."""
    application = web.Application(client_max_size=64 * 1024 * 1024)
    address = "http://127.0.0.1/"
    application.add_routes([*the_page.routes(), *routes(workspace, base_url=lambda: address), *more])
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield address
    finally:
        await workspace.close()
        await runner.cleanup()


@asynccontextmanager
async def front_of(browser: Browser, more: list[web.RouteDef]) -> AsyncIterator[Front]:
    workspace = Workspace(
        manifest=MANIFEST, stopwatch=lambda: 0.0
    )  # a trigger id lives as long as a busy machine needs
    workspace.delivery.acknowledge_seconds = 15.0
    async with AsyncExitStack() as stack, AsyncExitStack() as stack_of_bot:
        url = await stack.enter_async_context(served(workspace, more))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = AsyncWebClient(workspace.bot_token, base_url=f"{url}api/", session=session)
        bot = Bot(client, workspace.signing_secret)
        handler = AsyncSocketModeHandler(bot.app, workspace.app_token, ping_interval=2)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt's own
        stack_of_bot.push_async_callback(handler.close_async)
        yield Front(workspace, url, client, bot, browser, stack, stack_of_bot)


@pytest_asyncio.fixture(loop_scope="session")
async def front(browser: Browser) -> AsyncIterator[Front]:
    """A Slack alone, without a company around it; the page must not complain about anything else."""
    async with front_of(browser, []) as made:
        yield made
    assert [said for said in made.complaints if "404" not in said] == []
