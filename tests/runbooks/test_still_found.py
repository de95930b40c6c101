"""Each rule that keeps still on a healthy cluster speaks when its reason to keep still is gone."""
# ruff: noqa: E501  # one row of a table is one line

import pytest

from runbooks.findings import headline
from runbooks.model import Diagnostic
from runbooks.outputs import Output
from tests.runbooks.oddities import (
    FAILED_TRY,
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
