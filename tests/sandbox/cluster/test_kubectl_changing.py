"""What the real kubectl changes in the company's cluster: every verb of a runbook, and what comes of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.alone import START
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import (
    BACKUPS,
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    STATEFUL_SETS,
    Kind,
)
from sandbox.cluster.objects import Object, annotations_of, is_ready, labels_of, name_of
from sandbox.cluster.worlds import company_cluster
from tests.sandbox.cluster.kubectl import Kubectl, kubectl_of, while_time_passes

pytestmark = pytest.mark.kubectl
INFERADB = (DEPLOYMENTS, "inferadb", "inferadb")
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: block-attacker, namespace: optimal-build}
spec:
  podSelector: {}
  ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.7/32]}}]}]
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: restore-from-backup}
spec:
  backoffLimit: 1
  template:
    spec: {restartPolicy: Never, containers: [{name: restore, image: registry.example.com/omendb/backup:1.0}]}
"""


@pytest.fixture
def company() -> Cluster:
    return company_cluster(Clock(START, speed=0))


@pytest.fixture
async def kubectl(company: Cluster, tmp_path: Path) -> AsyncIterator[Kubectl]:
    async with kubectl_of(company, tmp_path) as run:
        yield run


def spec_of(company: Cluster, kind: Kind, namespace: str, name: str) -> Any:
    return company.store.need(kind, namespace, name)["spec"]


def container_of(company: Cluster) -> Object:
    found: Object = spec_of(company, *INFERADB)["template"]["spec"]["containers"][0]
    return found


async def test_scale_patch_and_set_change_what_they_name(kubectl: Kubectl, company: Cluster) -> None:
    said = {
        "scale deployment inferadb --replicas=10 -n inferadb": "deployment.apps/inferadb scaled\n",
        "scale deploy/inferadb --replicas=8 --current-replicas=10 -n inferadb": "deployment.apps/inferadb scaled\n",
        "scale sts/postgres --replicas=3": "statefulset.apps/postgres scaled\n",
        'patch deploy inferadb -n inferadb -p {"spec":{"minReadySeconds":1}}': "deployment.apps/inferadb patched\n",
        'patch deploy inferadb -n inferadb --type=merge -p {"spec":{"replicas":7}}':
            "deployment.apps/inferadb patched\n",
        'patch cm app-config -n ml-platform -p {"data":{"read_only":"true"}}': "configmap/app-config patched\n",
        'patch bk latest-backup --type=merge -p {"spec":{"size":"1Gi"}}':
            "backup.dr.example.com/latest-backup patched\n",
        "set image deploy/inferadb inferadb=registry.example.com/inferadb/inferadb:1.4.1 -n inferadb":
            "deployment.apps/inferadb image updated\n",
        "set env deploy/inferadb INFERA__AUTH__ENABLED=false RUST_LOG- -n inferadb":
            "deployment.apps/inferadb env updated\n",
        "set resources deploy inferadb --limits=cpu=4,memory=4Gi --requests=cpu=1,memory=1Gi -n inferadb":
            "deployment.apps/inferadb resource requirements updated\n",
    }  # fmt: skip
    for line, out in said.items():
        assert await kubectl(line) == (0, out, "")
    found = container_of(company)
    assert found["image"].endswith(":1.4.1")
    assert {"name": "INFERA__AUTH__ENABLED", "value": "false"} in found["env"]
    assert "RUST_LOG" not in {one["name"] for one in found["env"]}
    assert found["resources"]["limits"] == {"cpu": "4", "memory": "4Gi"}
    assert spec_of(company, *INFERADB)["replicas"] == 7
    assert spec_of(company, STATEFUL_SETS, "default", "postgres")["replicas"] == 3
    assert company.store.need(CONFIG_MAPS, "ml-platform", "app-config")["data"]["read_only"] == "true"
    assert spec_of(company, BACKUPS, "default", "latest-backup")["size"] == "1Gi"


