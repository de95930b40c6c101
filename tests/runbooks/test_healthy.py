"""A cluster in which nothing is broken gives no finding, however odd its objects look."""
# ruff: noqa: E501  # one row of a table is one line

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbooks.findings import Around, Finding, findings, headline
from runbooks.model import Diagnostic
from runbooks.outputs import Output
from runbooks.references import FINDINGS

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Object = dict[str, Any]


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def look(*objects: Object, text: str = "", words: tuple[str, ...] = tuple(FINDINGS)) -> list[Finding]:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": words})
    return findings(step, Output("kubectl x", text, "", 0, 1, objects=objects), Around(NOW))


def ended(reason: str, code: int, minutes: float) -> Object:
    return {"terminated": {"reason": reason, "exitCode": code, "finishedAt": ago(minutes)}}


RUNS: Object = {"running": {"startedAt": ago(500)}}
JOB = [{"kind": "Job", "name": "migrate", "controller": True}]


def container(**more: Any) -> Object:
    return {"name": "web", "ready": True, "restartCount": 0, "state": RUNS} | more


def pod(name: str = "web-1", *, own: Object | None = None, spec: Object | None = None, **status: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": ago(3000)} | (own or {}),
        "spec": {"containers": [{"name": "web", "resources": {"limits": {"memory": "1Gi"}}}]} | (spec or {}),
        "status": {"phase": "Running", "containerStatuses": [container()]} | status,
    }


def thing(kind: str, spec: Object | None = None, *, own: Object | None = None, **status: Any) -> Object:
    metadata = {"name": "web", "namespace": "shop", "creationTimestamp": ago(3000)} | (own or {})
    return {"kind": kind, "metadata": metadata, "spec": spec or {}, "status": status}


def condition(kind: str, status: str, reason: str = "", minutes: float = 600) -> Object:
    times = {"lastTransitionTime": ago(minutes), "lastUpdateTime": ago(minutes)}
    return {"type": kind, "status": status, "reason": reason, "message": reason} | times


def metrics(kind: str, name: str, memory: str) -> Object:
    usage = {"cpu": "1m", "memory": memory}
    where = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": kind, "metadata": {"name": name, "namespace": "shop"}}
    return where | ({"usage": usage} if kind == "NodeMetrics" else {"containers": [{"name": "web", "usage": usage}]})


def revision(kind: str, number: int, minutes: float, **more: Any) -> Object:
    owner = {"kind": "StatefulSet", "name": "db", "controller": True}
    template = {"spec": {"containers": [{"name": "db", "image": f"db:{number}"}]}}
    metadata = {"name": f"db-{number}", "creationTimestamp": ago(minutes), "ownerReferences": [owner]}
    return {"kind": kind, "metadata": metadata, "revision": number, "data": {"spec": {"template": template}}} | more


