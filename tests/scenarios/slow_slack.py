"""A Slack that is far away: it stands before the pretend one, makes every call wait, and notes what waited for what."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

PASSED_ON = ("Authorization", "Content-Type")
PASSED_BACK = ("Content-Type", "Retry-After", "X-OAuth-Scopes", "Date")


@dataclass(frozen=True)
class Call:
    """One call; times in seconds of a clock that only goes forward."""

    method: str
    begun: float
    ended: float


@dataclass
class SlowSlack:
    """`url` is what to set SLACK_API_URL to; `latency` is a round trip, in seconds."""

    api: str
    latency: float
    http: aiohttp.ClientSession
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    since: float = 0.0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, method: str) -> None:
        """Wait until a call of this method has been answered."""
        async with asyncio.timeout(60):
            while not any(call.method == method for call in self.calls):
                self.moved.clear()
                await self.moved.wait()

    def forget(self) -> None:
        """Count from now on; what is under way does not count either."""
        self.calls.clear()
        self.since = time.monotonic()

    def waves(self, until: Collection[str]) -> int:
        """Return how many calls waited for each other until the first call of each of these methods was done."""
        deep: list[tuple[Call, int]] = []
        for call in self._in_order():
            deep.append((call, 1 + max((depth for one, depth in deep if one.ended <= call.begun), default=0)))
        return max(next(depth for call, depth in deep if call.method == method) for method in until)

    def took(self, until: Collection[str]) -> float:
        """Return the seconds from the first call of all to the end of the first of each of these methods."""
        calls = self._in_order()
        return max(next(one.ended for one in calls if one.method == method) for method in until) - calls[0].begun

    def _in_order(self) -> list[Call]:
        return sorted((call for call in self.calls if call.begun >= self.since), key=lambda call: call.begun)

    async def handle(self, request: web.Request) -> web.Response:
        """Pass a call on, and keep its answer back."""
        begun, method = time.monotonic(), request.match_info["method"]
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        body = await request.read()
        asked = {"params": request.query, "data": body, "headers": headers}
        async with self.http.request(request.method, self.api + method, **asked) as told:
            back = {name: told.headers[name] for name in PASSED_BACK if name in told.headers}
            answer = web.Response(status=told.status, body=await told.read(), headers=back)
        await asyncio.sleep(begun + self.latency - time.monotonic())  # the distance itself
        self.calls.append(Call(method, begun, time.monotonic()))
        self.moved.set()
        return answer


@asynccontextmanager
async def slow_slack(api: str, latency: float = 0.2) -> AsyncIterator[SlowSlack]:
    """Stand before the Web API at `api` (SLACK_API_URL of the sandbox)."""
    async with aiohttp.ClientSession() as http:
        slack = SlowSlack(api.rstrip("/") + "/", latency, http)
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/api/{method}", slack.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
            yield slack
        finally:
            await runner.cleanup()