async def test_a_json_patch_is_applied_and_one_that_cannot_be_is_refused(kubectl: Kubectl, company: Cluster) -> None:
    patch = "patch deploy inferadb -n inferadb --type=json -p"
    done = await kubectl(patch, '[{"op":"replace","path":"/spec/replicas","value":9}]')
    assert done.out == "deployment.apps/inferadb patched\n"
    assert spec_of(company, *INFERADB)["replicas"] == 9
    refused = await kubectl(patch, '[{"op":"test","path":"/spec/replicas","value":1}]')
    assert refused.err.startswith("The request is invalid: the server rejected our request")
    custom = await kubectl("patch bk latest-backup -p", '{"spec":{"size":"2Gi"}}')
    assert "application/strategic-merge-patch+json is not supported by dr.example.com/v1" in custom.err


async def test_a_dry_run_changes_nothing(kubectl: Kubectl, company: Cluster) -> None:
    before = company.store.version
    for line in ("scale deploy/inferadb --replicas=1", "delete deploy inferadb", "label deploy inferadb a=b"):
        done = await kubectl(f"{line} -n inferadb --dry-run=server")
        assert "(server dry run)" in done.out, done.err
    assert company.store.version == before


@pytest.mark.parametrize(
    ("name", "kind", "where"),
    [
        ("deployment/inferadb", DEPLOYMENTS, "inferadb"),
        ("statefulset/postgres", STATEFUL_SETS, "default"),
        ("daemonset/node-exporter", DAEMON_SETS, "monitoring"),
    ],
)
async def test_a_restart_is_followed_to_its_end_and_undone(
    kubectl: Kubectl, company: Cluster, name: str, kind: Kind, where: str
) -> None:
    assert (await kubectl(f"rollout restart {name} -n {where}")).out.endswith("restarted\n")
    status = await while_time_passes(company, kubectl(f"rollout status {name} -n {where} --timeout=60s"))
    assert status.code == 0, status.err
    restarted = spec_of(company, kind, where, name.partition("/")[2])["template"]
    assert "kubectl.kubernetes.io/restartedAt" in annotations_of(restarted)
    assert (await kubectl(f"rollout undo {name} -n {where}")).out.endswith("rolled back\n")
    undone = spec_of(company, kind, where, name.partition("/")[2])["template"]
    assert "kubectl.kubernetes.io/restartedAt" not in annotations_of(undone)


async def test_a_rollout_goes_back_to_a_revision_and_rests_while_paused(kubectl: Kubectl, company: Cluster) -> None:
    assert (await kubectl("rollout undo deploy/inferadb -n inferadb --to-revision=1")).code == 0
    assert container_of(company)["image"].endswith(":1.4.0")
    assert (
        "unable to find specified revision 77"
        in (await kubectl("rollout undo deploy/inferadb -n inferadb --to-revision=77")).err
    )
    assert (await kubectl("rollout pause deploy/inferadb -n inferadb")).out == "deployment.apps/inferadb paused\n"
    assert "can't restart paused deployment" in (await kubectl("rollout restart deploy/inferadb -n inferadb")).err
    assert (await kubectl("rollout resume deploy/inferadb -n inferadb")).out == "deployment.apps/inferadb resumed\n"


async def test_labels_and_annotations_are_set_and_removed(kubectl: Kubectl, company: Cluster) -> None:
    assert (await kubectl("label pod postgres-0 health=degraded")).out == "pod/postgres-0 labeled\n"
    assert "already has a value (degraded)" in (await kubectl("label pod postgres-0 health=good")).err
    assert (await kubectl("label pod postgres-0 health=good --overwrite")).code == 0
    assert labels_of(company.store.need(PODS, "default", "postgres-0"))["health"] == "good"
    assert (await kubectl("label pod postgres-0 health-")).out == "pod/postgres-0 unlabeled\n"
    assert (await kubectl("annotate svc ml-inference-api -n ml-platform circuit-breaker=enabled")).code == 0
    assert (await kubectl("annotate deploy inferadb -n inferadb kubernetes.io/change-cause=mine")).code == 0
    company.advance(2)
    assert "3         mine" in (await kubectl("rollout history deploy/inferadb -n inferadb")).out


