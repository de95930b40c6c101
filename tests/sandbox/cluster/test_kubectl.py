"""The real kubectl cannot tell this API server from a real one, in all that Muster and people use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.cluster.alone import START, serving
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import name_of
from sandbox.cluster.programs import Program
from sandbox.cluster.tables.pods import word
from sandbox.cluster.worlds import company_cluster
from sandbox.cluster.worlds.inferadb import IMAGE, release
from tests.sandbox.cluster.kubectl import Kubectl, kubectl_of, running, while_time_passes

pytestmark = pytest.mark.kubectl


@pytest.fixture
async def kubectl(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Kubectl]:
    async with kubectl_of(cluster, tmp_path) as run:
        yield run


def pods(cluster: Cluster) -> list[str]:
    return [name_of(pod) for pod in cluster.store.all(PODS, "inferadb")]


async def test_get_prints_in_every_form(kubectl: Kubectl, cluster: Cluster) -> None:
    plain = await kubectl("get pods -n inferadb -l app=inferadb")
    assert plain.out.splitlines()[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert plain.out.splitlines()[1].split() == [pods(cluster)[0], "1/1", "Running", "0", "25h"]
    wide = await kubectl("get deploy,rs -n inferadb -o wide")
    assert f"{IMAGE}:1.4.2" in wide.out
    names = await kubectl("get pods -n inferadb -o", "jsonpath={.items[*].metadata.name}")
    assert names.out.split() == pods(cluster)
    assert "kind: ConfigMap" in (await kubectl("get cm inferadb-config -n inferadb -o yaml")).out
    assert (await kubectl("get all -n inferadb")).out.count("pod/inferadb-") == 6
    assert len((await kubectl("get nodes --no-headers")).out.splitlines()) == 3


async def test_errors_are_those_of_a_real_server(kubectl: Kubectl) -> None:
    missing = await kubectl("get pod nosuch -n inferadb")
    assert (missing.code, missing.err) == (1, 'Error from server (NotFound): pods "nosuch" not found\n')
    empty = await kubectl("get pods -n nosuch")
    assert (empty.code, empty.err) == (0, "No resources found in nosuch namespace.\n")
    assert "doesn't have a resource type" in (await kubectl("get widgets")).err
    wrong = await kubectl("get pods --field-selector spec.nosuch=1")
    assert wrong.err.endswith("field label not supported: spec.nosuch\n")
    forbidden = await kubectl("get pods -n inferadb", context="kubectl-nobody")
    assert "Error from server (Forbidden): pods is forbidden" in forbidden.err


async def test_describe_has_its_sections(kubectl: Kubectl, cluster: Cluster) -> None:
    cluster.programs.add(f"{IMAGE}:2.0.0", Program(ready_in=None, dies_in=2.0, exit_code=101))
    release(cluster, "2.0.0", "bad")
    while "CrashLoopBackOff" not in {word(pod) for pod in cluster.store.all(PODS, "inferadb")}:
        cluster.advance(1)
    deployment = (await kubectl("describe deployment inferadb -n inferadb")).out
    assert "6 desired | 3 updated | 8 total | 5 available | 3 unavailable" in deployment
    assert "ScalingReplicaSet" in deployment
    bad = next(pod for pod in cluster.store.all(PODS, "inferadb") if word(pod) == "CrashLoopBackOff")
    pod = (await kubectl(f"describe pod {name_of(bad)} -n inferadb")).out
    assert "Reason:       CrashLoopBackOff" in pod
    assert "Exit Code:    101" in pod
    assert "Back-off restarting failed container inferadb" in pod
    assert "Allocated resources:" in (await kubectl("describe node worker-1")).out


async def test_logs_come_from_pods_and_deployments(kubectl: Kubectl, cluster: Cluster) -> None:
    cluster.chatters["inferadb"] = lambda _moment, _dice: " INFO inferadb::api: check allowed"
    one = await kubectl(f"logs {pods(cluster)[0]} -n inferadb --tail=3")
    assert len(one.out.splitlines()) == 3
    assert len((await kubectl("logs -n inferadb -l app=inferadb --tail=2 --prefix")).out.splitlines()) == 12
    assert (await kubectl("logs deployment/inferadb -n inferadb --tail=1")).err.startswith("Found 6 pods, using pod/")
    previous = await kubectl(f"logs {pods(cluster)[0]} -n inferadb --previous")
    assert previous.err.startswith("Error from server (BadRequest): previous terminated container")


async def test_a_rollout_is_followed_undone_restarted_and_paused(kubectl: Kubectl, cluster: Cluster) -> None:
    history = await kubectl("rollout history deployment/inferadb -n inferadb")
    assert history.out.splitlines()[2].split(maxsplit=1) == ["1", "Deploy 1.4.0 (CI #1182)"]
    undone = await kubectl("rollout undo deployment/inferadb -n inferadb")
    assert undone.out == "deployment.apps/inferadb rolled back\n"
    status = await while_time_passes(cluster, kubectl("rollout status deployment/inferadb -n inferadb"))
    assert status.out.splitlines()[-1] == 'deployment "inferadb" successfully rolled out'
    assert "4         Deploy 1.4.1" in (await kubectl("rollout history deployment/inferadb -n inferadb")).out
    assert (await kubectl("rollout restart deploy/inferadb -n inferadb")).out == "deployment.apps/inferadb restarted\n"
    assert (await kubectl("rollout pause deploy/inferadb -n inferadb")).code == 0
    assert "cannot rollback a paused deployment" in (await kubectl("rollout undo deploy/inferadb -n inferadb")).err
    assert (await kubectl("rollout resume deploy/inferadb -n inferadb")).code == 0


async def test_changes_are_made(kubectl: Kubectl, cluster: Cluster) -> None:
    assert (await kubectl("scale deploy/inferadb --replicas=8 -n inferadb")).out == "deployment.apps/inferadb scaled\n"
    assert (await kubectl("set env deploy/inferadb INFERA__AUTH__ENABLED=false -n inferadb")).code == 0
    resources = "set resources deployment inferadb --limits=cpu=4,memory=4Gi --requests=cpu=1,memory=1Gi -n inferadb"
    assert (await kubectl(resources)).code == 0
    assert (await kubectl("patch deploy inferadb -n inferadb -p", '{"spec":{"minReadySeconds":1}}')).code == 0
    cluster.advance(60)
    shown = await kubectl("get deploy inferadb -n inferadb --no-headers")
    assert shown.out.split()[:4] == ["inferadb", "8/8", "8", "8"]
    name = pods(cluster)[0]
    assert (await kubectl(f"label pod {name} -n inferadb app-")).out == f"pod/{name} unlabeled\n"
    assert (await kubectl(f"delete pod {pods(cluster)[1]} -n inferadb --wait=false")).code == 0
    assert (await kubectl("patch deploy inferadb -n inferadb --dry-run=server -p", '{"spec":{"replicas":1}}')).code == 0
    assert (
        "must be greater than or equal to 0"
        in (await kubectl("patch deploy inferadb -n inferadb -p", '{"spec":{"replicas":-1}}')).err
    )


async def test_top_events_and_permissions(kubectl: Kubectl, cluster: Cluster) -> None:
    assert (await kubectl("top pods -n inferadb --no-headers")).out.split()[1:3] == ["120m", "180Mi"]
    assert len((await kubectl("top nodes --no-headers")).out.splitlines()) == 3
    await kubectl("scale deploy/inferadb --replicas=7 -n inferadb")
    cluster.advance(10)
    assert "Scaled up replica set" in (await kubectl("events -n inferadb")).out
    assert "Scheduled" in (await kubectl("get events -n inferadb --sort-by=.lastTimestamp")).out
    assert (await kubectl("auth can-i delete pods")).out == "yes\n"
    assert (await kubectl("auth can-i delete pods", context="kubectl-reader")).out == "no\n"
    assert "system:serviceaccount:muster:reader" in (await kubectl("auth whoami", context="kubectl-reader")).out
    assert "Server Version: v1.36.2" in (await kubectl("version")).out


async def test_programs_run_in_containers(kubectl: Kubectl, cluster: Cluster) -> None:
    status = await kubectl(
        "exec -n inferadb deployment/inferadb -- fdbcli -C /etc/foundationdb/fdb.cluster --exec", "status"
    )
    assert (status.code, "Replication health     - Healthy" in status.out) == (0, True)
    pong = await kubectl(f"exec -it {pods(cluster)[0]} -n inferadb -- redis-cli -h redis ping")
    assert pong.out == "PONG\n"
    missing = await kubectl(f"exec {pods(cluster)[0]} -n inferadb -- nosuch")
    assert (missing.code, missing.err.splitlines()[-1]) == (127, "command terminated with exit code 127")
    refused = await kubectl(f"exec {pods(cluster)[0]} -n inferadb -- ls", context="kubectl-reader")
    assert 'cannot create resource "pods/exec" in API group ""' in refused.err


async def test_the_whole_company_is_there_with_its_own_kinds(tmp_path: Path) -> None:
    async with serving(company_cluster(Clock(START, speed=0))) as (_, kubeconfig):
        kubectl = running(kubeconfig, tmp_path)
        backup = await kubectl("get backup latest-backup -o", "jsonpath={.spec.schedule} {.status.phase}")
        assert backup.out == "0 2 * * * Completed"
        history = await kubectl("rollout history statefulset/postgres")
        assert history.out.splitlines()[:2] == ["statefulset.apps/postgres ", "REVISION  CHANGE-CAUSE"]
        assert "partitioned roll out complete" in (await kubectl("rollout status statefulset/postgres")).out
        count = "SELECT count(*) FROM pg_stat_activity;"
        asked = await kubectl("exec -n ml-platform deployment/postgres -- psql -U postgres -c", count)
        assert asked.out == " count \n-------\n    17\n(1 row)\n\n"
        restoring = "backup_tool restore --backup-id old-backup --force"
        restored = await kubectl(f"exec -n omendb-prod job/restore-job -- {restoring}")
        assert (restored.out, restored.err) == (
            "restoring backup 'old-backup'\nrestored 48213 rows\n",
            "warning: 2 rows skipped\n",
        )
        assert "is running at" in (await kubectl("cluster-info")).out
        assert len((await kubectl("get pods -A --no-headers")).out.splitlines()) == 35
