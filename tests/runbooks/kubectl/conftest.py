"""One recorded API server for all tests of a module, and one whose every answer a test chooses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web

from runbooks.kubectl import Cluster
from tests.runbooks.kubectl.replay import Replay, kubeconfig, recordings, stored

Answer = Callable[[web.Request], Any]


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


class Server:
    """A server whose every answer a test chooses; it counts what it is asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: web.json_response({})
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if "apidiscovery" in request.headers.get("Accept", "") and request.path in {"/api", "/apis"}:
            return web.json_response(stored("discovery")["core" if request.path == "/api" else "groups"])
        answered = self.answer(request)
        response: web.StreamResponse = await answered if asyncio.iscoroutine(answered) else answered
        return response


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", made.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest_asyncio.fixture
async def cluster(server: Server, tmp_path: Path) -> AsyncIterator[Cluster]:
    opened = await Cluster.open(kubeconfig=kubeconfig(tmp_path, server.url))
    yield opened
    await opened.close()
