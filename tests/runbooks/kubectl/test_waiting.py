"""What is waited for: states, replicas, an end, a beginning."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.runbooks.kubectl.node import PODS, Cluster1, one_node, pod


@pytest_asyncio.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster1]:
    async with one_node(tmp_path) as found:
        yield found


async def test_scaling_with_a_time_limit_waits_for_the_replicas(cluster: Cluster1) -> None:
    web = "/apis/apps/v1/namespaces/x/deployments/web"
    scale = {"kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 1}, "status": {"replicas": 1}}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "x"}}
    cluster.api.objects |= {web: deployment, f"{web}/scale": scale}
    over = await cluster.kubectl("scale deploy/web --replicas=2 -n x --timeout=50ms")
    assert (over.stdout, over.stderr) == ("", 'error: timed out waiting for "web" to be synced\n')
    cluster.api.objects[f"{web}/scale"]["status"] = {"replicas": 2}
    assert (await cluster.kubectl("scale deploy/web --replicas=2 -n x --timeout=30s")).exit_code == 0


async def test_waiting_for_what_is_gone_ends_when_it_is(cluster: Cluster1) -> None:
    assert (await cluster.kubectl("wait --for=delete pod/none -n x")).exit_code == 0
    cluster.holds(pod("web-1"))
    over = await cluster.kubectl("wait --for=delete pod/web-1 -n x --timeout=50ms")
    assert over.stderr == "error: timed out waiting for the condition on pods/web-1\n"
    cluster.api.watched.clear()
    waiting = asyncio.create_task(cluster.kubectl("wait --for=delete pod/web-1 -n x --timeout=60s", timeout=60.0))
    await cluster.api.watched.wait()
    assert not waiting.done()
    del cluster.api.objects[f"{PODS}/web-1"]
    assert (await waiting).stdout == "pod/web-1 condition met\n"


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("jsonpath={.status.phase}=Running", True),
        ("jsonpath={.status.phase}", True),
        ("jsonpath={.status.phase}=Pending", False),
        ("jsonpath={.status.nothing}", False),
        ("condition=Ready", False),
        ("create", True),
    ],
)
async def test_a_state_is_waited_for(cluster: Cluster1, condition: str, met: bool) -> None:
    cluster.holds(pod("web-1"))
    result = await cluster.kubectl(f"wait --for={condition} pod/web-1 -n x --timeout={'30s' if met else '50ms'}", 30.0)
    assert result.stdout == ("pod/web-1 condition met\n" if met else "")
    assert result.stderr == ("" if met else "error: timed out waiting for the condition on pods/web-1\n")


@pytest.mark.parametrize(("output", "text"), [("name", "pod/web-1\n"), ("jsonpath={.status.phase}", "Running")])
async def test_what_was_waited_for_is_printed_as_asked(cluster: Cluster1, output: str, text: str) -> None:
    cluster.holds({"apiVersion": "v1", **pod("web-1")})
    told = await cluster.kubectl(f"wait --for=create pod/web-1 -n x --timeout=30s -o {output}", 30.0)
    assert told.stdout == text


async def test_a_column_without_a_path_is_empty_and_kyaml_says_what_to_write(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"))
    told = await cluster.kubectl("get pods -n x -o custom-columns=NAME:.metadata.name,X:")
    assert told.stdout == "NAME    X\nweb-1   <none>\n"
    assert (
        await cluster.kubectl("get pods -n x -o kyaml")
    ).stderr == "error: KYAML is not printed here: write -o yaml\n"


async def test_an_unknown_condition_and_nothing_to_wait_for_are_errors(cluster: Cluster1) -> None:
    assert "unrecognized condition" in (await cluster.kubectl("wait --for=luck pod/web-1 -n x")).stderr
    assert "You must provide one or more resources" in (await cluster.kubectl("wait --for=condition=Ready")).stderr
