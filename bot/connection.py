"""The connection to Slack: the tokens tried once, then Socket Mode kept up; a wrong token ends the start at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.errors import SettingsError
from bot.outbox.slack import Later, Refused, Slack, WrongToken, web_client

log = structlog.get_logger(__name__)

RETRY = 2.0
"""Seconds between attempts while Slack cannot be reached."""
LOST_FOR = 20.0
"""Seconds without a connection after which the SDK's own attempts are abandoned: it retries a used-up address."""
PING = 5


async def until_reached(ask: Callable[[], Awaitable[Any]], name: str, *, retry: float = RETRY) -> Any:
    """Ask Slack until it answers. A wrong or missing token is a wrong setting; anything else may pass."""
    told = ""
    while True:
        try:
            return await ask()
        except WrongToken as wrong:
            raise SettingsError(f"{name}: {wrong}; take the right one from the app's page") from None
        except Refused as refused:
            raise SettingsError(
                f"{name}: Slack answered {refused.error}; reinstall the app from manifest.yaml"
            ) from None
        except Later as later:
            if str(later) != told:
                log.warning("waiting for Slack", why=str(later))
            told = str(later)
            await asyncio.sleep(max(retry, later.after or 0))  # Slack's own Retry-After, at least our pause


class SocketMode:
    """A Socket Mode connection that is made anew when it is lost."""

    def __init__(self, app: AsyncApp, app_token: str, session: ClientSession, *, retry: float = RETRY) -> None:
        self._app = app
        self._token = app_token
        self._slack = Slack(web_client(app_token, app.client.base_url, session))
        self._retry = retry
        self._handler: AsyncSocketModeHandler | None = None
        self._address = ""

    async def prepare(self) -> None:
        """Ask where to connect, which tries the token."""
        ask = self._slack.ask
        answer = await until_reached(lambda: ask("apps.connections.open"), "SLACK_APP_TOKEN", retry=self._retry)
        self._address = str(answer["url"])

    async def connected(self) -> bool:
        """Whether payloads can come in."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        try:
            while True:
                if await self._connect():
                    log.info("connected to Slack", mode="socket")
                    await self._until_lost()
                    log.warning("the connection to Slack is lost")
                await self.close()
        finally:
            await self.close()

    async def close(self) -> None:
        """Take no more payloads."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.client.close()  # type: ignore[no-untyped-call]  # the SDK's is not annotated

    async def _connect(self) -> bool:
        if not self._address:
            await self.prepare()
        handler = AsyncSocketModeHandler(self._app, self._token, logger=_silent(), ping_interval=PING)
        handler.client.proxy = None
        handler.client.wss_uri, self._address = self._address, ""
        self._handler = handler
        try:
            async with asyncio.timeout(LOST_FOR):
                await handler.client.connect()  # type: ignore[no-untyped-call]  # the SDK's is not annotated
        except TimeoutError:
            log.warning("Slack gave an address for Socket Mode and does not answer there")
            return False
        return True

    async def _until_lost(self) -> None:
        lost = 0.0
        while lost < LOST_FOR:
            await asyncio.sleep(1)  # the SDK tells nobody when it loses its connection: look each second
            lost = 0.0 if await self.connected() else lost + 1


def _silent() -> logging.Logger:
    """The SDK logs each failed attempt with its traceback; that the connection is lost is said here, once."""
    logger = logging.getLogger("muster.socket_mode")
    logger.setLevel(logging.CRITICAL)
    return logger
