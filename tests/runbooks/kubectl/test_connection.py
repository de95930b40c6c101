"""The door to the cluster when the world is broken: kubectl's words, no error of the SDK."""

import asyncio
import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from runbooks.kubectl import Cluster, Unreachable, parse, run
from tests.runbooks.kubectl.conftest import Server
from tests.runbooks.kubectl.replay import kubeconfig

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def stderr_of(cluster: Cluster, *words: str, timeout: float = 5.0) -> str:
    result = await run(parse(words), cluster, now=NOW, timeout=timeout)
    assert result.exit_code == 1
    assert not result.stdout
    return result.stderr


async def test_opening_asks_nothing(server: Server, cluster: Cluster) -> None:
    assert cluster.namespace == "default"
    assert server.asked == []


async def test_a_cluster_that_is_down_is_told_in_kubectls_words(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    cluster = await Cluster.open(kubeconfig=kubeconfig(tmp_path, url))
    told = await stderr_of(cluster, "get", "pods")
    assert told == f"The connection to the server {url[7:]} was refused - did you specify the right host or port?\n"
    await cluster.close()


async def test_a_cluster_that_does_not_answer_is_given_up_in_time(server: Server, cluster: Cluster) -> None:
    never = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    server.answer = hang
    told = await stderr_of(cluster, "get", "pods", timeout=0.2)
    assert told.startswith("Unable to connect to the server: net/http: request canceled")
    never.set()


async def test_a_refused_login_is_told(server: Server, cluster: Cluster) -> None:
    status = {"kind": "Status", "status": "Failure", "message": "Unauthorized", "reason": "Unauthorized", "code": 401}
    server.answer = lambda _: web.json_response(status, status=401)
    assert await stderr_of(cluster, "get", "pods") == "error: You must be logged in to the server (Unauthorized)\n"


def plugin(folder: Path, url: str, program: str) -> str:
    """Write a kubeconfig whose user is a program, as EKS, GKE and AKS have it."""
    said = {"apiVersion": "client.authentication.k8s.io/v1", "command": program, "interactiveMode": "Never"}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": {"exec": said}}],
    }
    file = folder / "with-plugin"
    file.write_text(json.dumps(config), encoding="utf-8")
    return str(file)


