"""Pods live on nodes: pulled, started, ready, crashed, backed off, killed for their memory, stopped."""

from typing import Any

import pytest

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.pods import admitted, delete_pod
from sandbox.cluster.kinds import DISRUPTION_BUDGETS, ENDPOINTS, EVENTS, NODES, PODS
from sandbox.cluster.objects import Object, condition, copied, is_ready
from sandbox.cluster.programs import Program
from sandbox.cluster.tables.pods import pod as printed

WEB = Program(ready_in=2.0, opening=("begin",), pull_seconds=1.0)


def run(cluster: Cluster, program: Program | None = None, **spec: Any) -> None:
    """Make the pod `solo` of an image that does as told."""
    if program is not None:
        cluster.programs.add("solo:1", program)
    container = {"name": "main", "image": "solo:1", "resources": spec.pop("resources", {})}
    meta = {"name": "solo", "namespace": "default", "labels": {"app": "solo"}}
    cluster.store.create(PODS, admitted({"metadata": meta, "spec": {"containers": [container]} | spec}))


def solo(cluster: Cluster) -> Object:
    return cluster.store.need(PODS, "default", "solo")


def shown(cluster: Cluster) -> list[Any]:
    """Give READY, STATUS and RESTARTS."""
    return printed(solo(cluster), cluster.now())[1:4]


def reasons(cluster: Cluster) -> list[str]:
    found = [one for one in cluster.store.all(EVENTS, "default") if one["involvedObject"]["name"] == "solo"]
    return [one["reason"] for one in sorted(found, key=lambda one: int(one["metadata"]["resourceVersion"]))]


def test_a_pod_is_scheduled_pulled_started_and_then_ready(cluster: Cluster) -> None:
    run(cluster, WEB)
    cluster.tick()
    assert shown(cluster) == ["0/1", "ContainerCreating", "0"]
    cluster.advance(1.5)
    assert shown(cluster) == ["0/1", "Running", "0"]
    cluster.advance(2)
    assert shown(cluster) == ["1/1", "Running", "0"]
    assert is_ready(solo(cluster))
    assert reasons(cluster) == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]


def test_a_crashing_container_restarts_at_once_and_then_backs_off_longer_each_time(cluster: Cluster) -> None:
    run(cluster, Program(ready_in=1.0, dies_in=2.0, exit_code=3))
    cluster.advance(3.6)
    assert shown(cluster)[1] == "Error"
    cluster.advance(4)
    words = set()
    starts = []
    for _ in range(1000):
        cluster.advance(0.25)
        words.add(shown(cluster)[1])
        status = solo(cluster)["status"]["containerStatuses"][0]
        if "running" in status["state"]:
            starts.append(status["state"]["running"]["startedAt"])
    assert words == {"CrashLoopBackOff", "Error", "Running"}
    assert len(set(starts)) in {4, 5}
    assert solo(cluster)["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 3
    backed = [one for one in cluster.store.all(EVENTS, "default") if one["reason"] == "BackOff"]
    assert len(backed) == 1
    assert backed[0]["count"] > 5


def test_the_back_off_is_never_longer_than_five_minutes(cluster: Cluster) -> None:
    run(cluster, Program(dies_in=1.0))
    cluster.advance(1500)
    message = solo(cluster)["status"]["containerStatuses"][0]["state"]["waiting"]["message"]
    assert message.startswith("back-off 5m0s restarting failed container=main pod=solo_default(")


def test_a_container_over_its_memory_limit_is_killed(cluster: Cluster) -> None:
    cluster.programs.memory = lambda _pod, _now: 200 * 2**20
    run(cluster, WEB, resources={"limits": {"memory": "128Mi"}})
    cluster.advance(3)
    last = solo(cluster)["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (last["reason"], last["exitCode"]) == ("OOMKilled", 137)


def test_an_image_that_does_not_exist_cannot_be_pulled(cluster: Cluster) -> None:
    run(cluster)
    cluster.advance(2)
    assert shown(cluster) == ["0/1", "ErrImagePull", "0"]
    cluster.advance(20)
    assert shown(cluster) == ["0/1", "ImagePullBackOff", "0"]
    assert solo(cluster)["status"]["phase"] == "Pending"


def test_a_pod_that_never_restarts_is_done_or_failed(cluster: Cluster) -> None:
    run(cluster, Program(dies_in=1.0, exit_code=0), restartPolicy="Never")
    cluster.advance(4)
    assert shown(cluster) == ["0/1", "Completed", "0"]
    assert solo(cluster)["status"]["phase"] == "Succeeded"


def test_a_probe_that_fails_is_an_event(cluster: Cluster) -> None:
    run(cluster, Program(ready_in=None))
    cluster.advance(3)
    assert "Unhealthy" in reasons(cluster)
    ready = condition(solo(cluster), "Ready")
    assert ready is not None
    assert ready["message"] == "containers with unready status: [main]"


def test_a_deleted_pod_is_stopped_before_it_is_gone(cluster: Cluster) -> None:
    run(cluster, WEB)
    cluster.advance(4)
    delete_pod(cluster.store, solo(cluster))
    cluster.tick()
    assert shown(cluster)[1] == "Terminating"
    assert reasons(cluster)[-1] == "Killing"
    cluster.advance(3)
    assert cluster.store.get(PODS, "default", "solo") is None


def test_a_pod_deleted_without_grace_is_gone_at_once(cluster: Cluster) -> None:
    run(cluster, WEB)
    cluster.advance(4)
    delete_pod(cluster.store, solo(cluster), 0)
    assert cluster.store.get(PODS, "default", "solo") is None


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"resources": {"requests": {"cpu": "100"}}}, "3 Insufficient cpu"),
        ({"resources": {"requests": {"memory": "1Ti"}}}, "3 Insufficient memory"),
        ({"nodeSelector": {"disk": "ssd"}}, "3 node(s) didn't match Pod's node affinity/selector"),
    ],
)
def test_a_pod_that_fits_nowhere_waits_and_says_why(cluster: Cluster, spec: dict[str, Any], told: str) -> None:
    run(cluster, WEB, **spec)
    cluster.advance(3)
    found = condition(solo(cluster), "PodScheduled")
    assert found is not None
    assert found["message"].startswith(f"0/3 nodes are available: {told}.")
    assert shown(cluster)[1] == "Pending"
    assert reasons(cluster) == ["FailedScheduling"]


