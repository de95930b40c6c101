"""One recorded API server and one connection for all tests of a module."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio

from runbooks.kubectl import Cluster
from tests.runbooks.kubectl.replay import Replay, kubeconfig, recordings


@dataclass
class Recorded:
    """The server, and a cluster that asks it."""

    server: Replay
    cluster: Cluster

    def play(self, name: str) -> dict[str, Any]:
        """Serve that recording from now on."""
        recording = recordings()[name]
        self.server.load(recording)
        return recording


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def recorded(tmp_path_factory: Any) -> AsyncIterator[Recorded]:
    server = Replay()
    await server.start()
    folder: Path = tmp_path_factory.mktemp("kubeconfig")
    cluster = await Cluster.open(kubeconfig=kubeconfig(folder, server.url))
    yield Recorded(server, cluster)
    await cluster.close()
    await server.stop()
