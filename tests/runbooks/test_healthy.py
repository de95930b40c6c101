"""A cluster in which nothing is broken gives no finding, however odd its objects look."""

import pytest

from tests.runbooks.oddities import (
    FAILED_TRY,
    JOB,
    Object,
    ago,
    condition,
    container,
    ended,
    look,
    metrics,
    pod,
    revision,
    thing,
)

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
    "what healthy clusters warn of, for ever": [
        {"kind": "Event", "type": "Warning", "reason": reason, "message": "x", "count": 900, "lastTimestamp": ago(1)}
        for reason in ("DNSConfigForming", "InvalidDiskCapacity", "FailedToUpdateEndpointSlices", "PolicyViolation")
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
    "[2026-11-21 12:00:01,123] INFO [GroupCoordinator 0]: Sent an error response (kafka.coordinator)\n" * 9,
    "2026-11-21 12:00:01,123 - shop.views - INFO - error handler registered\n" * 9,
    "12:00:01.123 [main] INFO  c.e.ErrorPages - mapped\n" * 9,
    "2026/11/21 12:00:01 [info] 7#7: *1 client closed connection while reading error.html\n" * 9,
    "I1121 12:00:01.123456       1 reflector.go:1] watch error is over\n" * 9,
    '10.0.0.4 - - [21/Nov/2026:12:00:01 +0000] "GET /assets/error.css HTTP/1.1" 200 512 "-" "curl"\n' * 9,
    'errors_total{code="500"} 0\nerrors_total{code="502"} 0\nerrors_total{code="503"} 0\n',
    "0 errors found\nerror rate: 0.00%\n" * 9,
    "INFO  cache key user:17 expired\nDEBUG session key expired\n",
    "the certificate has not expired\n",
    "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/loop3 65536 65536 0 100% /snap/core20/1974\n",
    "tmpfs 64M 64M 0 100% /proc/acpi\n",
    "HTTP/1.1 200 OK\n",
    '{"status":"ok","errors":[]}\n',
    '{"healthy":3,"unhealthy":0}\n',
    "healthy: 3\nunhealthy: 0\n",
    "0 unhealthy upstreams\n",
    '{"status":"green","unassigned_shards":0}\n',
    "PONG\n",
)


@pytest.mark.parametrize("text", QUIET)
def test_what_a_healthy_service_prints_is_no_finding(text: str) -> None:
    assert [(one.name, one.text) for one in look(text=text)] == []
