"""Nodes that keep pods off, or drive them away."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from runbooks.kubectl import parse, preview, run
from tests.runbooks.kubectl.node import NODE, NOW, Cluster1, one_node


@pytest_asyncio.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster1]:
    async with one_node(tmp_path) as found:
        yield found


def taints(cluster: Cluster1, *held: dict[str, str]) -> Any:
    cluster.api.objects[NODE]["spec"] = {"taints": list(held)} if held else {}
    return cluster.api.objects[NODE]["spec"]


A = {"key": "a", "effect": "NoSchedule"}
GPU = {"key": "gpu", "value": "yes", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("words", "held", "after", "operation"),
    [
        ("a:NoSchedule", [], [A], "tainted"),
        ("gpu=yes:NoExecute", [A], [GPU, A], "tainted"),
        ("a:NoSchedule-", [A, GPU], [GPU], "untainted"),
        ("gpu-", [A, GPU], [A], "untainted"),
        ("a-", [A], None, "untainted"),
        ("gpu=yes:NoExecute a-", [A], [GPU], "modified"),
        ("a=b:NoSchedule --overwrite", [A], [{**A, "value": "b"}], "modified"),
    ],
)
async def test_a_node_is_tainted_and_freed_again(
    cluster: Cluster1, words: str, held: list[dict[str, str]], after: list[dict[str, str]] | None, operation: str
) -> None:
    taints(cluster, *held)
    told = await cluster.kubectl(f"taint nodes n1 {words}")
    assert (told.stdout, told.stderr) == (f"node/n1 {operation}\n", "")
    assert cluster.api.objects[NODE]["spec"].get("taints") == after


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("n1 a=b:NoSchedule", "node n1 already has a taint(s) with same effect(s) and --overwrite is false"),
        ("n1 gpu-", 'taint "gpu" not found'),
        ("n1 a:NoExecute-", 'taint "a:NoExecute" not found'),
        ("n1", "at least one taint update is required"),
        ("a=b:NoSchedule", "at least one resource name must be specified since 'all' parameter is not set"),
        ("n1 a=b:NoSchedule n2", "all resources must be specified before taint changes: n2"),
        ("n1 b:NoSchedule b-", "can not both modify and remove the following taint(s) in the same command: b="),
        ("--all -l a=b b:NoSchedule", "setting 'all' parameter with a non empty selector is prohibited"),
    ],
)
async def test_a_taint_that_cannot_be_is_told_in_kubectls_words(cluster: Cluster1, words: str, problem: str) -> None:
    taints(cluster, A)
    told = await cluster.kubectl(f"taint nodes {words}")
    assert (told.stderr, told.exit_code) == (f"error: {problem}\n", 1)
    assert cluster.api.sent == []


@pytest.mark.parametrize(
    "written", ["a=b", "a=b:Bad", "a:b:NoSchedule", "a=b=c:NoSchedule", "a@b=c:NoSchedule", "a=-:NoSchedule", "a=b:"]
)
async def test_what_is_no_taint_is_told(cluster: Cluster1, written: str) -> None:
    told = await cluster.kubectl(f"taint nodes n1 {written}")
    assert told.stderr.startswith("error: invalid taint ")
    assert told.stderr.endswith("See 'kubectl taint -h' for help and examples\n")


async def test_who_taints_is_warned_of_pods_that_go_at_once_and_can_take_it_back(cluster: Cluster1) -> None:
    told = await preview(parse(["taint", "node", "n1", "gpu=yes:NoExecute"]), cluster.cluster, now=NOW)
    assert any("drives away at once" in text for text in told.warnings)
    assert told.inverse is not None
    await cluster.kubectl("taint node n1 gpu=yes:NoExecute")
    assert (await run(parse(told.inverse.words), cluster.cluster, now=NOW)).exit_code == 0
    assert not cluster.api.objects[NODE]["spec"].get("taints")
    calm = await preview(parse(["taint", "node", "n1", "a:NoSchedule"]), cluster.cluster, now=NOW)
    assert calm.warnings == ()


async def test_each_taint_that_is_not_there_is_told(cluster: Cluster1) -> None:
    taints(cluster, A)
    told = await cluster.kubectl("taint nodes n1 gpu- b:NoSchedule-")
    assert (told.stderr, told.exit_code) == ('taint "gpu" not found\ntaint "b:NoSchedule" not found\n', 1)