async def test_a_token_that_is_over_is_fetched_anew_once_for_all(server: Server, tmp_path: Path) -> None:
    program, calls = tmp_path / "get-token", tmp_path / "calls"
    said = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"COUNT"}}'
    program.write_text(
        f"#!/bin/sh\necho x >> {calls}\necho '{said}' | sed s/COUNT/$(wc -l < {calls} | tr -d ' ')/\n", encoding="utf-8"
    )
    program.chmod(0o700)
    cluster = await Cluster.open(kubeconfig=plugin(tmp_path, server.url, str(program)))
    refused = {"kind": "Status", "status": "Failure", "reason": "Unauthorized", "code": 401}
    server.answer = lambda request: (
        web.json_response({"said": "hello"})
        if request.headers.get("Authorization") == "Bearer 2"
        else web.json_response(refused, status=401)
    )
    answers = await asyncio.gather(*(cluster.ask("GET", "/api/v1/pods") for _ in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert len(calls.read_text("utf-8").splitlines()) == 2
    await cluster.close()


async def test_a_program_that_gives_no_token_is_told_and_nobody_asks_as_nobody(server: Server, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="getting credentials: exec: /nowhere/aws failed"):
        await Cluster.open(kubeconfig=plugin(tmp_path, server.url, "/nowhere/aws"))
    assert server.asked == []


async def test_an_answer_that_is_no_json_is_told_and_is_no_traceback(server: Server, cluster: Cluster) -> None:
    server.answer = lambda _: web.Response(text="<html>a proxy's login page</html>")
    assert "which is no JSON object" in await stderr_of(cluster, "get", "pods")


async def test_a_broken_gateway_is_an_error_from_the_server(server: Server, cluster: Cluster) -> None:
    server.answer = lambda _: web.Response(status=503, text="upstream down")
    assert await stderr_of(cluster, "get", "pods") == (
        "Error from server (ServiceUnavailable): the server is currently unable to handle the request\n"
    )


async def test_a_connection_that_breaks_half_way_is_told(server: Server, cluster: Cluster) -> None:
    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.answer = drop
    assert (await stderr_of(cluster, "get", "pods")).startswith("Unable to connect to the server: ")


ESCAPES = [
    ["get", "pod", ".."], ["get", "pod", "a%2fb"], ["get", "pods", "-n", "../secrets"], ["get", "pods", "-n", "a/b"],
    ["logs", ".."], ["scale", "deploy", "..", "--replicas=1"], ["top", "pods", "-n", "x/../y"], ["events", "-n", ".."],
]  # fmt: skip


@pytest.mark.parametrize("words", ESCAPES, ids=" ".join)
async def test_no_name_leaves_its_place_in_a_path(server: Server, cluster: Cluster, words: list[str]) -> None:
    await stderr_of(cluster, *words)
    assert set(server.asked) <= {"GET /api", "GET /apis"}


async def test_names_of_secrets_come_from_a_table_without_their_data(server: Server, cluster: Cluster) -> None:
    accepts: list[str] = []

    def table(request: web.Request) -> web.Response:
        accepts.append(request.headers["Accept"])
        metadata = {"name": "db", "namespace": "x", "annotations": {"applied": "c2VjcmV0"}}
        row = {"cells": ["db", "Opaque"], "object": {"metadata": metadata}}
        heads = [{"name": "Name", "format": "name", "type": "string"}, {"name": "Type"}]
        return web.json_response({"kind": "Table", "columnDefinitions": heads, "rows": [row], "metadata": {}})

    server.answer = table
    named = await run(parse(["get", "secrets", "-o", "name", "-n", "x"]), cluster, now=NOW)
    listed = await run(parse(["get", "secrets", "-n", "x"]), cluster, now=NOW)
    assert named.stdout == "secret/db\n"
    assert all("as=Table" in accept for accept in accepts)
    assert "c2VjcmV0" not in repr(listed.objects)


async def test_a_missing_context_and_a_missing_file_are_unreachable(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, "http://127.0.0.1:1")
    with pytest.raises(Unreachable):
        await Cluster.open(kubeconfig=file, context="nowhere")
    with pytest.raises(Unreachable):
        await Cluster.open(kubeconfig=str(tmp_path / "nothing"))
    (tmp_path / "broken").write_text("clusters: [", encoding="utf-8")
    with pytest.raises(Unreachable):
        await Cluster.open(kubeconfig=str(tmp_path / "broken"))


async def test_at_most_so_many_requests_are_under_way(server: Server, tmp_path: Path) -> None:
    opened = await Cluster.open(kubeconfig=kubeconfig(tmp_path, server.url), at_once=2)
    most = now = 0
    release = asyncio.Event()

    async def count(_: web.Request) -> web.Response:
        nonlocal most, now
        now += 1
        most = max(most, now)
        if now == 2:
            release.set()
        await release.wait()
        now -= 1
        return web.json_response({})

    server.answer = count
    await asyncio.gather(*(opened.ask("GET", "/version") for _ in range(8)))
    assert most == 2
    await opened.close()


@pytest.mark.parametrize("line", ["get pods -n x", "logs web -n x", "rollout status deploy/web -n x"])
async def test_who_is_cancelled_hangs_up(server: Server, cluster: Cluster, line: str) -> None:
    asked, hung_up = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            hung_up.set()
        return web.Response()

    server.answer = hang
    running = asyncio.create_task(run(parse(line.split()), cluster, now=NOW))
    await asyncio.wait_for(asked.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.wait_for(hung_up.wait(), 5)


async def test_who_is_cancelled_while_an_answer_comes_hangs_up(server: Server, cluster: Cluster) -> None:
    begun, hung_up = asyncio.Event(), asyncio.Event()

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                begun.set()
        finally:
            hung_up.set()

    server.answer = trickle
    asking = asyncio.create_task(cluster.ask("GET", "/endless", tail=1000))
    await asyncio.wait_for(begun.wait(), 5)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(hung_up.wait(), 5)


async def test_of_a_long_log_the_end_is_kept_and_what_is_left_out_is_told(server: Server, cluster: Cluster) -> None:
    log = "".join(f"line {number}\n" for number in range(1_500_000))
    pod = {"kind": "Pod", "metadata": {"name": "web", "namespace": "x"}, "spec": {"containers": [{"name": "a"}]}}
    server.answer = lambda request: web.Response(text=log) if request.path.endswith("/log") else web.json_response(pod)
    result = await run(parse(["logs", "web", "-n", "x"]), cluster, now=NOW)
    assert log.endswith(result.stdout)
    assert result.stdout.startswith("line ")
    assert 7 * 2**20 < len(result.stdout) <= 8 * 2**20
    assert f"{len(log) - len(result.stdout):,} bytes at the beginning were left out" in result.notes[0]


async def test_a_list_comes_in_pages_and_whole_when_a_page_has_expired(server: Server, cluster: Cluster) -> None:
    def listed(*names: str, more: str = "") -> web.Response:
        items = [{"metadata": {"name": name}} for name in names]
        return web.json_response({"kind": "PodList", "metadata": {"continue": more}, "items": items})

    def page(request: web.Request) -> web.Response:
        if "limit" not in request.query:
            return listed("a", "b", "c")
        if request.query.get("continue") == "2":
            return listed("b", more="3")
        if request.query.get("continue"):
            return web.json_response({"kind": "Status", "reason": "Expired", "message": "too old"}, status=410)
        return listed("a", more="2")

    server.answer = page
    result = await run(parse(["get", "pods", "-n", "x", "-o", "name"]), cluster, now=NOW)
    assert result.stdout == "pod/a\npod/b\npod/c\n"
    assert [one.get("metadata", {}).get("name") for one in result.objects] == ["a", "b", "c"]
