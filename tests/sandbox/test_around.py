"""The cluster's own metrics follow what stories do to it."""

import pytest

from sandbox.around import Around
from sandbox.metrics import Family
from tests.sandbox.test_mitigations import Stage, claimed, story


def value(families: list[Family], name: str, **wanted: str) -> list[float]:
    """Give the values of a metric whose labels include these."""
    (family,) = [one for one in families if one.name == name]
    return [number for key, number in family.series.items() if wanted.items() <= dict(key).items()]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def around(stage: Stage) -> Around:
    return Around(stage.cluster)


def test_a_quiet_cluster_is_ready_and_has_room(stage: Stage, around: Around) -> None:
    states, kubelet = around.states(), around.kubelet()
    assert set(value(states, "kube_pod_status_ready", condition="true")) == {1.0}
    assert value(states, "kube_pod_container_status_waiting_reason") == []
    assert set(value(states, "kube_pod_container_status_restarts_total")) == {0.0}
    assert value(states, "kube_deployment_status_replicas_available", deployment="prod-omendb") == [3]
    assert set(value(states, "kube_node_status_condition", condition="MemoryPressure", status="true")) == {0.0}
    used, limits = kubelet[0], kubelet[2]
    assert all(used.series[key] / limit < 0.8 for key, limit in limits.series.items())
    assert value(kubelet, "kubelet_volume_stats_used_bytes")[0] == 0.65 * value(
        kubelet, "kubelet_volume_stats_capacity_bytes"
    )[0]  # fmt: skip


def test_a_pod_at_its_limit_is_seen_and_so_is_why_it_ended(stage: Stage, around: Around) -> None:
    story("out-of-memory").begin(stage.scene)
    fullest, killed = 0.0, False
    for _ in range(60):
        stage.wait(2)
        fullest = max([fullest, *value(around.kubelet(), "container_memory_usage_bytes", namespace="inferadb")])
        last = value(around.states(), "kube_pod_container_status_last_terminated_reason", reason="OOMKilled")
        killed = killed or bool(last)
    assert fullest > 0.9 * 2**30
    assert killed
    assert max(value(around.states(), "kube_pod_container_status_restarts_total", namespace="inferadb")) >= 2


def test_an_image_that_is_missing_shows_why_containers_wait(stage: Stage, around: Around) -> None:
    story("image-missing").begin(stage.scene)
    stage.wait(60)
    states = around.states()
    assert value(states, "kube_pod_container_status_waiting_reason", reason="ImagePullBackOff") == [1.0, 1.0]
    assert value(states, "kube_deployment_status_replicas_available", deployment="ml-inference-api") == [3]


def test_nodes_under_pressure_say_so_and_evicted_pods_have_failed(stage: Stage, around: Around) -> None:
    story("node-pressure").begin(stage.scene)
    stage.wait(60)
    states = around.states()
    assert value(states, "kube_node_status_condition", condition="MemoryPressure", status="true") == [1.0] * 3
    assert sum(value(states, "kube_pod_status_phase", namespace="optimal-build", phase="Failed")) == 3
    assert sum(value(states, "kube_pod_status_phase", namespace="optimal-build", phase="Pending")) == 3


def test_a_lost_node_is_unknown_after_forty_seconds(stage: Stage, around: Around) -> None:
    story("node-lost").begin(stage.scene)
    stage.wait(45)
    assert value(around.states(), "kube_node_status_condition", condition="Ready", status="unknown").count(1.0) == 1


def test_a_full_volume_is_full_until_its_claim_grows(stage: Stage, around: Around) -> None:
    story("disk-full").begin(stage.scene)
    stage.wait(10)
    assert value(around.kubelet(), "kubelet_volume_stats_available_bytes") == [0.0]
    claimed(stage)
    stage.wait(10)
    assert value(around.kubelet(), "kubelet_volume_stats_capacity_bytes") == [200 * 2**30]
    assert value(around.states(), "kube_persistentvolumeclaim_resource_requests_storage_bytes") == [200 * 2**30]


def test_processor_time_grows_as_it_is_used(stage: Stage, around: Around) -> None:
    stage.wait(30)
    before = sum(value(around.kubelet(), "container_cpu_usage_seconds_total", namespace="inferadb"))
    stage.wait(60)
    after = sum(value(around.kubelet(), "container_cpu_usage_seconds_total", namespace="inferadb"))
    assert 60 * 1.0 < after - before < 60 * 6
