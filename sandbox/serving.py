"""The pretend company, served on 127.0.0.1: every part of it is started and stopped together."""

import asyncio
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from sandbox import control, databases, page, slack
from sandbox.around import KUBELET, STATES
from sandbox.cluster.cluster import STEP_SECONDS
from sandbox.cluster.serving import answered
from sandbox.company import Company, Options
from sandbox.configuring import configured
from sandbox.database.wire import Wire
from sandbox.graphs import Graphs
from sandbox.guard import own_only
from sandbox.metrics import exposition
from sandbox.profiles import PROFILES

LARGEST_BODY = 64 * 2**20
HOST = "127.0.0.1"
LOG = logging.getLogger(__name__)


class ServedCompany(Company):
    """All of it in this process, but for Prometheus."""

    def __init__(self, options: Options | None = None) -> None:
        super().__init__(options)
        self.page = ""
        self.connections: dict[str, str] = {}
        self._env: dict[str, str] = {}
        self._runners: list[web.AppRunner] = []
        self._wire: Wire | None = None
        self._ticking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start every server; what was begun is stopped again when one cannot."""
        self.folder = Path(tempfile.mkdtemp(prefix="muster-sandbox-"))
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        if self.options.slack_mode == "http":
            self.workspace.delivery.mode, self.workspace.delivery.url = "http", self.options.events_url
        metrics = await self._serve(self._metrics_app())
        api = await self._serve(self._api_app())
        self.prometheus = Graphs(self.folder, metrics, [KUBELET, STATES, *(one.labels for one in PROFILES)])
        self.prometheus.url = f"http://{await self._serve(self.prometheus.app())}"
        self.page = f"http://{await self._serve(self._front(), self.options.port)}/"
        files = await self._databases()
        config = await asyncio.to_thread(configured, self.folder, f"http://{api}", self.prometheus.url, files)
        self._env = self._environment(config)
        self._ticking = asyncio.create_task(self._tick())
        if self.options.prometheus:
            self.prometheus.start(self.past)

    async def _databases(self) -> dict[str, str]:
        """Serve every service's PostgreSQL; gives the files with their addresses."""
        places = databases.places(lambda: self.applications)
        self._wire = Wire(places, self.clock)
        port = await self._wire.start(HOST)
        self.connections = {f"{one}-db": databases.address(one, port) for one in places}
        return await asyncio.to_thread(databases.written, self.folder, self.connections)

    def _front(self) -> web.Application:
        front = web.Application(client_max_size=LARGEST_BODY)
        front.add_routes(slack.routes(self.workspace, base_url=lambda: self.page))
        front.add_routes(page.routes())
        front.add_routes(control.routes(self))
        return front

    def _api_app(self) -> web.Application:
        """Serve whichever cluster is there now: a reset makes a new one."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._api)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        return await answered(self.cluster, request)

    def _metrics_app(self) -> web.Application:
        """Serve what Prometheus scrapes: each service, and the cluster's own exporters."""

        async def metrics(request: web.Request) -> web.Response:
            return web.Response(text=self._exposed(request.match_info["job"]), content_type="text/plain")

        app = web.Application()
        app.router.add_get("/metrics/{job}", metrics)
        return app

    def _exposed(self, job: str) -> str:
        if job == KUBELET["job"]:
            return exposition(self.around.kubelet())
        if job == STATES["job"]:
            return exposition(self.around.states())
        if job not in self.applications:
            raise web.HTTPNotFound
        return self.applications[job].exposition()

    async def _serve(self, app: web.Application, port: int = 0) -> str:
        """Serve on 127.0.0.1, to nobody else's page; gives `host:port`."""
        app.middlewares.append(own_only)
        runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, HOST, port).start()
        return f"{HOST}:{runner.addresses[0][1]}"

    async def _tick(self) -> None:
        while True:
            try:
                self.tick()
            except Exception:
                LOG.exception("a tick of the cluster failed")
            await asyncio.sleep(STEP_SECONDS)

    def env(self) -> dict[str, str]:
        """Give what Muster needs to be connected here."""
        return dict(self._env)

    def _environment(self, config: Mapping[str, str]) -> dict[str, str]:
        found = {"SLACK_BOT_TOKEN": self.workspace.bot_token, "SLACK_SIGNING_SECRET": self.workspace.signing_secret}
        if self.options.slack_mode == "socket":
            found["SLACK_APP_TOKEN"] = self.workspace.app_token
        found |= {"SLACK_API_URL": f"{self.page}api/", "PROMETHEUS_URL": self.prometheus.url, **config}
        return found

    async def stop(self) -> None:
        """Stop every part, whatever happened to the others; nothing stays behind."""
        async with contextlib.AsyncExitStack() as ends:  # the last one is done first
            ends.push_async_callback(asyncio.to_thread, shutil.rmtree, self.folder, ignore_errors=True)
            for runner in self._runners:
                ends.push_async_callback(runner.cleanup)
            if self._wire is not None:
                ends.push_async_callback(self._wire.stop)
            if hasattr(self, "prometheus"):
                ends.push_async_callback(self.prometheus.stop)
            ends.push_async_callback(self.workspace.close)
            if self._ticking is not None:
                self._ticking.cancel()
                ends.push_async_callback(asyncio.wait, {self._ticking})


__all__ = ["Options", "ServedCompany"]