FAILED_TRY = pod(
    "migrate-a", own={"ownerReferences": JOB}, phase="Failed", conditions=[condition("Ready", "False", minutes=4)],
    containerStatuses=[container(ready=False, state=ended("Error", 1, 4))],
)  # fmt: skip
HEALTHY: dict[str, list[Object]] = {
    "a pod that serves": [pod()],
    "a Job's pod that completed": [
        pod(phase="Succeeded", containerStatuses=[container(ready=False, state=ended("Completed", 0, 5))])
    ],
    "a Job's pod that completed after a restart": [
        pod(
            phase="Succeeded",
            containerStatuses=[
                container(ready=False, restartCount=1, state=ended("Completed", 0, 5), lastState=ended("Error", 1, 6))
            ],
        )
    ],
    "a Job's first try that failed, and its second that did not": [
        FAILED_TRY, pod("migrate-b", own={"ownerReferences": JOB}, phase="Succeeded", containerStatuses=[])
    ],
    "a Job that failed long ago": [
        pod(own={"ownerReferences": JOB}, phase="Failed", containerStatuses=[
            container(ready=False, state=ended("OOMKilled", 137, 3000))
        ])
    ],
    "a pod that a drained node left behind weeks ago": [
        pod(phase="Failed", reason="Terminated", message="Pod was terminated in response to imminent node shutdown.",
            containerStatuses=[container(ready=False, state=ended("Error", 143, 2900))])
    ],
    "an evicted pod without conditions": [pod(phase="Failed", reason="Evicted", containerStatuses=[])],
    "a pod that is being deleted and was killed at the end": [
        pod(own={"deletionTimestamp": ago(0)}, containerStatuses=[
            container(ready=False, restartCount=3, state=ended("Error", 137, 0), lastState=ended("OOMKilled", 137, 900))
        ])
    ],
    "a pod that is being deleted and whose image is gone": [
        pod(own={"deletionTimestamp": ago(0)}, phase="Pending", containerStatuses=[
            container(ready=False, state={"waiting": {"reason": "ImagePullBackOff", "message": "x"}})
        ])
    ],
    "init containers that are done": [
        pod(initContainerStatuses=[
            container(name="init", restartCount=2, state=ended("Completed", 0, 400), lastState=ended("Error", 1, 401))
        ])
    ],
    "a debugging container that has ended badly": [
        pod(ephemeralContainerStatuses=[container(name="debug", ready=False, state=ended("Error", 130, 1))])
    ],
    "containers that are being created": [
        pod(own={"creationTimestamp": ago(0.2)}, phase="Pending", containerStatuses=[
            container(ready=False, state={"waiting": {"reason": "ContainerCreating"}})
        ])
    ],
    "a pod whose restarts are from before its nodes were rebooted": [
        pod(containerStatuses=[container(restartCount=4, lastState={})])
    ],
    "a pod whose restart is of yesterday": [
        pod(containerStatuses=[container(restartCount=1, lastState=ended("OOMKilled", 137, 1500))])
    ],
    "a pod that the scheduler is told to leave alone": [
        pod(phase="Pending", containerStatuses=[],
            conditions=[condition("PodScheduled", "False", "SchedulingGated")])
    ],
    "a pod without a status": [pod(phase="", containerStatuses=None) | {"status": {}}],
    "a Deployment without a status": [thing("Deployment", {"replicas": 3})],
    "a Deployment in the middle of a rollout": [
        thing("Deployment", {"replicas": 4}, readyReplicas=3, conditions=[
            condition("Available", "True"), condition("Progressing", "True", "ReplicaSetUpdated", 0.5)
        ])
    ],
    "a Deployment scaled to nothing that is not the service's": [thing("Deployment", {"replicas": 0}, replicas=0)],
    "a DaemonSet on no node": [thing("DaemonSet", {}, desiredNumberScheduled=0, numberReady=0)],
    "a ReplicaSet of an old revision": [thing("ReplicaSet", {"replicas": 0}, replicas=0)],
    "an autoscaler whose least and most are the same": [
        thing("HorizontalPodAutoscaler", {"minReplicas": 2, "maxReplicas": 2}, currentReplicas=2,
              conditions=[condition("ScalingLimited", "True", "TooFewReplicas")])
    ],
    "an autoscaler at its most that wants no more": [
        thing("HorizontalPodAutoscaler", {"maxReplicas": 2}, currentReplicas=2,
              conditions=[condition("ScalingLimited", "False", "DesiredWithinRange")])
    ],
    "an autoscaler in its first minutes, without metrics": [
        thing("HorizontalPodAutoscaler", {"maxReplicas": 2}, currentReplicas=1, currentMetrics=None,
              conditions=[condition("ScalingActive", "False", "FailedGetResourceMetric", 1)])
    ],
    "an autoscaler of a workload that is scaled to nothing": [
        thing("HorizontalPodAutoscaler", {"maxReplicas": 2}, currentReplicas=0,
              conditions=[condition("ScalingActive", "False", "ScalingDisabled")])
    ],
    "an autoscaler with a metric of another kind": [
        thing("HorizontalPodAutoscaler", {"maxReplicas": 9, "metrics": [{"type": "External"}]}, currentReplicas=3,
              currentMetrics=[{"type": ""}, None], conditions=None)
    ],
    "a claim without capacity that has just been made": [
        thing("PersistentVolumeClaim", own={"creationTimestamp": ago(0.1)}, phase="Pending")
    ],
    "a claim that is bound": [thing("PersistentVolumeClaim", phase="Bound")],
    "a quota of things that are counted, nearly all of them there": [
        thing("ResourceQuota", hard={"services": "50", "count/jobs.batch": "10"},
              used={"services": "46", "count/jobs.batch": "9"})
    ],
    "a quota that allows nothing of a kind": [
        thing("ResourceQuota", hard={"services.nodeports": "0"}, used={"services.nodeports": "0"})
    ],
    "nodes that are well": [
        thing("Node", conditions=[condition("Ready", "True"), condition("NetworkUnavailable", "False"),
                                  condition("FrequentKubeletRestart", "True")])
    ],
    "a node that says nothing of itself": [thing("Node")],
    "another group's nodes, whose conditions are no list": [
        thing("Node", conditions={"Ready": {"status": "False"}}) | {"apiVersion": "longhorn.io/v1beta2"}
    ],
    "normal events, and old warnings": [
        {"kind": "Event", "type": "Normal", "reason": "Pulled", "message": "x", "lastTimestamp": ago(1)},
        {"kind": "Event", "type": "Warning", "reason": "FailedMount", "message": "x", "lastTimestamp": ago(99)},
        {"apiVersion": "events.k8s.io/v1", "kind": "Event", "type": "Warning", "reason": "Evicted", "note": "x",
         "deprecatedLastTimestamp": ago(99)},
    ],
    "what a rollout of a quarter of an hour ago has left among the events": [
        {"kind": "Event", "type": "Warning", "reason": reason, "message": "x", "count": 2, "lastTimestamp": ago(15)}
        for reason in ("Unhealthy", "FailedMount", "FailedScheduling", "BackOff")
    ],
    "a container well below its limit": [pod(), metrics("PodMetrics", "web-1", "800Mi")],
    "a container near another pod's limit": [pod(), metrics("PodMetrics", "other", "1Gi")],
    "a container without a limit": [
        pod(spec={"containers": [{"name": "web"}]}), metrics("PodMetrics", "web-1", "90Gi")
    ],
    "a node with memory to spare": [
        thing("Node", allocatable={"memory": "8Gi"}), metrics("NodeMetrics", "web", "7Gi")
    ],
    "a StatefulSet's only revision": [revision("ControllerRevision", 1, 5)],
    "a StatefulSet's rollout of yesterday": [
        revision("ControllerRevision", 1, 9000), revision("ControllerRevision", 2, 1440)
    ],
}  # fmt: skip


