"""The pretend company as a server for other people's tests: start, reset, requests a second, memory with 1,000 pods."""

import asyncio
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bench.measuring import line, program, resident, timed
from tests.scenarios.started import PLAIN, ROOT, stop

PODS = 1000
REQUESTS, AT_ONCE = 400, 8
PATIENCE = 180.0
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
BROKEN = {"service": "inferadb", "story": "bad-deploy"}
ERRORS = "sum(rate(inferadb_errors_total[1m])) / sum(rate(inferadb_requests_total[1m]))"


class Running:
    """A started sandbox, and how to ask it."""

    def __init__(self, process: Process, told: dict[str, Any], http: aiohttp.ClientSession) -> None:
        self.process, self.page, self.http = process, told["page"], http
        config = yaml.safe_load(Path(told["env"]["KUBECONFIG"]).read_text())
        self.api = config["clusters"][0]["cluster"]["server"]
        self.token = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
        self.prometheus = told["env"]["PROMETHEUS_URL"]

    async def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        async with self.http.get(self.api + path, headers=self.token | (headers or {})) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def control(self, what: str, body: dict[str, Any] | None = None) -> None:
        async with self.http.post(f"{self.page}sandbox/{what}", json=body or {}) as answer:
            assert answer.status == 200, await answer.text()

    async def query(self, text: str) -> None:
        async with self.http.get(f"{self.prometheus}/api/v1/query", params={"query": text}) as answer:
            assert answer.status == 200, await answer.text()

    async def rate(self, path: str, headers: dict[str, str] | None = None, count: int = REQUESTS) -> float:
        """Ask so many times, eight at once; give the answers a second."""
        left = iter(range(count))

        async def client() -> None:
            for _ in left:
                await self.get(path, headers)

        return count / await timed(asyncio.gather(*(client() for _ in range(AT_ONCE))))


@asynccontextmanager
async def running() -> AsyncIterator[Running]:
    words = (sys.executable, "-m", "sandbox", "--json")
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=PLAIN, stdout=PIPE)
    assert process.stdout is not None
    try:
        told = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as http:
            yield Running(process, told, http)
    finally:
        await stop(process)


async def started(*, asking: bool = False) -> float:
    began = time.perf_counter()
    async with running() as one:
        if asking:
            await one.query(ERRORS)
        return time.perf_counter() - began


async def starting() -> None:
    """Start three times, beside a Python that only imports what it serves with."""
    bare = statistics.median([await program(sys.executable, "-c", "import aiohttp.web, yaml") for _ in range(3)])
    whole = statistics.median([await started() for _ in range(3)])
    asked = statistics.median([await started(asking=True) for _ in range(3)])
    line("sandbox: start to ready", f"{whole * 1000:.0f} ms", f"{whole / bare:.1f}× importing aiohttp; goal: 2 s")
    line("the same until Prometheus has answered", f"{asked * 1000:.0f} ms", f"{asked / bare:.1f}× importing aiohttp")


async def resetting(one: Running) -> None:
    """Reset a quiet company, and one with a story; then ask Prometheus at once, and once more."""
    quiet = statistics.median([await timed(one.control("reset")) for _ in range(5)])
    line("reset, nothing was broken", f"{quiet * 1000:.0f} ms", "goal: under 50 ms")
    took, first = [], []
    for _ in range(3):
        await one.control("break", BROKEN)
        took.append(await timed(one.control("reset")))
        first.append(await timed(one.query(ERRORS)))
    usual = statistics.median([await timed(one.query(ERRORS)) for _ in range(5)])
    line("reset after a story", f"{statistics.median(took) * 1000:.0f} ms", "goal: under 50 ms")
    line(
        "the first question to Prometheus after it",
        f"{statistics.median(first) * 1000:.0f} ms",
        f"it waits for the fresh one; usually {usual * 1000:.1f} ms",
    )


async def asking(one: Running, what: str) -> None:
    """Count the answers a second, beside those of the cheapest question."""
    await one.rate("/version")  # warms both sides up
    least = await one.rate("/version")
    for name, path, headers in (
        (f"pods as a table, {what}", "/api/v1/pods?limit=500", TABLE),
        ("one Deployment", "/apis/apps/v1/namespaces/inferadb/deployments/inferadb", {}),
    ):
        found = await one.rate(path, headers, REQUESTS if what != f"{PODS} pods" or not headers else REQUESTS // 10)
        line(f"cluster: {name}", f"{found:.0f} requests/s", f"{found / least:.2f}× /version ({least:.0f}/s)")


async def available(one: Running, deployment: str) -> int:
    return int(json.loads(await one.get(deployment)).get("status", {}).get("availableReplicas", 0))


async def crowding(one: Running) -> None:
    """Let a Deployment of 1,000 pods come up."""
    before = resident(one.process.pid)
    labels = {"app": "crowd"}
    pod = {"containers": [{"name": "app", "image": "registry.example.com/inferadb/inferadb:1.4.2"}]}
    spec = {"replicas": PODS, "selector": {"matchLabels": labels}}
    spec |= {"template": {"metadata": {"labels": labels}, "spec": pod}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "crowd"}, "spec": spec}
    began = time.perf_counter()
    where = "/apis/apps/v1/namespaces/default/deployments"
    async with one.http.post(one.api + where, json=body, headers=one.token) as answer:
        assert answer.status == 201, await answer.text()
    async with asyncio.timeout(PATIENCE):
        while await available(one, f"{where}/crowd") < PODS:  # noqa: ASYNC110  # another process: no event to await
            await asyncio.sleep(0.25)  # between two questions to that process
    after = resident(one.process.pid)
    line(f"a Deployment of {PODS} pods is available after", f"{time.perf_counter() - began:.1f} s")
    line(
        f"resident memory with {PODS} pods",
        f"{after:.0f} MiB",
        f"{(after - before) * 1024 / PODS:.0f} KiB a pod; {before:.0f} MiB before",
    )


async def measure() -> None:
    """Print what those wait for who test against the sandbox."""
    await starting()
    async with running() as one:
        await resetting(one)
        await asking(one, "the company's")
        await crowding(one)
        await asking(one, f"{PODS} pods")
