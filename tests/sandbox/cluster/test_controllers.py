"""StatefulSets, Jobs, DaemonSets and nodes, in the company's whole cluster on a clock that is turned."""

from typing import Any

import pytest

from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.defaults import filled
from sandbox.cluster.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    NODES,
    PODS,
    STATEFUL_SETS,
    Kind,
)
from sandbox.cluster.objects import Object, condition, copied, is_ready, labels_of, name_of, uid_of
from sandbox.cluster.programs import Program
from sandbox.cluster.tables.pods import word
from sandbox.cluster.worlds import company_cluster

START = 1_795_262_400.0


@pytest.fixture
def company() -> Cluster:
    return company_cluster(Clock(START, speed=0))


def change(cluster: Cluster, kind: Kind, namespace: str, name: str, **spec: Any) -> None:
    changed = copied(cluster.store.need(kind, namespace, name))
    changed["spec"] |= spec
    changed["metadata"]["generation"] += 1
    cluster.store.replace(kind, changed)


def names(cluster: Cluster, namespace: str, app: str) -> list[str]:
    return [name_of(pod) for pod in cluster.store.all(PODS, namespace) if labels_of(pod).get("app") == app]


def test_the_company_runs_all_its_services(company: Cluster) -> None:
    assert {word(pod) for pod in company.store.all(PODS)} == {"Running"}
    assert all(is_ready(pod) for pod in company.store.all(PODS))
    assert {name_of(one) for one in company.store.all(DEPLOYMENTS)} >= {
        "inferadb", "prod-omendb", "ml-inference-api", "active-inference-api", "optimal-build-backend",
    }  # fmt: skip
    assert names(company, "default", "postgres") == ["postgres-0", "postgres-1"]
    assert len(names(company, "monitoring", "node-exporter")) == 3


def test_a_stateful_set_updates_its_pods_from_the_last_one_and_keeps_their_names(company: Cluster) -> None:
    template = copied(company.store.need(STATEFUL_SETS, "default", "postgres"))["spec"]["template"]
    template["spec"]["containers"][0]["image"] = "postgres:16.5"
    change(company, STATEFUL_SETS, "default", "postgres", template=template)
    images: list[tuple[str, ...]] = []
    for _ in range(80):
        company.advance(0.5)
        found = [pod["spec"]["containers"][0]["image"][-4:] for pod in company.store.all(PODS, "default")
                 if labels_of(pod).get("app") == "postgres"]  # fmt: skip
        if len(found) == 2 and tuple(found) not in images:
            images.append(tuple(found))
    assert images == [("16.4", "16.4"), ("16.4", "16.5"), ("16.5", "16.5")]
    status = company.store.need(STATEFUL_SETS, "default", "postgres")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert sorted(one["revision"] for one in company.store.all(CONTROLLER_REVISIONS, "default")) == [1, 2]


def test_a_deleted_pod_of_a_stateful_set_comes_back_with_its_name(company: Cluster) -> None:
    company.store.remove(PODS, company.store.need(PODS, "default", "postgres-0"))
    company.advance(10)
    assert is_ready(company.store.need(PODS, "default", "postgres-0"))
    change(company, STATEFUL_SETS, "default", "postgres", replicas=1)
    company.advance(5)
    assert names(company, "default", "postgres") == ["postgres-0"]


def begin_task(company: Cluster, code: int = 0, **spec: Any) -> None:
    company.programs.add("task:1", Program(dies_in=4.0, exit_code=code))
    pod = {"containers": [{"name": "task", "image": "task:1"}], "restartPolicy": "Never"}
    body = {"template": {"metadata": {"labels": {"app": "task"}}, "spec": pod}} | spec
    company.store.create(JOBS, filled(JOBS, {"metadata": {"name": "task", "namespace": "default"}, "spec": body}))


@pytest.mark.parametrize(
    ("code", "spec", "conditions", "reason", "pods"),
    [
        (0, {}, ["SuccessCriteriaMet", "Complete"], "CompletionsReached", 1),
        (0, {"completions": 3, "parallelism": 2}, ["SuccessCriteriaMet", "Complete"], "CompletionsReached", 3),
        (3, {"backoffLimit": 1}, ["FailureTarget", "Failed"], "BackoffLimitExceeded", 2),
        (0, {"completions": 9, "activeDeadlineSeconds": 12}, ["FailureTarget", "Failed"], "DeadlineExceeded", 2),
    ],
)
def test_a_job_runs_to_its_end_or_is_given_up(
    company: Cluster, code: int, spec: dict[str, int], conditions: list[str], reason: str, pods: int
) -> None:
    begin_task(company, code, **spec)
    company.advance(40)
    found = company.store.need(JOBS, "default", "task")["status"]["conditions"]
    assert [(one["type"], one["status"], one["reason"]) for one in found] == [(k, "True", reason) for k in conditions]
    assert len(names(company, "default", "task")) == pods