async def test_a_deleted_pod_is_waited_for_and_comes_back(kubectl: Kubectl, company: Cluster) -> None:
    gone = await while_time_passes(company, kubectl("delete pod postgres-1 --timeout=30s"))
    assert (gone.code, gone.out) == (0, 'pod "postgres-1" deleted\n')
    back = await while_time_passes(company, kubectl("wait --for=condition=Ready pod/postgres-0 --timeout=30s"))
    assert back.out == "pod/postgres-0 condition met\n"
    await kubectl("scale sts/postgres --replicas=1")
    ended = await while_time_passes(company, kubectl("wait --for=delete pod/postgres-1 --timeout=30s"))
    assert ended.code == 0, ended.err
    await kubectl("scale deploy/inferadb -n inferadb --replicas=7")
    seven = "wait --for=jsonpath={.status.readyReplicas}=7 deploy/inferadb -n inferadb --timeout=30s"
    assert (await while_time_passes(company, kubectl(seven))).out == "deployment.apps/inferadb condition met\n"


async def test_a_node_is_emptied_and_taken_back(kubectl: Kubectl, company: Cluster) -> None:
    assert (await kubectl("cordon worker-2")).out == "node/worker-2 cordoned\n"
    line = "drain worker-2 --ignore-daemonsets --delete-emptydir-data --force --timeout=120s"
    drained = await while_time_passes(company, kubectl(line))
    assert (drained.code, drained.out.splitlines()[-1]) == (0, "node/worker-2 drained"), drained.err
    there = [pod for pod in company.store.all(PODS) if pod["spec"].get("nodeName") == "worker-2"]
    assert {labels_of(pod)["app"] for pod in there} == {"node-exporter"}
    assert "Ready,SchedulingDisabled" in (await kubectl("get node worker-2")).out
    assert (await kubectl("uncordon worker-2")).out == "node/worker-2 uncordoned\n"
    assert (await kubectl("taint nodes worker-2 muster=drill:NoSchedule")).out == "node/worker-2 tainted\n"
    assert spec_of(company, NODES, "", "worker-2")["taints"][0]["key"] == "muster"


async def test_files_are_applied_compared_and_deleted(kubectl: Kubectl, company: Cluster, tmp_path: Path) -> None:
    applied = await kubectl("apply -f -", typed=POLICY)
    assert applied == (0, "networkpolicy.networking.k8s.io/block-attacker created\n", "")
    changed = await kubectl("apply -f -", typed=POLICY.replace("203.0.113.7", "203.0.113.8"))
    assert changed.out == "networkpolicy.networking.k8s.io/block-attacker configured\n"
    assert (await kubectl("apply -f -", typed=POLICY.replace("203.0.113.7", "203.0.113.8"))).out.endswith("unchanged\n")
    except_ = spec_of(company, NETWORK_POLICIES, "optimal-build", "block-attacker")["ingress"][0]["from"][0]["ipBlock"]
    assert except_["except"] == ["203.0.113.8/32"]
    (tmp_path / "job.yaml").write_text(JOB, "utf-8")
    (tmp_path / "kustomization.yaml").write_text("resources: [job.yaml]\nnamespace: omendb-prod\n", "utf-8")
    assert (await kubectl(f"apply -k {tmp_path}")).out == "job.batch/restore-from-backup created\n"
    company.advance(5)
    assert company.store.need(JOBS, "omendb-prod", "restore-from-backup")["status"]["active"] == 1
    assert (await kubectl(f"create -f {tmp_path}/job.yaml")).out == "job.batch/restore-from-backup created\n"
    assert (await kubectl(f"delete -f {tmp_path}/job.yaml")).out == 'job.batch "restore-from-backup" deleted\n'


