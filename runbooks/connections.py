"""Clusters, Prometheus servers, databases and tools, by the names runbooks use; each is opened when first asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.unreachable import Unreachable
from runbooks.model import Runbook
from runbooks.promql import Prometheus
from runbooks.sql import Database
from runbooks.tools import ToolPlace, Tools


class NotConnected(Exception):
    """A runbook names a place that nobody has given an address: one sentence and what to do."""


@dataclass(frozen=True)
class ClusterPlace:
    """How to reach a cluster: a kubeconfig and a context; neither means the default ones, or the pod's own account."""

    kubeconfig: str | None = None
    context: str | None = None


@dataclass(frozen=True)
class PrometheusPlace:
    """How to reach a Prometheus."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Connections:
    """Opens what is asked for and keeps it open; `async with` closes everything.

    `default` is the cluster of a runbook whose name `clusters` does not know, when `clusters` is empty. `databases`
    are the files that hold their addresses; `at_once` is how many requests one cluster gets at the same time.
    """

    def __init__(
        self,
        clusters: Mapping[str, ClusterPlace] | None = None,
        prometheus: Mapping[str, PrometheusPlace] | None = None,
        *,
        default: ClusterPlace | None = None,
        databases: Mapping[str, Path] | None = None,
        tools: Mapping[str, ToolPlace] | None = None,
        at_once: int = 16,
    ) -> None:
        self._places = dict(clusters or {})
        self._default = default or ClusterPlace()
        self._prometheus = {name: Prometheus(place.url, place.headers) for name, place in (prometheus or {}).items()}
        self._databases = {name: Database(name, dsn_file) for name, dsn_file in (databases or {}).items()}
        self.tools = Tools(tools)
        self._at_once = at_once
        self._open: dict[ClusterPlace, Cluster] = {}
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        opened, self._open = list(self._open.values()), {}
        for cluster in opened:
            await cluster.close()

    async def cluster(self, runbook: Runbook | None) -> Cluster:
        """Return the runbook's cluster. Raises NotConnected, and Unreachable for a kubeconfig that cannot be read."""
        place = self._place(runbook)
        async with self._opening:
            if place not in self._open:
                self._open[place] = await Cluster.open(
                    kubeconfig=place.kubeconfig, context=place.context, at_once=self._at_once
                )
            return self._open[place]

    def knows_cluster(self, name: str) -> bool:
        """Whether muster.yaml names that cluster; no other one may stand in for it."""
        return name in self._places

    def _place(self, runbook: Runbook | None) -> ClusterPlace:
        name = runbook.kubernetes.cluster if runbook and runbook.kubernetes else "prod"
        if name in self._places:
            return self._places[name]
        if self._places and runbook is not None:
            known = ", ".join(self._places)
            raise NotConnected(f"muster.yaml has no cluster `{name}`. Add it under `clusters`; it knows {known}.")
        return next(iter(self._places.values()), self._default)

    def prometheus(self, runbook: Runbook | None) -> Prometheus:
        """Return the runbook's Prometheus. Raises NotConnected."""
        name = runbook.prometheus if runbook else "prod"
        if name in self._prometheus:
            return self._prometheus[name]
        if runbook is None and self._prometheus:
            return next(iter(self._prometheus.values()))
        raise NotConnected(f"There is no Prometheus `{name}`. Set PROMETHEUS_URL, or name it in muster.yaml.")

    def database(self, name: str) -> Database:
        """Return a database by its connection's name. Raises NotConnected."""
        if name in self._databases:
            return self._databases[name]
        known = f"it knows {', '.join(self._databases)}" if self._databases else "it has none yet"
        raise NotConnected(f"muster.yaml has no connection `{name}`. Add it under `connections`; {known}.")


__all__ = ["ClusterPlace", "Connections", "NotConnected", "PrometheusPlace", "ToolPlace", "Unreachable"]
