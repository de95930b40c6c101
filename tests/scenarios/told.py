"""The company on a clock that a test turns, and what Muster makes of it: findings, scenario, severity."""

import asyncio
import functools
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.incidents.runs import Around
from bot.incidents.sense import Sense, sense, suggestions, understood
from bot.store.tables import StepOutput
from runbooks.connections import ClusterPlace, Connections, PrometheusPlace
from runbooks.model import Runbook
from runbooks.reading import library
from runbooks.running import Runner
from sandbox import around as exporters
from sandbox import databases
from sandbox.application import Application
from sandbox.cluster.alone import START, serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.worlds import company_cluster
from sandbox.database.wire import Wire
from sandbox.metrics import Family, Histogram
from sandbox.profiles import PROFILES
from sandbox.stories import Scene, story_of
from tests.runbooks.examples import served_app
from tests.scenarios.small_prometheus import SmallPrometheus

SCRAPE = 10.0
books = functools.cache(library)


class Stage:
    """The whole company, in time that stands still until it is turned."""

    def __init__(self) -> None:
        self.cluster = company_cluster(Clock(START, speed=0))
        self.applications = {one.service: Application(self.cluster, one) for one in PROFILES}
        self.around = exporters.Around(self.cluster)
        self.scene = Scene(self.cluster, self.applications["inferadb"], lambda *_: None, self.applications)
        self.prometheus = SmallPrometheus(self._exposed, self.cluster.now)
        self.wait(20)

    def _exposed(self) -> Iterator[tuple[Mapping[str, str], Iterable[Family | Histogram]]]:
        for application in self.applications.values():
            yield application.profile.labels, application.metrics()
        yield exporters.KUBELET, self.around.kubelet()
        yield exporters.STATES, self.around.states()

    def wait(self, seconds: float) -> None:
        """Let time pass; metrics are scraped on the way."""
        for step in range(int(seconds * 2)):
            if step % int(SCRAPE * 2) == 0:
                self.prometheus.scrape()
            self.cluster.clock.turn(0.5)
            self.cluster.tick()
        self.prometheus.scrape()

    def begin(self, service: str, story: str) -> None:
        """Let something go wrong."""
        found = story_of(service, story)
        assert found is not None
        found.begin(self.scene)


@dataclass(frozen=True)
class Meant:
    """What an assessment of a service says."""

    said: Sense
    outputs: list[StepOutput]
    runbook: Runbook

    @property
    def texts(self) -> list[str]:
        """What was found, worst first."""
        return [one.text for one in self.said.findings]

    @property
    def names(self) -> set[str]:
        """Which words of `find:` were answered."""
        return {one.name for one in self.said.findings}

    @property
    def scenario(self) -> str:
        """The scenario that matches best."""
        return self.said.scenarios[0].id if self.said.scenarios else ""

    @property
    def severity(self) -> str:
        """The severity it looks like."""
        return self.said.looks.severity.key if self.said.looks else ""

    @property
    def fixes(self) -> list[str]:
        """The mitigations to press, in order."""
        return [one.mitigation for one in suggestions(self.runbook, self.said)]


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Runner]:
    """Run lines against the company as it stands."""

    def now() -> datetime:
        return datetime.fromtimestamp(stage.cluster.now(), UTC)

    async with serving(stage.cluster) as (_, kubeconfig), served_app(stage.prometheus.app()) as url:
        places, prometheus = {"prod": ClusterPlace(kubeconfig, "prod")}, {"prod": PrometheusPlace(url)}
        async with asked(stage) as files, Connections(places, prometheus, databases=files) as connections:
            yield Runner(connections, now=now)


@asynccontextmanager
async def asked(stage: Stage) -> AsyncIterator[dict[str, Path]]:
    """Serve the company's databases; gives the files with their addresses."""
    services = databases.places(lambda: stage.applications)
    wire = Wire(services, stage.cluster.now)
    port = await wire.start("127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        addresses = {f"{one}-db": databases.address(one, port) for one in services}
        found = await asyncio.to_thread(databases.written, Path(folder), addresses)
        yield {name: Path(path) for name, path in found.items()}
    await wire.stop()


async def assessed(stage: Stage, service: str, phase: str = "assess", ago: float = 0) -> Meant:
    """Assess a service as an incident declared `ago` seconds before does."""
    runbook = books()[service]
    now = datetime.fromtimestamp(stage.cluster.now(), UTC)
    around = Around(now, now - timedelta(seconds=ago), runbook)
    steps = [one for one in runbook.diagnostics if one.phase == phase and one.automatic]
    async with running(stage) as runner:
        answers = await asyncio.gather(*(runner.run_step(step, runbook) for step in steps))
    answered = [(step, answer) for step, answer in zip(steps, answers, strict=True) if not answer.manual]
    outputs = [understood(step, answer, around) for step, answer in answered]
    return Meant(sense(runbook, outputs), outputs, runbook)
