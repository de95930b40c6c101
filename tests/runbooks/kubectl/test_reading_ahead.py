"""A line that ran before asks at once for all that it asked for then, and still tells only what is so now."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from aiohttp import web

from runbooks.kubectl import Cluster, parse, run
from tests.runbooks.kubectl.api import Api, serving

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LOGS = "logs -l app=web -n x --tail=5"


class Waiting(Api):
    """Answers, once `together` is set, only when that many requests are there at the same time."""

    asked: list[str]
    everybody: asyncio.Barrier | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if "apidiscovery" not in request.headers.get("Accept", ""):
            self.asked.append(request.path)
            if self.everybody is not None:
                await self.everybody.wait()
        if request.path.endswith("/log"):
            return web.Response(text=f"{request.path.split('/')[-2]} speaks\n")
        return await super().serve(request)


def pod(name: str) -> dict[str, object]:
    spec = {"containers": [{"name": "web"}]}
    metadata = {"name": name, "namespace": "x", "uid": name, "labels": {"app": "web"}}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": spec}


@pytest_asyncio.fixture
async def api(tmp_path: Path) -> AsyncIterator[tuple[Waiting, Cluster]]:
    api = Waiting({f"/api/v1/namespaces/x/pods/{name}": pod(name) for name in ("web-1", "web-2")})
    api.asked = []
    async with serving(api, tmp_path) as cluster:
        yield api, cluster


async def test_the_second_time_all_is_asked_at_once(api: tuple[Waiting, Cluster]) -> None:
    server, cluster = api
    first = await run(parse(LOGS.split()), cluster, now=NOW)
    assert first.stdout == "web-1 speaks\nweb-2 speaks\n"
    server.everybody, server.asked = asyncio.Barrier(3), []
    second = await run(parse(LOGS.split()), cluster, now=NOW, timeout=5.0)
    assert second == first
    assert len(server.asked) == 3


async def test_a_pod_that_came_since_is_asked_and_one_that_went_is_not_told(api: tuple[Waiting, Cluster]) -> None:
    server, cluster = api
    await run(parse(LOGS.split()), cluster, now=NOW)
    del server.objects["/api/v1/namespaces/x/pods/web-1"]
    server.objects["/api/v1/namespaces/x/pods/web-3"] = pod("web-3")
    assert (await run(parse(LOGS.split()), cluster, now=NOW)).stdout == "web-2 speaks\nweb-3 speaks\n"


async def test_a_line_that_changes_something_never_asks_ahead(api: tuple[Waiting, Cluster]) -> None:
    server, cluster = api
    line = parse(["label", "pod", "web-1", "a=b", "-n", "x", "--overwrite"])
    await run(line, cluster, now=NOW)
    server.asked = []
    await run(line, cluster, now=NOW)
    assert server.asked == ["/api/v1/namespaces/x/pods/web-1"]


async def test_a_table_may_bring_its_objects_along(api: tuple[Waiting, Cluster]) -> None:
    server, cluster = api
    result = await run(parse(["get", "pods", "-n", "x"]), cluster, now=NOW, whole=True)
    assert result.stdout.startswith("NAME ")
    assert [one["spec"] for one in result.objects] == [{"containers": [{"name": "web"}]}] * 2
    assert len(server.asked) == 1


def test_reading_a_line_needs_no_kubernetes_client() -> None:
    code = (
        "import sys, runbooks.kubectl as k; k.parse(['get', 'pods']);"
        "sys.exit(any(name.split('.')[0] in {'kubernetes', 'aiohttp'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # our own interpreter
