"""`muster doctor`: try everything Muster depends on, and say in plain sentences what works and what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp

from bot import rights
from bot.connecting import connections
from bot.errors import SettingsError, Told
from bot.outbox.slack import Answer, Later, Refused, Slack, web_client
from bot.settings import MusterConfig, People, Settings, read_config
from bot.store.store import Store
from runbooks.connections import Connections, NotConnected
from runbooks.model import Runbook
from runbooks.promql import PromqlFailed
from runbooks.reading import RunbookError, library
from runbooks.rights import Need, beyond, elsewhere, to_diagnose, to_mitigate
from runbooks.running import Runner

SCOPES = frozenset(
    {"bookmarks:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage", "channels:read"}
    | {"chat:write", "commands", "files:write", "groups:history", "groups:read", "groups:write", "im:history"}
    | {"im:write", "pins:read", "pins:write", "reactions:read", "usergroups:read", "users:read"}
    | {"users:read.email"}
)
"""The bot token's scopes of manifest.yaml (a test compares them)."""
LARGEST_SKEW = 30.0
"""Seconds that this machine's clock may differ from Slack's: a signature is refused after five minutes."""
PATIENCE = 15.0

Level = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """One sentence on what works, what is only worth knowing, or what is wrong and how to mend it."""

    level: Level
    text: str


async def examine(settings: Settings, tell: Callable[[str], object]) -> int:
    """Tell what is found, part by part; return 1 if anything is wrong."""
    wrong = False
    async for finding in _findings(settings):
        tell(f"{finding.level:<4}  {finding.text}")
        wrong = wrong or finding.level == "bad"
    tell("Something is wrong: see the lines that begin with bad." if wrong else "Everything works.")
    return int(wrong)


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    config, runbooks = MusterConfig(), dict[str, Runbook]()
    try:
        config = read_config(settings.muster_config)
        runbooks = library(settings.runbooks_dir)
        yield Finding("ok", f"muster.yaml and the runbooks can be read: {_listed(sorted(runbooks))}.")
    except (SettingsError, RunbookError) as error:
        yield Finding("bad", str(error))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        lines = await stack.enter_async_context(connections(settings, config))
        parts = [
            _in_time("Slack", _slack(settings, config, runbooks, session)),
            _in_time("The database", _database(settings)),
            *(_in_time(f"The cluster of {one.service}", _cluster(lines, one)) for one in runbooks.values()),
            *(_in_time(f"The Prometheus of {one.service}", _prometheus(lines, one)) for one in runbooks.values()),
        ]
        for found in await asyncio.gather(*parts):
            for finding in found:
                yield finding


