"""Nodes that take no new pods, and pods that move away from them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from runbooks.kubectl import parse, preview, run
from runbooks.kubectl.performing import perform
from runbooks.kubectl.running import Run
from tests.runbooks.kubectl.node import DAEMONS, NODE, NOW, PODS, Cluster1, one_node, pod


@pytest_asyncio.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster1]:
    async with one_node(tmp_path) as found:
        yield found


async def test_a_drained_node_has_evicted_its_pods_and_takes_no_new_ones(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"), pod("web-2"))
    result = await cluster.kubectl("drain n1")
    assert result.stdout.splitlines()[0] == "node/n1 cordoned"
    assert set(result.stdout.splitlines()[1:-1]) >= {"evicting pod x/web-1", "pod/web-1 evicted", "pod/web-2 evicted"}
    assert result.stdout.endswith("node/n1 drained\n")
    assert cluster.api.objects[NODE]["spec"] == {"unschedulable": True}
    assert sorted(one.path for one in cluster.api.sent[1:]) == [f"{PODS}/web-1/eviction", f"{PODS}/web-2/eviction"]
    assert "preconditions" in cluster.api.sent[1].body["deleteOptions"]


async def test_a_disruption_budget_is_asked_again_until_it_allows(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"))
    cluster.api.refusals[f"{PODS}/web-1/eviction"] = [(429, "it would violate the budget.")] * 2
    going = Run(parse(["drain", "n1"]), cluster.cluster, NOW, retry=0.01)
    await perform(going)
    told = 'error when evicting pods/"web-1" -n "x" (will retry after 0.01s): it would violate the budget.\n'
    assert going.errors == [told] * 2
    assert (going.exit_code, going.out[-1]) == (0, "node/n1 drained\n")
    assert Run(parse(["drain", "n1"]), cluster.cluster, NOW).retry == 5.0


async def test_a_budget_that_never_allows_ends_with_the_time_limit(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"))
    cluster.api.refusals[f"{PODS}/web-1/eviction"] = [(429, "no")] * 9
    result = await cluster.kubectl("drain n1 --timeout=50ms")
    assert result.exit_code == 1
    assert "global timeout reached: 0.05s" in result.stderr
    assert f"{PODS}/web-1" in cluster.api.objects


async def test_an_eviction_that_is_forbidden_stops_the_drain(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"), pod("web-2"))
    cluster.api.refusals[f"{PODS}/web-1/eviction"] = [(403, "you may not")]
    result = await cluster.kubectl("drain n1")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "There are pending nodes to be drained:\n n1\nerror when evicting pods: you may not\n"
    )


@pytest.mark.parametrize(
    ("one", "flag", "words"),
    [
        (pod("a", "DaemonSet"), "--ignore-daemonsets", "DaemonSet-managed Pods"),
        (pod("a", ""), "--force", "Pods that declare no controller"),
        (pod("a", volumes=[{"name": "v", "emptyDir": {}}]), "--delete-emptydir-data", "Pods with local storage"),
    ],
)
async def test_pods_that_would_be_lost_stop_a_drain_unless_it_is_told(
    cluster: Cluster1, one: dict[str, Any], flag: str, words: str
) -> None:
    cluster.holds(one)
    stopped = await cluster.kubectl("drain n1")
    assert f"cannot delete {words}" in stopped.stderr
    assert f"{PODS}/a" in cluster.api.objects
    told = await cluster.kubectl(f"drain n1 {flag}")
    assert told.exit_code == 0
    assert (f"{PODS}/a" in cluster.api.objects) is ("DaemonSet" in words)


async def test_what_a_drain_says_of_pods_it_moves_or_leaves_is_what_kubectl_says(cluster: Cluster1) -> None:
    emptied: dict[str, Any] = {"volumes": [{"name": "v", "emptyDir": {}}]}
    cluster.holds(pod("daemon", "DaemonSet"), pod("alone", "", **emptied), pod("local", **emptied))
    line = "drain n1 --force --ignore-daemonsets --delete-emptydir-data"
    seen = await preview(parse(line.split()), cluster.cluster, now=NOW)
    assert "what these pods keep in an emptyDir goes with them: x/alone, x/local" in seen.warnings
    told = await cluster.kubectl(line)
    assert told.stderr == (
        "Warning: ignoring DaemonSet-managed Pods: x/daemon; deleting Pods that declare no controller: x/alone\n"
    )
    assert told.notes == ("what these pods keep in an emptyDir goes with them: x/alone, x/local",)


async def test_a_pod_whose_daemonset_is_gone_moves_only_by_force(cluster: Cluster1) -> None:
    del cluster.api.objects[DAEMONS]
    cluster.holds(pod("orphan", "DaemonSet"))
    stopped = await cluster.kubectl("drain n1 --ignore-daemonsets")
    assert f"cannot delete {DAEMONS} not found: x/orphan" in stopped.stderr
    assert (await cluster.kubectl("drain n1 --force")).stderr == ""
    assert f"{PODS}/orphan" not in cluster.api.objects


async def test_previewing_a_drain_moves_nothing(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"))
    told = await preview(parse(["drain", "n1"]), cluster.cluster, now=NOW)
    assert any("/eviction" in line for line in told.sends)
    assert "- pod/web-1 is deleted\n" in told.diff
    assert all("dryRun=All" in one.query for one in cluster.api.sent)
    assert f"{PODS}/web-1" in cluster.api.objects
    assert told.inverse is not None
    assert "uncordon" in told.inverse.reason


async def test_cordoning_goes_back_by_uncordoning(cluster: Cluster1) -> None:
    told = await preview(parse(["cordon", "n1"]), cluster.cluster, now=NOW)
    assert told.inverse is not None
    assert told.inverse.words == ("uncordon", "n1")
    assert (await cluster.kubectl("uncordon n1")).stdout == "node/n1 already uncordoned\n"


async def test_a_refused_cordon_is_a_refused_preview(cluster: Cluster1) -> None:
    cluster.api.refusals[NODE] = [(403, "nodes is forbidden")]
    told = await preview(parse(["cordon", "n1"]), cluster.cluster, now=NOW)
    assert told.refused.startswith('error: unable to cordon node "n1"')


async def test_draining_needs_a_node(cluster: Cluster1) -> None:
    assert (await cluster.kubectl("drain")).stderr.startswith("error: USAGE: drain NODE [flags]")
    picked = await cluster.kubectl("drain -l a=b")
    assert (picked.stderr, picked.exit_code) == ("error: no nodes match the selector\n", 1)
    assert (await cluster.kubectl("cordon -l a=b")).exit_code == 0
    assert cluster.api.sent == []


@pytest.mark.parametrize(
    "words",
    [
        ["cordon", ""], ["uncordon", "n1", ""], ["cordon", "node/"], ["drain", ""],
        ["taint", "nodes", "", "a:NoSchedule"], ["exec", "", "-n", "x", "--", "ls"], ["logs", "", "-n", "x"],
        ["delete", "pod", "", "-n", "x"],
        ["delete", "pods", "-l", "", "-n", "x"], ["label", "pod", "", "a=b", "-n", "x"],
    ],
)  # fmt: skip
async def test_an_empty_name_is_no_name_and_never_means_everything(cluster: Cluster1, words: list[str]) -> None:
    cluster.holds(pod("web-1"))
    told = await run(parse(words), cluster.cluster, now=NOW)
    assert (told.exit_code, told.stdout, cluster.api.sent) == (1, "", [])


async def test_only_the_pods_of_that_node_and_label_move(cluster: Cluster1) -> None:
    cluster.holds(pod("web-1"), pod("web-2", nodeName="n2"), pod("db-1"))
    cluster.api.objects[f"{PODS}/web-1"]["metadata"]["labels"] = {"app": "web"}
    assert (await cluster.kubectl("drain n1 --pod-selector=app=web")).exit_code == 0
    left = [one["metadata"]["name"] for at, one in cluster.api.objects.items() if at.startswith(PODS)]
    assert sorted(left) == ["db-1", "web-2"]


async def test_a_pod_that_has_been_leaving_for_long_is_not_waited_for(cluster: Cluster1) -> None:
    stuck, fresh = pod("stuck"), pod("fresh")
    stuck["metadata"]["deletionTimestamp"] = "2026-11-20T23:58:00Z"
    fresh["metadata"]["deletionTimestamp"] = "2026-11-20T23:59:59Z"
    cluster.holds(stuck, fresh)
    told = await cluster.kubectl("drain n1 --skip-wait-for-delete-timeout=60")
    assert told.stdout.count("evicting pod") == 1
    assert "evicting pod x/fresh" in told.stdout
