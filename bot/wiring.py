"""Who gets what, and in which order it starts and stops."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

import commands
from bot.connecting import connections
from bot.connection import RETRY, SocketMode, until_reached
from bot.errors import SettingsError, Unavailable
from bot.incidents.background import Background
from bot.incidents.business import hours_of
from bot.incidents.checklists import Checklists
from bot.incidents.diagnoses import Diagnoses
from bot.incidents.directory import SlackDirectory
from bot.incidents.drills import Drills
from bot.incidents.duties import Duties, Following, Response
from bot.incidents.handoffs import Handoffs
from bot.incidents.lifecycle import Incidents
from bot.incidents.mitigations import Mitigations
from bot.incidents.noticing import Notices
from bot.incidents.permission import Permission
from bot.incidents.postmortems import Postmortems
from bot.incidents.rota import Rota
from bot.incidents.telling import Telling
from bot.incidents.timeline import Timeline
from bot.incidents.updates import Updates
from bot.listening import Services
from bot.outbox.delivery import Outbox
from bot.outbox.slack import Slack, web_client
from bot.schedule import Clock
from bot.serving import Watched, application, listen
from bot.settings import MusterConfig, People, Settings, read_config
from bot.store.alone import alone
from bot.store.store import Store
from runbooks.connections import Connections
from runbooks.model import Runbook
from runbooks.reading import RunbookError, library
from runbooks.running import Runner

log = structlog.get_logger(__name__)

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
ENDING = 3.0
"""Seconds in which what has begun may end."""


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """Everything that runs."""

    settings: Settings
    session: aiohttp.ClientSession
    slack: Slack
    store: Store
    outbox: Outbox
    clock: Clock
    background: Background
    directory: SlackDirectory
    rota: Rota
    runbooks: Mapping[str, Runbook]
    app: AsyncApp
    socket: SocketMode | None
    identity: dict[str, Any]
    opened: asyncio.Event
    """Set once the database is in shape; payloads wait for it a moment, then are told that it does not answer."""


def read_runbooks(settings: Settings) -> Mapping[str, Runbook]:
    """Read the library and RUNBOOKS_DIR; a broken runbook is a wrong setting."""
    try:
        return library(settings.runbooks_dir)
    except RunbookError as error:
        raise SettingsError(str(error)) from None


def build(
    settings: Settings,
    config: MusterConfig,
    runbooks: Mapping[str, Runbook],
    lines: Connections,
    session: aiohttp.ClientSession,
) -> Parts:
    """Put the parts together; nothing is asked of anybody yet."""
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
    slack, background = Slack(client), Background()
    store = Store(settings.database_url.get_secret_value(), now=now)
    outbox = Outbox(store.database, slack, now=now)
    store.committed = outbox.wake
    directory = SlackDirectory(client, store)
    services = _services(config, runbooks, Runner(lines), store, directory, background)
    identity: dict[str, Any] = {}
    app = _app(settings, session, slack, identity)
    commands.register(app, services)
    socket = None
    if settings.socket_mode:
        socket = SocketMode(app, settings.slack_app_token.get_secret_value(), session)
    store.follow = Following(services.notices, services.checklists).follow
    return Parts(
        settings=settings,
        session=session,
        slack=slack,
        store=store,
        outbox=outbox,
        clock=_clock(store, services),
        background=background,
        directory=directory,
        rota=Rota(services.people, directory),
        runbooks=runbooks,
        app=app,
        socket=socket,
        identity=identity,
        opened=asyncio.Event(),
    )


def _clock(store: Store, services: Services) -> Clock:
    """Build the clock, with everybody who has something to do when time passes."""
    response, watching = Response(services.incidents.telling), services.diagnoses.watching
    duties = Duties(response, services.updates, services.notices, services.checklists, watching)
    return Clock(store, duties, [services.diagnoses, services.mitigations, services.drills])


def _services(
    config: MusterConfig,
    runbooks: Mapping[str, Runbook],
    runner: Runner,
    store: Store,
    directory: SlackDirectory,
    background: Background,
) -> Services:
    people = People(config.people)
    telling = Telling(runbooks, people, hours_of(config.business_hours))
    diagnoses = Diagnoses(store, telling, runner, background)
    incidents = Incidents(store, telling, diagnoses, Rota(people, directory))
    checklists = Checklists(store, telling)
    named = {level: who for level, who in config.permissions if who is not None}
    return Services(
        incidents=incidents,
        updates=Updates(store, telling),
        timeline=Timeline(store),
        diagnoses=diagnoses,
        mitigations=Mitigations(store, telling, runner, background),
        notices=Notices(store, telling),
        checklists=checklists,
        handoffs=Handoffs(store, telling, checklists),
        postmortems=Postmortems(store, telling, directory),
        drills=Drills(store, incidents, runbooks),
        permission=Permission(named, people, directory),
        directory=directory,
        runbooks=runbooks,
        people=people,
    )


def _app(settings: Settings, session: aiohttp.ClientSession, slack: Slack, identity: dict[str, Any]) -> AsyncApp:
    """Build bolt's app; who we are was asked once at the start, and is not asked again by the first payload."""
    token = settings.slack_bot_token.get_secret_value()

    async def authorize() -> AuthorizeResult:
        if not identity:
            identity.update(await slack.ask("auth.test"))
        who = {key: identity.get(key) for key in ("enterprise_id", "team_id", "bot_id")}
        return AuthorizeResult(**who, bot_user_id=identity.get("user_id"), bot_token=token)

    client: AsyncWebClient = web_client("", settings.slack_api_url, session)
    client.token = None
    secret = settings.slack_signing_secret.get_secret_value()
    return AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=secret or "unused in Socket Mode",
        logger=logging.getLogger("slack_bolt"),  # else it takes the root's level for its own
    )


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
