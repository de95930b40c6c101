"""Who gets what."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

import commands
from bot.connection import SocketMode
from bot.errors import SettingsError
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
from bot.incidents.runs import Runs
from bot.incidents.telling import Telling
from bot.incidents.timeline import Timeline
from bot.incidents.updates import Updates
from bot.listening import Services
from bot.outbox.delivery import Outbox
from bot.outbox.slack import Slack, web_client
from bot.schedule import Clock
from bot.settings import MusterConfig, People, Settings
from bot.store.store import Store
from runbooks.connections import Connections
from runbooks.model import Runbook
from runbooks.reading import RunbookError, library
from runbooks.running import Runner


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
    rota = Rota(People(config.people), directory)
    services = services_of(config, Given(runbooks, Runner(lines), store, directory, rota, background))
    identity: dict[str, Any] = {}
    app = _app(settings, session, slack, identity)
    commands.register(app, services)
    socket = None
    if settings.socket_mode:
        socket = SocketMode(app, settings.slack_app_token.get_secret_value(), session)
    return Parts(
        settings=settings,
        session=session,
        slack=slack,
        store=store,
        outbox=outbox,
        clock=_clock(store, services),
        background=background,
        directory=directory,
        rota=rota,
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


@dataclass(frozen=True)
class Given:
    """What the use cases are made of."""

    runbooks: Mapping[str, Runbook]
    runner: Runs
    store: Store
    directory: SlackDirectory
    rota: Rota
    background: Background


def services_of(config: MusterConfig, given: Given) -> Services:
    """Put the use cases together, and have what follows from a change done with it."""
    store, runner, directory, background = given.store, given.runner, given.directory, given.background
    people = People(config.people)
    telling = Telling(given.runbooks, people, hours_of(config.business_hours))
    diagnoses = Diagnoses(store, telling, runner, background)
    incidents = Incidents(store, telling, diagnoses, given.rota)
    checklists, notices = Checklists(store, telling), Notices(store, telling)
    store.follow = Following(notices, checklists).follow
    named = {level: who for level, who in config.permissions if who is not None}
    return Services(
        incidents=incidents,
        updates=Updates(store, telling),
        timeline=Timeline(store),
        diagnoses=diagnoses,
        mitigations=Mitigations(store, telling, runner, background),
        notices=notices,
        checklists=checklists,
        handoffs=Handoffs(store, telling, checklists),
        postmortems=Postmortems(store, telling, directory),
        drills=Drills(store, incidents, given.runbooks),
        permission=Permission(named, people, directory),
        directory=directory,
        runbooks=given.runbooks,
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