def test_a_cordoned_node_gets_no_new_pod(cluster: Cluster) -> None:
    for node in cluster.store.all(NODES)[1:]:
        cluster.store.replace(NODES, copied(node) | {"spec": node["spec"] | {"unschedulable": True}})
    run(cluster, WEB)
    cluster.tick()
    assert solo(cluster)["spec"]["nodeName"] == "worker-1"


def test_an_image_changed_in_place_starts_the_container_anew(cluster: Cluster) -> None:
    run(cluster, WEB)
    cluster.advance(4)
    cluster.programs.add("solo:2", WEB)
    changed = copied(solo(cluster))
    changed["spec"]["containers"][0]["image"] = "solo:2"
    cluster.store.replace(PODS, changed)
    cluster.advance(5)
    assert shown(cluster)[0] == "1/1"
    assert solo(cluster)["status"]["containerStatuses"][0]["image"] == "solo:2"


def test_events_are_forgotten_after_an_hour(cluster: Cluster) -> None:
    run(cluster, WEB)
    cluster.advance(4)
    assert reasons(cluster)
    cluster.clock.turn(3700)
    cluster.tick()
    assert not reasons(cluster)


def test_endpoints_and_budgets_follow_the_ready_pods(cluster: Cluster) -> None:
    found = cluster.store.need(ENDPOINTS, "inferadb", "inferadb")["subsets"][0]
    assert len(found["addresses"]) == 6
    assert cluster.store.need(DISRUPTION_BUDGETS, "inferadb", "inferadb")["status"]["disruptionsAllowed"] == 2
    delete_pod(cluster.store, cluster.store.all(PODS, "inferadb")[0])
    cluster.tick()
    assert len(cluster.store.need(ENDPOINTS, "inferadb", "inferadb")["subsets"][0]["addresses"]) == 5
    assert cluster.store.need(DISRUPTION_BUDGETS, "inferadb", "inferadb")["status"]["disruptionsAllowed"] == 1


def test_a_node_says_that_it_is_well(cluster: Cluster) -> None:
    cluster.advance(301)
    conditions = cluster.store.all(NODES)[0]["status"]["conditions"]
    assert {one["lastHeartbeatTime"] for one in conditions} != {"2026-11-21T12:00:00Z"}
