"""What `muster doctor` finds out about Slack: tokens, scopes, the clock, channels and people."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.doctor.finding import Finding
from bot.errors import SettingsError
from bot.ids import is_group
from bot.outbox.slack import Answer, Later, Refused, Slack, web_client
from bot.settings import MusterConfig, People, Settings
from bot.views.people import listed
from runbooks.model import Runbook

SCOPES = frozenset(
    {"bookmarks:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage", "channels:read"}
    | {"chat:write", "commands", "files:write", "groups:history", "groups:read", "groups:write", "im:history"}
    | {"im:write", "pins:read", "pins:write", "reactions:read", "usergroups:read", "users:read"}
    | {"users:read.email"}
)
"""The bot token's scopes of manifest.yaml (a test compares them)."""
LARGEST_SKEW = 30.0
"""Seconds that this machine's clock may differ from Slack's: a signature is refused after five minutes."""


async def workspace(
    settings: Settings, config: MusterConfig, runbooks: Mapping[str, Runbook], session: aiohttp.ClientSession
) -> AsyncIterator[Finding]:
    """Try the tokens, and ask for the channels and people that runbooks and muster.yaml name."""
    try:
        settings.require_slack()
    except SettingsError as error:
        yield Finding("bad", f"{error}.")
        return
    slack = Slack(web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session))
    try:
        who, headers = await slack.credentials()
        yield Finding("ok", f"The bot token works: {who.get('user')} in {who.get('team')}.")
        yield scopes(headers.get("x-oauth-scopes", ""))
        yield clock(headers.get("date"))
        yield await _mode(settings, session)
        for finding in [*await _channels(slack, runbooks), *await _people(slack, config, runbooks)]:
            yield finding
    except Refused as refused:
        yield Finding("bad", f"Slack answered {refused.error}. Reinstall the app from manifest.yaml.")
    except Later as later:
        yield Finding("bad", f"{later}. Check SLACK_BOT_TOKEN and the network to {settings.slack_api_url}.")


def scopes(header: str) -> Finding:
    """Say which scopes the app lacks."""
    missing = SCOPES - {scope.strip() for scope in header.split(",")}
    if missing:
        return Finding("bad", f"The app lacks {', '.join(sorted(missing))}. Reinstall it from manifest.yaml.")
    return Finding("ok", "The app has every scope it needs.")


def clock(date: str | None) -> Finding:
    """Say whether this machine's clock agrees with Slack's."""
    if date is None:
        return Finding("note", "Slack did not say what time it is, so the clock could not be compared.")
    skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    if abs(skew) > LARGEST_SKEW:
        return Finding("bad", f"This machine's clock is {skew:+.0f} s away from Slack's. Let it follow a time server.")
    return Finding("ok", "The clock agrees with Slack's.")


async def _mode(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    if not settings.socket_mode:
        return Finding("note", "HTTP mode: Slack must reach /slack/events of this machine; only Slack can try that.")
    token = settings.slack_app_token.get_secret_value()
    try:
        await Slack(web_client(token, settings.slack_api_url, session)).ask("apps.connections.open")
    except (Refused, Later) as error:
        return Finding("bad", f"The app token does not open Socket Mode: {error}. Make one with connections:write.")
    return Finding("ok", "The app token opens Socket Mode.")


async def _channels(slack: Slack, runbooks: Mapping[str, Runbook]) -> list[Finding]:
    wanted = {name for one in runbooks.values() for name in (one.channels.announce, *one.channels.critical.values())}
    kinds = "public_channel,private_channel"
    pages = slack.pages("conversations.list", "channels", types=kinds, exclude_archived=False, limit=1000)
    known = {f"#{one['name']}": one async for one in pages}
    named = sorted(name for name in wanted if name.startswith("#"))
    found = [finding for name in named if (finding := _channel(name, known.get(name)))]
    return found or [Finding("ok", f"The channels that runbooks announce in are there: {', '.join(named) or 'none'}.")]


def _channel(name: str, known: Answer | None) -> Finding | None:
    """Say what is wrong with a channel that incidents are announced in; nothing of it stops a declare."""
    if known is None:
        mend = "Create it, or, if it is private, type /invite @Muster there"
        return Finding("bad", f"Muster sees no {name}, so nothing is announced there. {mend}.")
    if known.get("is_archived"):
        mend = "Unarchive it, or name another one under channels of the runbook"
        return Finding("bad", f"{name} is archived, so nothing is announced there. {mend}.")
    if not known.get("is_member"):
        return Finding("note", f"Muster is not in {name}. It joins when it first announces there.")
    return None


async def _people(slack: Slack, config: MusterConfig, runbooks: Mapping[str, Runbook]) -> list[Finding]:
    people = People(config.people)
    named = {name for one in runbooks.values() for name in _names(one)}
    unknown = listed(sorted(name for name in named if people.resolve(name) is None))
    about = f"Muster cannot invite or call {unknown}, whom runbooks name. Say who they are under people in muster.yaml."
    found = [Finding("note", about)] if unknown else []
    answers = await asyncio.gather(*(_person(slack, name, who) for name, who in config.people.items()))
    return found + [finding for finding in answers if finding]


def _names(runbook: Runbook) -> Iterable[str]:
    if runbook.on_call:
        yield runbook.on_call
    for severity in runbook.severities:
        yield from severity.invite
        for level in severity.escalate:
            yield from level.notify


async def _person(slack: Slack, name: str, who: str) -> Finding | None:
    method, argument = "users.info", {"user": who}
    if "@" in who:
        method, argument = "users.lookupByEmail", {"email": who}
    elif is_group(who):
        method, argument = "usergroups.users.list", {"usergroup": who}
    try:
        answer = await slack.ask(method, **argument)
    except Refused as refused:
        return Finding("bad", f"people.{name}: Slack does not know {who} ({refused.error}). Correct muster.yaml.")
    if answer.get("users") == []:
        return Finding("bad", f"people.{name}: nobody is in the user group {who}. Add somebody to it.")
    if (answer.get("user") or {}).get("deleted"):
        return Finding("bad", f"people.{name}: {who} is deactivated. Name somebody else in muster.yaml.")
    return None