async def test_plain_things_are_created_and_a_namespace_goes_with_all_in_it(kubectl: Kubectl, company: Cluster) -> None:
    assert (await kubectl("create namespace room")).out == "namespace/room created\n"
    assert (await kubectl("create configmap settings --from-literal=a=b -n room")).out == "configmap/settings created\n"
    assert company.store.need(CONFIG_MAPS, "room", "settings")["data"] == {"a": "b"}
    assert (await kubectl("create serviceaccount bot -n room")).code == 0
    assert (await kubectl("create token bot -n room")).out.strip() in company.identities
    assert (await kubectl("delete ns room")).out == 'namespace "room" deleted\n'
    assert company.store.get(NAMESPACES, "", "room") is None
    assert company.store.get(CONFIG_MAPS, "room", "settings") is None


@pytest.mark.parametrize(
    ("where", "words", "code", "part"),
    [
        ("-n inferadb deployment/inferadb", "redis-cli -h redis ping", 0, "PONG"),
        ("-n omendb-prod deployment/prod-omendb", "df -h", 0, "/var/lib/omendb"),
        ("-n omendb-prod deployment/prod-omendb", "iostat 1 3", 0, "avg-cpu"),
        ("-n omendb-prod deployment/prod-omendb", "rm -rf /tmp/x /var/log/omendb/a.log.old", 0, ""),
        ("-n optimal-build deployment/optimal-build-backend", "redis-cli FLUSHDB", 0, "OK"),
        ("postgres-0", "nosuch", 127, ""),
    ],
)
async def test_programs_run_in_containers(kubectl: Kubectl, where: str, words: str, code: int, part: str) -> None:
    done = await kubectl(f"exec {where} -- {words}")
    assert done.code == code, done.err
    assert part in done.out


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("SELECT 1;", "(1 row)"),
        ("SELECT version();", "PostgreSQL 16.4"),
        ("SELECT count(*) FROM pg_stat_activity;", "17"),
        ("SELECT count(*), state FROM pg_stat_activity GROUP BY state;", "idle"),
        ("SELECT * FROM pg_locks WHERE NOT granted;", "(0 rows)"),
        ("SELECT pg_size_pretty(pg_database_size('app'));", "GB"),
        ("SELECT relname, seq_scan, idx_scan FROM pg_stat_user_tables WHERE seq_scan > 1000;", "audit_log"),
        ("SELECT conname, conrelid::regclass FROM pg_constraint WHERE NOT convalidated;", "conname"),
        ("SELECT count(*) FROM critical_table;", "48213"),
        ("EXPLAIN ANALYZE SELECT 1;", "QUERY PLAN"),
        ("VACUUM VERBOSE ANALYZE;", "VACUUM"),
    ],
)
async def test_psql_answers_the_statements_of_the_runbooks(kubectl: Kubectl, sql: str, part: str) -> None:
    done = await kubectl("exec postgres-0 -- psql -U postgres -c", sql)
    assert done.code == 0, done.err
    assert part in done.out


async def test_a_shell_runs_its_words_and_gives_its_exit_code(kubectl: Kubectl) -> None:
    done = await kubectl("exec postgres-0 -- /bin/bash -c", "echo hello; echo oops >&2; exit 4")
    assert done == (4, "hello\n", "oops\ncommand terminated with exit code 4\n")


async def test_pods_that_serve_stay_as_many_as_before(kubectl: Kubectl, company: Cluster) -> None:
    serving = [name_of(pod) for pod in company.store.all(PODS, "inferadb") if is_ready(pod)]
    assert (await kubectl(f"label pod {serving[0]} -n inferadb app-")).out == f"pod/{serving[0]} unlabeled\n"
    company.advance(20)
    kept = [name_of(pod) for pod in company.store.all(PODS, "inferadb") if labels_of(pod).get("app") == "inferadb"]
    assert (len(kept), serving[0] in kept) == (6, False)
