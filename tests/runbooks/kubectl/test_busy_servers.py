"""What API servers of the world do beside the recordings: they are busy, watches break, objects are large."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from runbooks.kubectl import Cluster, Result, parse, run
from tests.runbooks.kubectl.conftest import Server

NOW = datetime(2026, 11, 21, tzinfo=UTC)
BUSY = {"kind": "Status", "status": "Failure", "reason": "TooManyRequests", "message": "come back later", "code": 429}
INITIAL = {"metadata": {"annotations": {"k8s.io/initial-events-end": "true"}}}


async def kubectl(cluster: Cluster, line: str, timeout: float = 30.0) -> Result:
    return await run(parse(line.split()), cluster, now=NOW, timeout=timeout)


def pod(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "x", "uid": name, **more}}


def events(*told: dict[str, Any]) -> web.Response:
    return web.Response(text="".join(json.dumps(one) + "\n" for one in told))


@pytest.mark.parametrize(
    ("line", "status", "asked"),
    [
        ("get pod web -n x -o name", 429, 3),
        ("get pod web -n x -o name", 503, 3),
        ("create configmap web -n x", 429, 3),
        ("create configmap web -n x", 503, 1),
    ],
)
async def test_a_busy_server_is_asked_again_when_it_says_when(
    server: Server, cluster: Cluster, line: str, status: int, asked: int
) -> None:
    busy = [web.json_response(BUSY, status=status, headers={"Retry-After": "0"}) for _ in range(2)]
    server.answer = lambda _: busy.pop() if busy else web.json_response(pod())
    result = await kubectl(cluster, line)
    assert result.exit_code == (0 if asked == 3 else 1)
    assert len(server.asked) == asked


@pytest.mark.parametrize("header", [{}, {"Retry-After": "60"}, {"Retry-After": "Sat, 21 Nov 2026 00:00:00 GMT"}])
async def test_a_server_that_is_busy_for_longer_than_the_line_may_take_is_told(
    server: Server, cluster: Cluster, header: dict[str, str]
) -> None:
    server.answer = lambda _: web.json_response(BUSY, status=429, headers=header)
    result = await kubectl(cluster, "get pods -n x", timeout=5.0)
    assert result.stderr.startswith("Error from server (TooManyRequests): ")
    assert result.stderr.endswith("come back later\n")
    assert len(server.asked) == 1


async def test_an_event_may_be_as_large_as_an_object(server: Server, cluster: Cluster) -> None:
    large = pod(annotations={"applied": "x" * 900_000})
    large["status"] = {"phase": "Running"}

    def answer(request: web.Request) -> web.Response:
        if "watch" in request.query:
            return events({"type": "ADDED", "object": large}, {"type": "BOOKMARK", "object": INITIAL})
        return web.json_response(large)

    server.answer = answer
    told = await kubectl(cluster, "wait pod/web -n x --for=jsonpath={.status.phase}=Running")
    assert (told.stdout, told.stderr) == ("pod/web condition met\n", "")


async def test_what_goes_before_the_watch_begins_is_gone(server: Server, cluster: Cluster) -> None:
    watched = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if "watch" not in request.query:
            return web.json_response(pod())
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(json.dumps({"type": "BOOKMARK", "object": INITIAL}).encode() + b"\n")
        watched.set()
        await asyncio.Event().wait()
        return response

    server.answer = answer
    for line in ("delete pod web -n x", "wait pod/web -n x --for=delete --timeout=60s"):
        told = await kubectl(cluster, line, timeout=60.0)
        assert (told.exit_code, told.stderr) == (0, "")
    assert watched.is_set()


async def test_a_watch_that_has_expired_is_begun_again(server: Server, cluster: Cluster) -> None:
    expired = {"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410, "message": "too old"}
    ready = {**pod(), "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    said = [events({"type": "ADDED", "object": ready}), events({"type": "ERROR", "object": expired})]
    server.answer = lambda request: said.pop() if "watch" in request.query else web.json_response(pod())
    told = await kubectl(cluster, "wait pod/web -n x --for=condition=Ready")
    assert (told.stdout, said) == ("pod/web condition met\n", [])


async def test_who_may_not_list_is_not_told_that_it_is_gone(server: Server, cluster: Cluster) -> None:
    old = {"kind": "Status", "status": "Failure", "reason": "Invalid", "code": 422, "message": "no initial events"}
    no = {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "you may not list"}

    def answer(request: web.Request) -> web.Response:
        if "watch" in request.query:
            return web.json_response(old, status=422)
        return web.json_response(no, status=403) if "fieldSelector" in request.query else web.json_response(pod())

    server.answer = answer
    told = await kubectl(cluster, "wait pod/web -n x --for=delete")
    assert told.stderr == "Error from server (Forbidden): you may not list\n"


async def test_what_is_not_there_yet_is_waited_for(server: Server, cluster: Cluster) -> None:
    no = {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}
    missing = 3

    def answer(request: web.Request) -> web.Response:
        if "watch" in request.query:
            return events({"type": "ADDED", "object": pod()})
        return web.json_response(no, status=404) if len(server.asked) <= missing else web.json_response(pod())

    server.answer = answer
    there = await kubectl(cluster, "wait pod/web -n default --for=create --timeout=60s", timeout=60.0)
    assert (there.stdout, there.stderr) == ("pod/web condition met\n", "")
    assert len(server.asked) > missing
    missing = 10**6
    over = await kubectl(cluster, "wait pod/web -n default --for=create --timeout=50ms")
    assert (over.stdout, over.stderr) == ("", "error: timed out waiting for the condition\n")


async def test_who_stops_watching_is_not_cut_short_when_the_watch_would_end(server: Server, cluster: Cluster) -> None:
    clock = asyncio.get_running_loop().time
    over = clock() + 0.1

    async def answer(request: web.Request) -> web.StreamResponse:
        if "watch" not in request.query:
            while clock() < over + 0.05:  # noqa: ASYNC110  # time itself is what is waited for
                await asyncio.sleep(0.01)
            return web.json_response(pod())
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(json.dumps({"type": "ADDED", "object": pod()}).encode() + b"\n")
        await asyncio.Event().wait()
        return response

    server.answer = answer
    watching = cluster.stream("/api/v1/namespaces/x/pods", [("watch", "true")], timeout=over - clock())
    assert json.loads(await anext(watching))["type"] == "ADDED"
    assert (await cluster.ask("GET", "/api/v1/namespaces/x/pods/web")).ok
    assert [line async for line in watching] == []


async def test_a_warning_of_the_server_is_told_once(server: Server, cluster: Cluster) -> None:
    old = {"Warning": '299 - "v1 Endpoints is deprecated in v1.33+"'}
    server.answer = lambda _: web.json_response(pod(), headers=old)
    told = await kubectl(cluster, "get endpoints a b -n x -o name")
    assert told.stderr == "Warning: v1 Endpoints is deprecated in v1.33+\n"


async def test_a_cell_of_any_form_is_printed_as_go_prints_it(server: Server, cluster: Cluster) -> None:
    heads = [{"name": "Name", "format": "name"}, *({"name": name} for name in ("List", "Map", "None", "Yes", "Number"))]
    row = {"cells": ["web", ["a", 1], {"b": 2, "a": None}, None, True, 3], "object": None}
    server.answer = lambda _: web.json_response({"kind": "Table", "columnDefinitions": heads, "rows": [row]})
    told = await kubectl(cluster, "get pods -n x --no-headers --show-labels")
    assert told.stdout == "web   [a 1]   map[a:<nil> b:2]         true   3     <none>\n"


async def test_an_answer_that_is_too_large_says_to_ask_for_less(server: Server, cluster: Cluster) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 2**20)

    server.answer = endless
    told = await kubectl(cluster, "get pod web -n x -o yaml")
    assert (told.exit_code, "Ask for less" in told.stderr) == (1, True)
