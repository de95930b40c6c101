"""Nodes that take no new pods, and pods that move away from them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from runbooks.kubectl import Cluster, Result, parse, preview, run
from runbooks.kubectl.performing import perform
from runbooks.kubectl.running import Run
from tests.runbooks.kubectl.api import Api, serving

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NODE, PODS = "/api/v1/nodes/n1", "/api/v1/namespaces/x/pods"
DAEMONS = "/apis/apps/v1/namespaces/x/daemonsets/o"


def pod(name: str, owner: str = "ReplicaSet", **spec: Any) -> dict[str, Any]:
    owners = [{"kind": owner, "name": "o", "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "x", "uid": f"uid-{name}", "ownerReferences": owners, "resourceVersion": "1"}
    return {"kind": "Pod", "metadata": metadata, "spec": {"nodeName": "n1", **spec}, "status": {"phase": "Running"}}


class Cluster1:
    """A cluster with one node and its pods."""

    def __init__(self, cluster: Cluster, api: Api) -> None:
        self.cluster = cluster
        self.api = api

    def holds(self, *pods: dict[str, Any]) -> None:
        self.api.objects |= {f"{PODS}/{one['metadata']['name']}": one for one in pods}

    async def kubectl(self, line: str, timeout: float = 5.0) -> Result:
        return await run(parse(line.split()), self.cluster, now=NOW, timeout=timeout)


@pytest_asyncio.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster1]:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "u"}, "spec": {}}
    api = Api({NODE: node, DAEMONS: {"kind": "DaemonSet", "metadata": {"name": "o"}}})
    async with serving(api, tmp_path) as opened:
        yield Cluster1(opened, api)


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
