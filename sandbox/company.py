"""The pretend company as a whole: Slack, page, cluster, application and Prometheus, started and stopped together."""

import asyncio
import contextlib
import logging
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from sandbox import control, databases, page, slack
from sandbox.application import Application
from sandbox.around import KUBELET, STATES, Around
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import STEP_SECONDS, Cluster
from sandbox.cluster.serving import answered
from sandbox.cluster.worlds import company_cluster
from sandbox.configuring import configured
from sandbox.database.wire import Wire
from sandbox.graphs import Graphs
from sandbox.guard import own_only
from sandbox.metrics import exposition
from sandbox.profiles import INFERADB, PROFILES
from sandbox.prometheus import missing
from sandbox.recalling import HOUR, taken_down, taken_down_cluster, told
from sandbox.stories import STORIES, Scene
from sandbox.stories.alerts import WATCHES, Alert

MANIFEST = Path(__file__).parent.parent / "manifest.yaml"
LARGEST_BODY = 64 * 2**20
HOST = "127.0.0.1"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How to start: `port` 0 takes a free one."""

    port: int = 0
    slack_mode: str = "socket"
    events_url: str = ""
    prometheus: bool = True
    rate_limits: bool = False


class Company:
    """Everything on 127.0.0.1, in this process but for Prometheus."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.clock = Clock()
        self.workspace = slack.Workspace(clock=self.clock, manifest=_manifest(), rate_limits=self.options.rate_limits)
        self.cluster: Cluster
        self.applications: dict[str, Application]
        self.around: Around
        self.scene: Scene
        self.prometheus: Graphs
        self.page = ""
        self.connections: dict[str, str] = {}
        self._address = ""
        self._env: dict[str, str] = {}
        self._runners: list[web.AppRunner] = []
        self._wire: Wire | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._was_broken = False
        self._since = self.clock()
        self._build()

    def _build(self) -> None:
        """Build what a reset builds anew: the cluster, the applications on it, and their alerts."""
        self.cluster = company_cluster(self.clock, since=self._since)
        self.applications = {one.service: Application(self.cluster, one) for one in PROFILES}
        self.around = Around(self.cluster)
        self.scene = Scene(self.cluster, self.application, self._say, self.applications)
        self.cluster.listeners += [Alert(self.scene, one.service, watch).tick for one in PROFILES for watch in WATCHES]
        self._was_broken = False

    @property
    def prometheus_trouble(self) -> str:
        """Say why there are no graphs, if so."""
        return self.prometheus.trouble

    @property
    def application(self) -> Application:
        """Give InferaDB."""
        return self.applications[INFERADB.service]

    def _say(self, who: str, channel: str, text: str) -> None:
        self.workspace.integration_says(who, channel, text)

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
        self._address = await self._serve(self._front(), self.options.port)
        self.page = f"http://{self._address}/"
        self.prometheus = Graphs(self.folder, metrics, [KUBELET, STATES, *(one.labels for one in PROFILES)])
        self.prometheus.url = f"http://{await self._serve(self.prometheus.app())}"
        files = await self._databases()
        config = await asyncio.to_thread(configured, self.folder, f"http://{api}", self.prometheus.url, files)
        self._env = self._environment(config)
        self._ticking = asyncio.create_task(self._tick())
        if self.options.prometheus:
            self.prometheus.start(self._past)

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

    async def _past(self) -> str:
        """Give an hour of quiet graphs, in Prometheus' own time; what is counted from now on goes on from there."""
        services = [taken_down(one) for one in self.applications.values()]
        cluster, applications, around = taken_down_cluster(self.around), self.applications, self.around
        text = await asyncio.to_thread(told, services, cluster, time.time())
        for one in services:
            applications[one.profile.service].counts.join(one.counts)
        around.remember(HOUR, cluster.cores)
        return text

    async def _tick(self) -> None:
        while True:
            try:
                self.cluster.tick()
            except Exception:
                LOG.exception("a tick of the cluster failed")
            self._was_broken = self._was_broken or any(not one.health.is_good for one in self.applications.values())
            await asyncio.sleep(STEP_SECONDS)

    def turn(self, seconds: float) -> None:
        """Advance the whole company: the cluster ticks on the way."""
        self.cluster.advance(seconds)

    def heal(self, service: str | None = None) -> list[str]:
        """End every story that is on; gives their names."""
        found = [
            one
            for one in STORIES
            if service in {None, one.service} and (one.is_on(self.scene) or one.lingers(self.scene))
        ]
        for story in found:
            story.heal(self.scene)
        return [story.name for story in found]

    async def reset(self) -> None:
        """Begin anew: no message, incident or trouble of before; the past of the graphs is quiet again.

        A fresh Prometheus is brought up behind the same address: whoever asks before it is ready waits for its answer.
        """
        was_broken = self._was_broken or any(story.is_on(self.scene) for story in STORIES)
        self.clock.run_at(1.0)
        self._build()
        self.workspace.reset()
        if was_broken and self.options.prometheus and not missing():
            self.prometheus.renew(self._past)

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
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking
        await self.workspace.close()
        if hasattr(self, "prometheus"):
            await self.prometheus.stop()
        if self._wire is not None:
            await self._wire.stop()
        for runner in self._runners:
            await runner.cleanup()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


def _manifest() -> dict[str, Any] | None:
    """Read the app's manifest; without one the pretend Slack grants every scope."""
    if not MANIFEST.is_file():
        return None
    found = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return found if isinstance(found, dict) else None
