"""HTTP: health, readiness and metrics in both modes, and Slack's payloads where there is no Socket Mode."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, PlatformCollector, ProcessCollector, generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.errors import SettingsError, Told

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]
T = TypeVar("T")
Numbers = Callable[[], Awaitable[Mapping[str, int]]]

PATIENCE = 2.0
"""Seconds that a check may take before it counts as failed."""


@dataclass(frozen=True)
class Watched:
    """What readiness asks, and what is counted."""

    checks: Mapping[str, Check]
    effects: Numbers
    incidents: Numbers
    patience: float = PATIENCE
    """Seconds that each of them may take."""


class Meters:
    """The numbers of `/metrics`, read when somebody asks for them."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._ready = Gauge("muster_ready", "Whether a part works", ["part"], registry=self._registry)
        self._effects = Gauge("muster_effects", "Slack calls by state", ["state"], registry=self._registry)
        self._open = Gauge("muster_incidents_open", "Open incidents", ["severity"], registry=self._registry)

    async def text(self) -> bytes:
        """Return Prometheus's text format; what the database does not tell is left out."""
        for part, works in (await answers(self._watched)).items():
            self._ready.labels(part).set(works)
        for gauge, numbers in ((self._effects, self._watched.effects), (self._open, self._watched.incidents)):
            gauge.clear()
            for label, number in (await _in_time(numbers(), {}, self._watched.patience)).items():
                gauge.labels(label).set(number)
        return generate_latest(self._registry)


async def answers(watched: Watched) -> dict[str, bool]:
    """Ask every check at once; one that fails or takes too long is a no."""
    asked = (_in_time(check(), default=False, patience=watched.patience) for check in watched.checks.values())
    return dict(zip(watched.checks, await asyncio.gather(*asked), strict=True))


async def _in_time(asked: Awaitable[T], default: T, patience: float) -> T:
    try:
        async with asyncio.timeout(patience):
            return await asked
    except (Told, TimeoutError):
        return default
    except Exception:  # whatever is wrong with a part, readiness says so instead of failing itself
        log.exception("a part could not be asked how it is")
        return default


def application(watched: Watched, bolt: AsyncApp | None) -> web.Application:
    """Build the routes; `bolt` where Slack's payloads come over HTTP."""
    meters = Meters(watched)

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_request: web.Request) -> web.Response:
        parts = await answers(watched)
        return web.json_response({"ok": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await meters.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    if bolt is not None:
        app.router.add_post("/slack/events", _events(bolt))
    return app


def _events(bolt: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def events(request: web.Request) -> web.Response:
        answer = await bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    return events


async def listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Open the port; one that is taken is a wrong setting."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(f"HTTP_HOST and HTTP_PORT: cannot listen on {host}:{port} ({error.strerror})") from None
    return runner
