"""`muster doctor`: try everything Muster depends on, and say in plain sentences what works and what to do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import aiohttp

from bot.connecting import connections
from bot.doctor.clusters import clusters
from bot.doctor.finding import Finding, first
from bot.doctor.workspace import workspace
from bot.errors import SettingsError, Told
from bot.settings import MusterConfig, Settings, read_config
from bot.store.store import Store
from bot.views.people import listed
from runbooks.connections import Connections, NotConnected
from runbooks.model import Runbook
from runbooks.promql import PromqlFailed
from runbooks.reading import RunbookError, library

PATIENCE = 15.0


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
        yield Finding("ok", f"muster.yaml and the runbooks can be read: {listed(sorted(runbooks))}.")
    except (SettingsError, RunbookError) as error:
        yield Finding("bad", str(error))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        lines = await stack.enter_async_context(connections(settings, config))
        parts = [
            _in_time("Slack", workspace(settings, config, runbooks, session)),
            _in_time("The database", _database(settings)),
            *(_in_time(f"The cluster of {one.service}", clusters(lines, one)) for one in runbooks.values()),
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


async def _prometheus(lines: Connections, runbook: Runbook) -> AsyncIterator[Finding]:
    if not any(step.promql for step in runbook.diagnostics):
        return
    try:
        await lines.prometheus(runbook).ask("vector(1)", timeout=5.0)
        yield Finding("ok", f"{runbook.service}: Prometheus {runbook.prometheus} answers.")
    except (NotConnected, PromqlFailed) as error:
        yield Finding("bad", f"{runbook.service}: {first(str(error))}")