async def _in_time(name: str, findings: AsyncIterator[Finding]) -> list[Finding]:
    """Collect what one part has to say, as far as it gets in time."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE):
            async for finding in findings:
                found.append(finding)  # noqa: PERF401 - what was found before the time was up counts
    except TimeoutError:
        found.append(Finding("bad", f"{name} did not answer within {PATIENCE:.0f} seconds. Check the network to it."))
    return found


async def _slack(
    settings: Settings, config: MusterConfig, runbooks: Mapping[str, Runbook], session: aiohttp.ClientSession
) -> AsyncIterator[Finding]:
    try:
        settings.require_slack()
    except SettingsError as error:
        yield Finding("bad", f"{error}.")
        return
    slack = Slack(web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session))
    try:
        who, headers = await slack.credentials()
        yield Finding("ok", f"The bot token works: {who.get('user')} in {who.get('team')}.")
        yield _scopes(headers.get("x-oauth-scopes", ""))
        yield _clock(headers.get("date"))
        yield await _mode(settings, session)
        for finding in [*await _channels(slack, runbooks), *await _people(slack, config, runbooks)]:
            yield finding
    except Refused as refused:
        yield Finding("bad", f"Slack answered {refused.error}. Reinstall the app from manifest.yaml.")
    except Later as later:
        yield Finding("bad", f"{later}. Check SLACK_BOT_TOKEN and the network to {settings.slack_api_url}.")


def _scopes(header: str) -> Finding:
    missing = SCOPES - {scope.strip() for scope in header.split(",")}
    if missing:
        return Finding("bad", f"The app lacks {', '.join(sorted(missing))}. Reinstall it from manifest.yaml.")
    return Finding("ok", "The app has every scope it needs.")


def _clock(date: str | None) -> Finding:
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
    unknown = _listed(sorted(name for name in named if people.resolve(name) is None))
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
    elif who.startswith("S"):
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


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        store = Store(settings.database_url.get_secret_value(), now=lambda: datetime.now(UTC))
    except SettingsError as error:
        yield Finding("bad", f"{error}.")
        return
    try:
        await store.open()
        await store.answers()
        yield Finding("ok", f"The database answers ({store.database.url.get_backend_name()}).")
    except SettingsError as error:
        yield Finding("bad", f"{error}.")
    except Told:
        yield Finding("bad", "The database does not answer. Check DATABASE_URL and that it runs.")
    finally:
        await store.close()


async def _cluster(lines: Connections, runbook: Runbook) -> AsyncIterator[Finding]:
    """Ask for every right that the runbook's lines need, in each cluster they are for."""
    for cluster in ("", *elsewhere(runbook)) if runbook.kubernetes else ():
        if cluster and not lines.knows_cluster(cluster):
            about = f"{runbook.service}: its lines for the cluster {cluster} are a person's to run."
            yield Finding("note", f"{about} Name it under clusters in muster.yaml to let Muster run them.")
            continue
        where = f"{runbook.service}, cluster {cluster}" if cluster else runbook.service
        looking = to_diagnose(runbook, cluster)
        doing = beyond(to_mitigate(runbook, cluster), looking)
        parts: Sequence[tuple[Level, str, Sequence[Need]]]
        parts = (("bad", "diagnostics", looking), ("note", "mitigations", doing))
        for level, which, needs in parts:
            try:
                asked = await rights.ask(Runner(lines), runbook.at(cluster), needs)
            except rights.NoAnswer as error:
                yield Finding("bad", f"{where}: the cluster does not answer: {_first(str(error))}")
                return
            for finding in _rights(f"{where}: its {which}", level, needs, asked):
                yield finding


def _rights(whose: str, level: Level, needs: Sequence[Need], asked: rights.Asked) -> Iterator[Finding]:
    """Say what is missing and the rule to add, or that nothing is."""
    for need in asked.unserved:
        what = need.right.word or need.right.resource
        yield Finding("note", f"{whose}: the cluster has no {what}, so {rights.named(need.parts)} finds nothing.")
    if asked.denied and len(asked.denied) == len(needs):
        mend = "Apply what `muster lint --rights` writes (docs/deploying.md)"
        yield Finding(level, f"{whose} may do nothing in the cluster. {mend}.")
    elif asked.denied:
        level = "note" if all(need.spare for need in asked.denied) else level
        yield from (Finding(level, f"{whose}: {sentence}") for sentence in rights.sentences(asked.denied))
    elif needs:
        yield Finding("ok", f"{whose} may do all they need in the cluster ({len(needs)} rights).")


def _listed(some: Iterable[object]) -> str:
    """Write a list as people do: a, b and c."""
    *others, last = [str(one) for one in some] or [""]
    return f"{', '.join(others)} and {last}" if others else last


async def _prometheus(lines: Connections, runbook: Runbook) -> AsyncIterator[Finding]:
    if not any(step.promql for step in runbook.diagnostics):
        return
    try:
        await lines.prometheus(runbook).ask("vector(1)", timeout=5.0)
        yield Finding("ok", f"{runbook.service}: Prometheus {runbook.prometheus} answers.")
    except (NotConnected, PromqlFailed) as error:
        yield Finding("bad", f"{runbook.service}: {_first(str(error))}")


def _first(text: str) -> str:
    return next(iter(text.strip().splitlines()), "it gave no reason")