@pytest.mark.parametrize("objects", HEALTHY.values(), ids=HEALTHY)
def test_what_is_odd_and_healthy_is_no_finding(objects: list[Object]) -> None:
    assert [(one.name, one.text) for one in look(*objects)] == []


QUIET = (
    "12:00:01 INFO  served requests=200 errors=0 took=3ms\n" * 9,
    '{"level":"info","msg":"request","error":null,"path":"/health"}\n' * 9,
    "12:00:01 level=info msg=done err=<nil> error=nil\n" * 9,
    "12:00:01 backup finished without errors\n" * 9,
    "INFO  cache key user:17 expired\nDEBUG session key expired\n",
    "the certificate has not expired\n",
    "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/loop3 65536 65536 0 100% /snap/core20/1974\n",
    "tmpfs 64M 64M 0 100% /proc/acpi\n",
    "HTTP/1.1 200 OK\n",
    '{"status":"ok","errors":[]}\n',
)


@pytest.mark.parametrize("text", QUIET)
def test_what_a_healthy_service_prints_is_no_finding(text: str) -> None:
    assert [(one.name, one.text) for one in look(text=text)] == []


def test_the_same_objects_are_found_when_something_is_broken() -> None:
    """Each of the rules that keep still speaks when its reason to keep still is gone."""
    lately = [condition("Ready", "False", minutes=4)]
    broken: dict[str, list[Object]] = {
        "migrate-a has failed and is not started again: exit code 1": [FAILED_TRY],
        "web-1 was evicted: The node was low on memory": [
            pod(phase="Failed", reason="Evicted", message="The node was low on memory.", containerStatuses=[],
                own={"managedFields": [{"time": ago(3)}]})
        ],
        "web-1 was evicted: Pod was terminated in response to imminent node shutdown": [
            pod(phase="Failed", reason="Terminated", conditions=lately, containerStatuses=[],
                message="Pod was terminated in response to imminent node shutdown.")
        ],
        "web-1 cannot start (CreatePodSandboxError): no address is left": [
            pod(containerStatuses=[container(ready=False, state={
                "waiting": {"reason": "CreatePodSandboxError", "message": "no address is left"}
            })])
        ],
        "web-1 crash-loops: 2 restarts, last with exit code 1": [
            pod(phase="Pending", initContainerStatuses=[
                container(name="init", ready=False, restartCount=2, state=ended("Error", 1, 1))
            ])
        ],
        "web-1 has restarted 4 times": [
            pod(own={"creationTimestamp": ago(60)}, containerStatuses=[container(restartCount=4, lastState={})])
        ],
        "web has 3 of 4 pods ready": [
            thing("Deployment", {"replicas": 4}, readyReplicas=3, conditions=[
                condition("Available", "True"), condition("Progressing", "True", "ReplicaSetUpdated", 5)
            ])
        ],
        "Autoscaler web scales nothing: FailedGetResourceMetric": [
            thing("HorizontalPodAutoscaler", {"maxReplicas": 2}, currentReplicas=1,
                  conditions=[condition("ScalingActive", "False", "FailedGetResourceMetric", 9)])
        ],
        "Volume claim web has lost its volume": [thing("PersistentVolumeClaim", phase="Lost")],
        "Quota web: services is used up (50 of 50)": [
            thing("ResourceQuota", hard={"services": "50"}, used={"services": "50"})
        ],
        "Node web has no network (NetworkUnavailable)": [
            thing("Node", conditions=[condition("NetworkUnavailable", "True")])
        ],
        "3 × FailedMount on web-1: x": [
            {"kind": "Event", "type": "Warning", "reason": "FailedMount", "message": "x", "count": 3,
             "lastTimestamp": ago(15), "involvedObject": {"name": "web-1"}},
        ],
        "Evicted on web-1: x": [
            {"apiVersion": "events.k8s.io/v1", "kind": "Event", "type": "Warning", "reason": "Evicted", "note": "x",
             "deprecatedLastTimestamp": ago(9), "regarding": {"name": "web-1"}},
        ],
        "web-1 is near its memory limit: 960Mi of 1Gi": [pod(), metrics("PodMetrics", "web-1", "960Mi")],
        "Node web has hardly any memory left (98 % used)": [
            thing("Node", allocatable={"memory": "8000Mi"}), metrics("NodeMetrics", "web", "7840Mi")
        ],
        "db was rolled out 5m ago: revision 2 (db:1 → 2)": [
            revision("ControllerRevision", 1, 9000), revision("ControllerRevision", 2, 5)
        ],
    }  # fmt: skip
    for said, objects in broken.items():
        assert said in [one.text for one in look(*objects)]


