"""In which order Muster starts and stops."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiohttp
import structlog

from bot.connecting import connections
from bot.connection import RETRY, until_reached
from bot.errors import Unavailable
from bot.serving import Watched, application, listen
from bot.settings import Settings, read_config
from bot.store.alone import alone
from bot.wiring import Parts, build, read_runbooks

log = structlog.get_logger(__name__)

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
ENDING = 3.0
"""Seconds in which what has begun may end."""


async def serve(
    settings: Settings, *, stop: asyncio.Event | None = None, port: "asyncio.Future[int] | None" = None
) -> None:
    """Run until SIGTERM, SIGINT or `stop`. Raises SettingsError as soon as a setting turns out to be wrong."""
    without_proxies()
    config, runbooks = read_config(settings.muster_config), read_runbooks(settings)
    stopping = stop or _on_signals()
    async with AsyncExitStack() as stack:
        lines = await stack.enter_async_context(connections(settings, config))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        parts = build(settings, config, runbooks, lines, session)
        stack.enter_context(alone(parts.store.database.url))
        stack.push_async_callback(parts.store.close)
        web = application(watched(parts), None if settings.socket_mode else parts.app)
        runner = await listen(web, settings.http_host, settings.http_port)
        stack.push_async_callback(runner.cleanup)
        if port is not None:
            port.set_result(runner.addresses[0][1])
        await _run(parts, stopping, {"port": runner.addresses[0][1], "services": sorted(runbooks)})
    log.info("stopped")


async def _run(parts: Parts, stopping: asyncio.Event, about: Mapping[str, object]) -> None:
    talking = asyncio.create_task(_talk(parts, about), name="talk to Slack")
    remembering = asyncio.create_task(_remember(parts), name="remember and tell")
    end = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({talking, remembering, end}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if stopping.is_set():
            log.info("stopping")
        await _ended(talking)
        await _finish(parts)
        await _ended(remembering)
        end.cancel()
    for task in (talking, remembering):
        if not task.cancelled() and (error := task.exception()):
            raise error


async def _talk(parts: Parts, about: Mapping[str, object]) -> None:
    """Try the tokens, then take payloads until cancelled. Nothing is logged before: a wrong setting is one line."""
    parts.identity.update(await until_reached(lambda: parts.slack.ask("auth.test"), "SLACK_BOT_TOKEN"))
    if parts.socket is not None:
        await parts.socket.prepare()
    with suppress(TimeoutError):
        async with asyncio.timeout(ENDING):
            await parts.opened.wait()
    log.info("serving", team=parts.identity.get("team"), user=parts.identity.get("user"), **about)
    parts.background.start(_learn_people(parts), "list the people")
    if parts.socket is not None:
        await parts.socket.run()
    else:
        await asyncio.Event().wait()


async def _learn_people(parts: Parts) -> None:
    """Learn who is in the workspace and who is on call, so that the first declare waits for neither."""
    await parts.directory.warm()
    await parts.rota.known(parts.runbooks.values())


async def _remember(parts: Parts) -> None:
    """Open the database as soon as it answers, then let the clock tick and the outbox deliver."""
    while True:
        try:
            await parts.store.open()
            parts.opened.set()
            break
        except Unavailable:
            await asyncio.sleep(RETRY)
    await parts.clock.run(alone=parts.store.database.is_sqlite)
    await parts.outbox.run()


async def _finish(parts: Parts) -> None:
    """Let what was begun end, for a moment; what is cut off is taken up at the next start."""
    listeners = [task for task in asyncio.all_tasks() if _is_bolts(task)]
    if listeners:
        await asyncio.wait(listeners, timeout=ENDING)
    await parts.clock.stop()  # it begins background work
    await parts.background.stop()
    await parts.directory.stop()


def _is_bolts(task: "asyncio.Task[Any]") -> bool:
    """Whether a listener of ours runs in it: bolt keeps no list of those that go on after their acknowledgement."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "slack_bolt" in code.co_filename


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def watched(parts: Parts) -> Watched:
    """Say what readiness asks and what is counted."""
    checks = {
        "database": parts.store.answers,
        "slack": parts.socket.connected if parts.socket else lambda: _true_if(bool(parts.identity)),
        "scheduler": lambda: _true_if(parts.clock.running),
    }

    async def effects() -> Mapping[str, int]:
        async with parts.store.reading() as reading:
            return {str(state): count for state, count in (await reading.effects_by_state()).items()}

    async def incidents() -> Mapping[str, int]:
        async with parts.store.reading() as reading:
            return await reading.open_by_severity()

    return Watched(checks, effects, incidents)


async def _true_if(fact: bool) -> bool:
    return fact


def without_proxies() -> None:
    """Slack's SDK would send calls to 127.0.0.1 through a proxy, too, and knows no NO_PROXY: use none."""
    for name in PROXIES:
        if os.environ.pop(name, None):
            log.warning("a proxy variable is ignored", variable=name)


def _on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
