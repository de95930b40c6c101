"""What PROMETHEUS_URL names: always the present Prometheus; a question asked while a fresh one starts waits for it."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import aiohttp
from aiohttp import web

from sandbox.prometheus import Prometheus, missing

Past = Callable[[], Awaitable[str]]
"""Gives the hour before now, as OpenMetrics."""
KEPT = ("Accept", "Accept-Encoding", "Content-Type")
GIVEN = ("Content-Type", "Content-Encoding", "Location")
OFF = "Prometheus was switched off (--no-prometheus): PromQL steps will say so"


class Graphs:
    """Asks go through here, so that a reset can answer at once and the next question still sees a healthy hour."""

    def __init__(self, folder: Path, target: str, jobs: Sequence[Mapping[str, str]]) -> None:
        self.url = ""
        self.trouble = OFF
        self._folder, self._target, self._jobs = folder, target, jobs
        self._server: Prometheus | None = None
        self._coming: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._starts = 0

    @property
    def is_running(self) -> bool:
        return self._server is not None and self._server.is_running

    @property
    def is_ready(self) -> bool:
        """Say whether a question is answered at once."""
        return self._coming is None or self._coming.done()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    def start(self, past: Past) -> None:
        """Begin to bring up the first one; what is missing is known at once."""
        self.trouble = missing()
        if not self.trouble:
            self.renew(past)

    def renew(self, past: Past) -> None:
        """Begin to bring up a fresh one in the place of what there is; returns at once."""
        if self._coming is not None:
            self._coming.cancel()
            self._ending.add(self._coming)
        self._coming = asyncio.create_task(self._bring_up(past))

    async def _bring_up(self, past: Past) -> None:
        if self._ending:
            await asyncio.wait(self._ending)
            self._ending.clear()
        await self._drop()
        self._starts += 1
        server = Prometheus(self._folder / f"prometheus-{self._starts}", self._target, self._jobs)
        try:
            self.trouble = await server.start(past)
        except OSError as problem:
            self.trouble = f"Prometheus cannot start: {problem}"
        except asyncio.CancelledError:
            await server.stop()
            raise
        except Exception as problem:  # noqa: BLE001 - nobody awaits this task: whoever asks is told what it was
            await server.stop()
            self.trouble = f"Prometheus cannot start: {type(problem).__name__}: {problem}"
            return
        self._server = server

    async def _drop(self) -> None:
        """End the present one; nobody asks it any more."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()
            await asyncio.to_thread(shutil.rmtree, server.home, ignore_errors=True)

    async def _settled(self) -> None:
        """Wait until the latest one is there, or was given up."""
        while not self.is_ready and self._coming is not None:
            await asyncio.wait({self._coming})

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        while True:
            await self._settled()
            server = self._server
            if server is None or not server.is_running:
                return web.Response(status=503, text=f"{self.trouble or 'Prometheus has ended'}\n")
            try:
                return await self._asked(server, request, body)
            except aiohttp.ClientError as problem:
                if server is self._server and self.is_ready:
                    return web.Response(status=502, text=f"Prometheus did not answer: {problem}\n")

    async def _asked(self, server: Prometheus, request: web.Request, body: bytes) -> web.Response:
        """Ask the real one, and hand on its answer as it is."""
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=False)
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        asking = self._session.request(
            request.method, server.url + request.raw_path, data=body, headers=headers, allow_redirects=False
        )
        async with asking as answer:
            given = {name: answer.headers[name] for name in GIVEN if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=given)

    async def stop(self) -> None:
        """End the present one, and wait for every one that was begun: none is at work in the folder afterwards."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait({self._coming, *self._ending})
        await self._drop()
        if self._session is not None:
            await self._session.close()
