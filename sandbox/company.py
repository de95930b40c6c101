"""The pretend company: its clock, Slack, cluster, applications and graphs, and what befalls them all together."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import slack
from sandbox.application import Application
from sandbox.around import Around
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.worlds import company_cluster
from sandbox.graphs import Graphs
from sandbox.profiles import INFERADB, PROFILES
from sandbox.prometheus import missing
from sandbox.recalling import HOUR, taken_down, taken_down_cluster, told
from sandbox.stories import STORIES, Scene
from sandbox.stories.alerts import WATCHES, Alert

MANIFEST = Path(__file__).parent.parent / "manifest.yaml"


@dataclass(frozen=True)
class Options:
    """How to start: `port` 0 takes a free one."""

    port: int = 0
    slack_mode: str = "socket"
    events_url: str = ""
    prometheus: bool = True
    rate_limits: bool = False


class Company:
    """Everything but the servers by which it is asked; those give it its graphs."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.clock = Clock()
        self.workspace = slack.Workspace(clock=self.clock, manifest=_manifest(), rate_limits=self.options.rate_limits)
        self.cluster: Cluster
        self.applications: dict[str, Application]
        self.around: Around
        self.scene: Scene
        self.prometheus: Graphs
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
    def application(self) -> Application:
        """Give InferaDB."""
        return self.applications[INFERADB.service]

    def _say(self, who: str, channel: str, text: str) -> None:
        self.workspace.integration_says(who, channel, text)

    async def past(self) -> str:
        """Give an hour of quiet graphs, in Prometheus' own time; what is counted from now on goes on from there."""
        services = [taken_down(one) for one in self.applications.values()]
        cluster, applications, around = taken_down_cluster(self.around), self.applications, self.around
        text = await asyncio.to_thread(told, services, cluster, time.time())
        for one in services:
            applications[one.profile.service].counts.join(one.counts)
        around.remember(HOUR, cluster.cores)
        return text

    def tick(self) -> None:
        """Let the cluster take its next step, and note whether anybody was ever served badly."""
        self.cluster.tick()
        self._was_broken = self._was_broken or any(not one.health.is_good for one in self.applications.values())

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
            self.prometheus.renew(self.past)


def _manifest() -> dict[str, Any] | None:
    """Read the app's manifest; without one the pretend Slack grants every scope."""
    if not MANIFEST.is_file():
        return None
    found = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return found if isinstance(found, dict) else None