def test_what_is_well_is_said_in_a_line() -> None:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl get nodes", "find": ["node-trouble"]})
    said = Output(
        "kubectl get nodes", "NAME STATUS\na Ready\nb Ready\n", "", 0, 1, objects=(thing("Node"), thing("Node"))
    )
    assert headline(step, said, []) == ("ok", "2 of 2 nodes are well")


def test_a_stateful_set_that_went_back_is_no_suspect_and_nobody_knows_when_it_did() -> None:
    back = revision("ControllerRevision", 3, 9000)
    assert look(revision("ControllerRevision", 2, 5), back, words=("recent-rollout",)) == []


def test_a_stateful_set_and_a_deployment_of_the_same_name_are_two() -> None:
    owner = {"kind": "Deployment", "name": "db", "controller": True}
    notes = {"deployment.kubernetes.io/revision": "7"}
    other = revision("ReplicaSet", 7, 3)
    other["metadata"] |= {"ownerReferences": [owner], "annotations": notes}
    objects = [revision("ControllerRevision", 1, 9000), revision("ControllerRevision", 2, 5), other]
    (one,) = look(*objects, words=("recent-rollout",))
    assert (one.text, one.remedies[0].values) == ("db was rolled out 5m ago: revision 2 (db:1 → 2)", {"revision": 1})


def test_a_pod_that_may_not_be_made_is_a_quotas_only_where_one_says_so() -> None:
    def refused(message: str) -> Object:
        return {"kind": "Event", "type": "Warning", "reason": "FailedCreate", "message": message,
                "lastTimestamp": ago(1)}  # fmt: skip

    assert [one.name for one in look(refused("forbidden: exceeded quota: small"), words=("quota",))] == ["quota"]
    assert look(refused("violates PodSecurity"), words=("quota",)) == []


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "too little nvidia.com/gpu is free"),
        ("0/3 nodes are available: 2 Insufficient ephemeral-storage.", "too little disk is free"),
        ("0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.", "it would not be spread as it has to be"),
        ("0/2 nodes are available: 2 node(s) had volume node affinity conflict.", "its volume is where no node is free"),
        ("0/2 nodes are available: 2 Too many pods. preemption: 0/2 nodes are available: 2 node(s) didn't match x.", "the nodes are full of pods"),
    ],
)  # fmt: skip
def test_why_there_is_no_node_leaves_out_what_does_not_matter(message: str, why: str) -> None:
    stuck = pod(
        phase="Pending", conditions=[condition("PodScheduled", "False", "Unschedulable") | {"message": message}]
    )
    assert [one.text for one in look(stuck, words=("pending",))] == [f"web-1 finds no node: {why}"]