def test_a_daemon_set_renews_its_pods_one_by_one_and_remembers_each_template(company: Cluster) -> None:
    before = {uid_of(pod) for pod in company.store.all(PODS, "monitoring") if is_exporter(pod)}
    template = copied(company.store.need(DAEMON_SETS, "monitoring", "node-exporter"))["spec"]["template"]
    template["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": "2026-11-21T12:00:00Z"}
    change(company, DAEMON_SETS, "monitoring", "node-exporter", template=template)
    least = 3
    for _ in range(120):
        company.advance(0.5)
        least = min(least, sum(is_ready(p) for p in company.store.all(PODS, "monitoring") if is_exporter(p)))
    fresh = {uid_of(pod) for pod in company.store.all(PODS, "monitoring") if is_exporter(pod)}
    assert (least, len(fresh), fresh & before) == (2, 3, set())
    assert company.store.need(DAEMON_SETS, "monitoring", "node-exporter")["status"]["updatedNumberScheduled"] == 3
    assert sorted(one["revision"] for one in company.store.all(CONTROLLER_REVISIONS, "monitoring")) == [1, 2]


def is_exporter(pod: Object) -> bool:
    return labels_of(pod).get("app") == "node-exporter"


def test_a_silent_node_is_counted_out_after_forty_seconds_and_given_up_after_five_minutes(company: Cluster) -> None:
    company.kubelet.lose("worker-2")
    company.advance(30)
    assert all(is_ready(pod) for pod in company.store.all(PODS))
    company.advance(15)
    there = [pod for pod in company.store.all(PODS) if pod["spec"]["nodeName"] == "worker-2"]
    assert not any(is_ready(pod) for pod in there)
    node = company.store.need(NODES, "", "worker-2")
    assert {one["status"] for one in node["status"]["conditions"]} == {"Unknown"}
    company.advance(320)
    there = [pod for pod in company.store.all(PODS, "inferadb") if pod["spec"]["nodeName"] == "worker-2"]
    assert {word(pod) for pod in there} == {"Terminating"}
    assert sum(is_ready(pod) for pod in company.store.all(PODS, "inferadb")) == 6
    company.kubelet.lost.clear()
    company.advance(10)
    assert (condition(company.store.need(NODES, "", "worker-2"), "Ready") or {})["status"] == "True"
    assert {word(pod) for pod in company.store.all(PODS)} == {"Running"}


def test_a_node_without_memory_evicts_and_takes_nobody_new(company: Cluster) -> None:
    hungry = name_of(next(p for p in company.store.all(PODS, "omendb-prod") if "prod-" in name_of(p)))
    company.programs.memory = lambda pod, _now: 70 * 2**30 if name_of(pod) == hungry else 100 * 2**20
    company.advance(4)
    assert word(company.store.need(PODS, "omendb-prod", hungry)) == "Evicted"
    assert any(event["reason"] == "Evicted" for event in company.store.all(EVENTS, "omendb-prod"))
    pressed = [one for one in company.store.all(NODES) if one["spec"].get("taints")]
    assert [one["spec"]["taints"][0]["key"] for one in pressed] == ["node.kubernetes.io/memory-pressure"]
    company.advance(45)
    assert not any(one["spec"].get("taints") for one in company.store.all(NODES))


def test_a_node_with_little_memory_takes_nobody_new_and_evicts_nobody(company: Cluster) -> None:
    big = name_of(next(p for p in company.store.all(PODS, "omendb-prod") if "prod-" in name_of(p)))
    company.programs.memory = lambda pod, _now: 61 * 2**30 if name_of(pod) == big else 10 * 2**20
    company.advance(10)
    assert len([one for one in company.store.all(NODES) if one["spec"].get("taints")]) == 1
    assert "Evicted" not in {word(pod) for pod in company.store.all(PODS)}


def test_a_port_of_its_node_keeps_pods_apart(company: Cluster) -> None:
    tools = [p for p in company.store.all(PODS, "monitoring") if "tools" in name_of(p)]
    assert len({pod["spec"]["nodeName"] for pod in tools}) == 3
    change(company, DEPLOYMENTS, "monitoring", "monitoring-tools", replicas=4)
    company.advance(2)
    (told,) = [one for one in company.store.all(EVENTS, "monitoring") if one["reason"] == "FailedScheduling"]
    assert "3 node(s) didn't have free ports for the requested pod ports" in (told.get("note") or told.get("message"))
