"""What comes bit by bit: watches and logs; and the application behind the service proxy."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sandbox.application import Application
from sandbox.cluster.clock import stamp
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.pods import admitted, delete_pod
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import copied, name_of
from sandbox.cluster.programs import Program
from tests.sandbox.cluster.conftest import APPS, NS, TABLE, Api

PATIENCE = 60
PROXY = f"{NS}/services/inferadb:8080/proxy"


@asynccontextmanager
async def watching(api: Api, path: str, **headers: str) -> AsyncIterator[Any]:
    """Give a function that reads the next line of a watch."""
    sent = {"Authorization": "Bearer sandbox-admin"} | headers
    async with api.session.get(api.url + path, headers=sent) as answer:
        assert answer.status == 200

        async def line() -> Any:
            return json.loads(await asyncio.wait_for(answer.content.readline(), PATIENCE))

        yield line


def crashing(cluster: Cluster, name: str = "solo") -> None:
    """Make a pod that says two words and dies."""
    program = Program(ready_in=None, dies_in=2.0, exit_code=3, opening=("hello",), last_words=("ERROR goodbye",))
    cluster.programs.add("solo:1", program)
    meta = {"name": name, "namespace": "inferadb", "labels": {"app": name}}
    spec = {"containers": [{"name": "main", "image": "solo:1"}]}
    cluster.store.create(PODS, admitted({"metadata": meta, "spec": spec}))


async def test_a_watch_tells_what_is_there_and_then_what_changes(api: Api, cluster: Cluster) -> None:
    async with watching(api, f"{APPS}/deployments?watch=true") as line:
        assert (first := await line())["type"] == "ADDED"
        assert first["object"]["metadata"]["name"] == "inferadb"
        await api.patch(f"{APPS}/deployments/inferadb", {"metadata": {"labels": {"x": "1"}}})
        assert (await line())["type"] == "MODIFIED"


async def test_a_watch_from_a_version_tells_only_what_came_after(api: Api) -> None:
    version = (await api.get(f"{NS}/configmaps"))["metadata"]["resourceVersion"]
    async with watching(api, f"{NS}/configmaps?watch=1&resourceVersion={version}") as line:
        await api("POST", f"{NS}/configmaps", {"metadata": {"name": "extra"}})
        assert (await line())["type"] == "ADDED"
        await api("DELETE", f"{NS}/configmaps/extra")
        assert (await line())["type"] == "DELETED"


async def test_a_watch_with_initial_events_ends_them_with_a_bookmark(api: Api) -> None:
    query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    async with watching(api, f"{APPS}/deployments?{query}&fieldSelector=metadata.name%3Dinferadb") as line:
        assert (await line())["type"] == "ADDED"
        mark = await line()
        assert mark["type"] == "BOOKMARK"
        assert mark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_a_thing_that_no_longer_matches_is_deleted_from_a_selected_watch(api: Api, cluster: Cluster) -> None:
    async with watching(api, f"{NS}/pods?watch=true&labelSelector=app%3Dinferadb&resourceVersion=0") as line:
        for _ in range(6):
            assert (await line())["type"] == "ADDED"
        pod = copied(cluster.store.all(PODS, "inferadb")[0])
        del pod["metadata"]["labels"]["app"]
        cluster.store.replace(PODS, pod)
        assert (await line())["type"] == "DELETED"


async def test_a_watch_can_be_printed_and_ends_when_its_time_is_over(api: Api) -> None:
    path = f"{APPS}/deployments?watch=true&timeoutSeconds=0"
    answer = await api("GET", path, Accept=TABLE)
    assert json.loads(answer.text)["object"]["kind"] == "Table"


async def test_a_watch_from_a_forgotten_version_is_expired(api: Api, cluster: Cluster) -> None:
    for number in range(4100):
        config = cluster.store.all(PODS, "inferadb")[0]
        cluster.store.replace(PODS, copied(config) | {"x": number})
    answer = await api("GET", f"{NS}/pods?watch=true&resourceVersion=1001")
    assert (answer.status, answer.json["reason"]) == (410, "Expired")
    assert (await api("GET", f"{NS}/pods?watch=true&resourceVersion=abc")).status == 400


async def log(api: Api, cluster: Cluster, query: str = "") -> str:
    name = name_of(cluster.store.all(PODS, "inferadb")[0])
    answer = await api("GET", f"{NS}/pods/{name}/log?{query}")
    assert answer.status == 200, answer.text
    return answer.text


async def test_a_log_is_cut_as_asked(api: Api, cluster: Cluster) -> None:
    cluster.chatters["inferadb"] = lambda moment, _dice: f" INFO at {moment:.0f}"
    assert len((await log(api, cluster)).splitlines()) > 800
    assert len((await log(api, cluster, "tailLines=5")).splitlines()) == 5
    assert await log(api, cluster, "tailLines=0") == ""
    since = await log(api, cluster, "sinceSeconds=60")
    assert 29 <= len(since.splitlines()) <= 31
    assert await log(api, cluster, f"sinceTime={stamp(cluster.now() - 60)}") == since
    assert len(await log(api, cluster, "limitBytes=100")) == 100
    assert (await log(api, cluster, "tailLines=1&timestamps=true")).startswith("2026-11-21T")


async def test_a_log_is_the_same_at_each_reading(api: Api, cluster: Cluster) -> None:
    before = await log(api, cluster, "tailLines=100")
    cluster.advance(60)
    assert before.splitlines()[50] in (await log(api, cluster))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tailLines=abc", 400), ("tailLines=-1", 422), ("sinceSeconds=0", 422), ("sinceTime=yesterday", 400),
        ("sinceSeconds=5&sinceTime=2026-11-21T10:00:00Z", 422), ("container=nosuch", 400), ("previous=true", 400),
    ],
)  # fmt: skip
async def test_a_wrong_log_option_is_refused(api: Api, cluster: Cluster, query: str, status: int) -> None:
    name = name_of(cluster.store.all(PODS, "inferadb")[0])
    assert (await api("GET", f"{NS}/pods/{name}/log?{query}")).status == status


async def test_a_container_that_never_restarted_has_no_previous_log(api: Api, cluster: Cluster) -> None:
    name = name_of(cluster.store.all(PODS, "inferadb")[0])
    answer = await api("GET", f"{NS}/pods/{name}/log?previous=true")
    told = f'previous terminated container "inferadb" in pod "{name}" not found'
    assert answer.json["message"] == told


async def test_the_previous_log_of_a_crashed_container_has_its_last_words(api: Api, cluster: Cluster) -> None:
    crashing(cluster)
    cluster.advance(9)
    previous = await api("GET", f"{NS}/pods/solo/log?previous=true")
    assert [line.split("Z ")[1] for line in previous.text.splitlines()] == ["hello", "ERROR goodbye"]


async def test_a_pod_without_a_container_yet_says_so(api: Api, cluster: Cluster) -> None:
    crashing(cluster)
    assert (await api("GET", f"{NS}/pods/solo/log")).status == 204
    cluster.tick()
    answer = await api("GET", f"{NS}/pods/solo/log")
    assert answer.json["message"] == 'container "main" in pod "solo" is waiting to start: ContainerCreating'


async def test_a_followed_log_goes_on_until_the_container_ends(api: Api, cluster: Cluster) -> None:
    crashing(cluster)
    cluster.advance(2)
    sent = {"Authorization": "Bearer sandbox-admin"}
    async with api.session.get(f"{api.url}{NS}/pods/solo/log?follow=true", headers=sent) as answer:
        assert b"hello" in await answer.content.readline()
        cluster.advance(3)
        assert b"goodbye" in await asyncio.wait_for(answer.content.read(), PATIENCE)


async def test_the_application_answers_through_the_service_proxy(api: Api, cluster: Cluster) -> None:
    Application(cluster)
    cluster.advance(5)
    assert "inferadb_requests_total{" in (await api("GET", f"{PROXY}/metrics")).text
    assert (await api.get(f"{NS}/services/inferadb/proxy/health/ready")) == {"status": "ready"}
    check = {"tuple": {"object": "doc:1", "relation": "viewer", "subject": "user:alice"}}
    assert (await api("POST", f"{PROXY}/v1/check", check)).json["allowed"]
    assert (await api("POST", f"{PROXY}/v1/check", {"tuple": {}})).status == 400
    assert (await api("GET", f"{PROXY}/v1/check")).status == 405
    assert (await api("GET", f"{PROXY}/nosuch?x=1")).status == 404


async def test_a_service_without_a_ready_pod_or_port_is_unavailable(api: Api, cluster: Cluster) -> None:
    Application(cluster)
    wrong = await api("GET", f"{NS}/services/inferadb:9/proxy/metrics")
    assert (wrong.status, wrong.json["message"]) == (503, 'no endpoints available for service "inferadb:9"')
    for pod in cluster.store.all(PODS, "inferadb"):
        delete_pod(cluster.store, pod)
    cluster.tick()
    assert (await api("GET", f"{PROXY}/metrics")).status == 503
    assert (await api("GET", f"{NS}/services/nosuch/proxy/metrics")).status == 404
    assert (await api("GET", f"{PROXY}/metrics", token="sandbox-nobody")).status == 403
