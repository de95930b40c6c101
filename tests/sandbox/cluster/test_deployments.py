"""The Deployment controller rolls out, back, pauses and gives up, as a real one does."""

from typing import Any

import pytest

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.controllers.deployments import revision_of
from sandbox.cluster.kinds import DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS
from sandbox.cluster.objects import Object, annotations_of, condition, copied, is_ready, name_of
from sandbox.cluster.programs import Program
from sandbox.cluster.worlds.inferadb import IMAGE, release


def deployment(cluster: Cluster) -> Object:
    return cluster.store.need(DEPLOYMENTS, "inferadb", "inferadb")


def change(cluster: Cluster, **spec: Any) -> None:
    changed = copied(deployment(cluster))
    changed["spec"] |= spec
    changed["metadata"]["generation"] += 1
    cluster.store.replace(DEPLOYMENTS, changed)


def sizes(cluster: Cluster) -> dict[int, int]:
    """Give how many pods each revision wants."""
    found = cluster.store.all(REPLICA_SETS, "inferadb")
    return {revision_of(one): one["spec"]["replicas"] for one in found}


def pods(cluster: Cluster) -> list[Object]:
    return cluster.store.all(PODS, "inferadb")


def progressing(cluster: Cluster) -> tuple[str, str]:
    found = condition(deployment(cluster), "Progressing")
    assert found is not None
    return found["status"], found["reason"]


@pytest.fixture
def broken(cluster: Cluster) -> Cluster:
    """Release a version that dies after four seconds."""
    cluster.programs.add(f"{IMAGE}:2.0.0", Program(ready_in=None, dies_in=4.0, exit_code=101))
    release(cluster, "2.0.0", "bad")
    return cluster


def test_the_company_begins_with_three_revisions_and_six_ready_pods(cluster: Cluster) -> None:
    assert sizes(cluster) == {1: 0, 2: 0, 3: 6}
    assert sum(is_ready(pod) for pod in pods(cluster)) == 6
    assert progressing(cluster) == ("True", "NewReplicaSetAvailable")


def test_a_release_is_rolled_out_without_ever_missing_more_than_allowed(cluster: Cluster) -> None:
    cluster.programs.add(f"{IMAGE}:2.0.0", Program())
    release(cluster, "2.0.0", "good")
    for _ in range(240):
        cluster.advance(0.25)
        assert sum(is_ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods(cluster)) >= 5
        assert sum("deletionTimestamp" not in pod["metadata"] for pod in pods(cluster)) <= 8
    assert sizes(cluster) == {1: 0, 2: 0, 3: 0, 4: 6}
    assert progressing(cluster) == ("True", "NewReplicaSetAvailable")
    assert annotations_of(deployment(cluster))["deployment.kubernetes.io/revision"] == "4"


def test_a_broken_release_stops_half_way_and_leaves_the_old_pods(broken: Cluster) -> None:
    broken.advance(90)
    assert sizes(broken) == {1: 0, 2: 0, 3: 5, 4: 3}
    assert sum(is_ready(pod) for pod in pods(broken)) == 5


def test_a_rollback_brings_the_old_replica_set_back_under_a_new_number(broken: Cluster) -> None:
    broken.advance(60)
    before = {name_of(one) for one in broken.store.all(REPLICA_SETS, "inferadb")}
    release(broken, "1.4.2", "back")
    broken.advance(30)
    assert sizes(broken) == {1: 0, 2: 0, 4: 0, 5: 6}
    assert {name_of(one) for one in broken.store.all(REPLICA_SETS, "inferadb")} == before
    back = next(one for one in broken.store.all(REPLICA_SETS, "inferadb") if revision_of(one) == 5)
    assert annotations_of(back)["deployment.kubernetes.io/revision-history"] == "3"
    assert annotations_of(back)["kubernetes.io/change-cause"] == "back"


def test_a_rollout_that_makes_no_progress_is_given_up_after_its_deadline(broken: Cluster) -> None:
    change(broken, progressDeadlineSeconds=30)
    broken.advance(25)
    assert progressing(broken)[0] == "True"
    broken.advance(20)
    assert progressing(broken) == ("False", "ProgressDeadlineExceeded")


def test_a_paused_deployment_rolls_nothing_out_but_scales(cluster: Cluster) -> None:
    change(cluster, paused=True)
    release(cluster, "1.4.1", "while paused")
    cluster.advance(30)
    assert sizes(cluster) == {1: 0, 2: 0, 3: 6}
    assert progressing(cluster) == ("Unknown", "DeploymentPaused")
    change(cluster, replicas=4)
    cluster.advance(10)
    assert sizes(cluster) == {1: 0, 2: 0, 3: 4}
    change(cluster, paused=False)
    cluster.advance(60)
    assert sizes(cluster) == {1: 0, 3: 0, 4: 4}


def test_scaling_up_and_down_changes_the_pods(cluster: Cluster) -> None:
    change(cluster, replicas=10)
    cluster.advance(15)
    assert sum(is_ready(pod) for pod in pods(cluster)) == 10
    change(cluster, replicas=0)
    cluster.advance(5)
    assert pods(cluster) == []


def test_scaling_in_the_middle_of_a_rollout_is_shared_in_proportion(broken: Cluster) -> None:
    broken.advance(30)
    change(broken, replicas=12)
    broken.advance(30)
    found = sizes(broken)
    assert found[3] + found[4] <= 15
    assert found[3] >= 9


def test_recreate_stops_the_old_pods_first(cluster: Cluster) -> None:
    change(cluster, strategy={"type": "Recreate"})
    release(cluster, "1.4.1", "recreate")
    cluster.advance(1)
    assert sizes(cluster)[3] == 0
    cluster.advance(30)
    assert sizes(cluster) == {1: 0, 3: 0, 4: 6}


def test_only_as_many_old_revisions_are_kept_as_wished(cluster: Cluster) -> None:
    change(cluster, revisionHistoryLimit=1)
    cluster.advance(1)
    assert set(sizes(cluster)) == {2, 3}


def test_a_deleted_deployment_takes_everything_with_it(cluster: Cluster) -> None:
    cluster.store.remove(DEPLOYMENTS, deployment(cluster))
    cluster.advance(10)
    assert pods(cluster) == []
    assert cluster.store.all(REPLICA_SETS, "inferadb") == []


def test_each_scaling_is_an_event(broken: Cluster) -> None:
    broken.advance(5)
    told = [
        event["message"] for event in broken.store.all(EVENTS, "inferadb") if event["reason"] == "ScalingReplicaSet"
    ]
    assert any(text.startswith("Scaled up replica set inferadb-") and text.endswith("from 0 to 2") for text in told)
    assert any(text.startswith("Scaled down replica set inferadb-") and text.endswith("from 6 to 5") for text in told)


def test_a_pod_that_loses_its_label_is_let_go_and_replaced(cluster: Cluster) -> None:
    pod = copied(pods(cluster)[0])
    del pod["metadata"]["labels"]["app"]
    cluster.store.replace(PODS, pod)
    cluster.advance(15)
    assert len(pods(cluster)) == 7
    assert "ownerReferences" not in cluster.store.need(PODS, "inferadb", name_of(pod))["metadata"]
