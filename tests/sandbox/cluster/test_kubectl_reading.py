"""What the real kubectl reads of the company's cluster: every form of `get`, `describe`, `logs`, `top` and the rest."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from sandbox.cluster.alone import START
from sandbox.cluster.clock import Clock
from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import PODS
from sandbox.cluster.objects import labels_of, name_of
from sandbox.cluster.worlds import company_cluster
from tests.sandbox.cluster.kubectl import Kubectl, kubectl_of

pytestmark = pytest.mark.kubectl
AS_JSON = "-o=jsonpath={range .items[*]}{.metadata.name}={.status.phase}{'\\n'}{end}"


@pytest.fixture
def company() -> Cluster:
    return company_cluster(Clock(START, speed=0))


@pytest.fixture
async def kubectl(company: Cluster, tmp_path: Path) -> AsyncIterator[Kubectl]:
    async with kubectl_of(company, tmp_path) as run:
        yield run


@pytest.mark.parametrize(
    ("line", "lines", "parts"),
    [
        ("get pods -n inferadb", 7, ["NAME", "1/1     Running   0          25h"]),
        ("get pods -n inferadb -o wide", 7, ["NODE       NOMINATED NODE", "worker-1"]),
        ("get pods -n inferadb -o name", 6, ["pod/inferadb-"]),
        ("get pods -n inferadb --no-headers", 6, ["Running"]),
        ("get pods -n inferadb --show-labels", 7, ["LABELS", "app=inferadb,pod-template-hash=", "version=1.4.2"]),
        ("get pods -n inferadb -L app -L version", 7, ["APP        VERSION", "inferadb   1.4.2"]),
        ("get pods -n inferadb --sort-by=.metadata.creationTimestamp", 7, ["25h"]),
        ("get pods -n inferadb --field-selector spec.nodeName=worker-1", 3, ["inferadb-"]),
        ("get pods -A --no-headers", 35, ["kube-system", "monitoring"]),
        ("get pods -A -l app=redis", 2, ["ml-platform   redis-"]),
        ("get pods -A --chunk-size=10 --no-headers", 35, ["omendb-prod"]),
        ("get deploy inferadb -n inferadb -o custom-columns=N:.metadata.name,R:.spec.replicas", 2, ["inferadb   6"]),
        ("get deploy inferadb -n inferadb --subresource=scale", 2, ["NAME       DESIRED   AVAILABLE", "6         6"]),
        ("get deploy,rs,svc,cm,pdb -n inferadb", 16, ["deployment.apps/inferadb   6/6", "poddisruptionbudget"]),
        ("get all -n ml-platform", 28, ["pod/ml-gateway-", "service/redis", "deployment.apps/postgres"]),
        ("get sts,job,pvc,ing,ds,leases,endpointslices -A", 31, ["statefulset.apps/postgres", "job.batch/restore-job"]),
        ("get nodes -o wide", 4, ["INTERNAL-IP", "10.0.1.11", "containerd://2.1.4"]),
        ("get ns", 9, ["kube-system", "Active"]),
        ("get bk", 3, ["latest-backup   Completed   12Gi"]),
        ("get backups.dr.example.com -o wide", 3, ["SCHEDULE", "0 2 * * *"]),
        ("get cs", 4, ["controller-manager   Healthy   ok"]),
        ("get clusterroles,clusterrolebindings", 5, ["muster-reader   ClusterRole/muster-reader"]),
        ("get --raw /readyz?verbose", 7, ["[+]etcd ok", "readyz check passed"]),
    ],
)  # fmt: skip
async def test_get_prints(kubectl: Kubectl, line: str, lines: int, parts: list[str]) -> None:
    done = await kubectl(line)
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == lines, done.out
    assert [part for part in parts if part not in done.out] == [], done.out


async def test_get_gives_objects_as_yaml_json_and_jsonpath(kubectl: Kubectl) -> None:
    assert yaml.safe_load((await kubectl("get backup latest-backup -o yaml")).out)["spec"]["schedule"] == "0 2 * * *"
    assert len(json.loads((await kubectl("get pods -n inferadb -o json")).out)["items"]) == 6
    phases = (await kubectl("get pods -n inferadb", AS_JSON)).out.splitlines()
    assert {line.rpartition("=")[2] for line in phases} == {"Running"}


async def test_a_deprecated_kind_is_given_with_its_warning(kubectl: Kubectl) -> None:
    found = await kubectl("get endpoints -n ml-platform redis")
    assert found.err.startswith("Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
    assert ":6379" in found.out


async def test_a_watch_shows_what_is_there(kubectl: Kubectl) -> None:
    watched = await kubectl("get pods -n inferadb -w", first=7)
    assert [line.split()[2] for line in watched.out.splitlines()] == ["STATUS", *["Running"] * 6]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("pod postgres-0", ["Controlled By:  StatefulSet/postgres", "Conditions:", "QoS Class:", "Events:"]),
        ("node worker-1", ["Allocated resources:", "MemoryPressure   False", "Non-terminated Pods:", "HolderIdentity"]),
        ("deployment prod-omendb -n omendb-prod", ["3 desired | 3 updated | 3 total", "NewReplicaSet:", "omendb-data"]),
        ("statefulset postgres", ["2 desired | 2 total", "2 Running / 0 Waiting", "Update Strategy:    RollingUpdate"]),
        ("daemonset node-exporter -n monitoring", ["Desired Number of Nodes Scheduled: 3", "3 Running / 0 Waiting"]),
        ("rs -n ml-platform -l app=redis", ["Controlled By:  Deployment/redis", "1 current / 1 desired"]),
        ("job restore-job -n omendb-prod", ["Backoff Limit:  2", "1 Active (1 Ready) / 0 Succeeded / 0 Failed"]),
        ("svc redis -n ml-platform", ["Endpoints:                10.244.", ":6379", "Selector:"]),
        ("cm app-config -n ml-platform", ["read_only:", "BinaryData"]),
        ("pvc omendb-data -n omendb-prod", ["Status:        Bound", "Used By:       prod-omendb-"]),
        ("pdb inferadb -n inferadb", ["Allowed disruptions:  2"]),
        ("ingress -n optimal-build", ["optimal-build.example.com", "optimal-build-backend:80"]),
        ("ns inferadb", ["Status:       Active"]),
        ("backup latest-backup", ["API Version:  dr.example.com/v1", "Phase:"]),
        ("clusterrole muster-reader", ["pods/log", "[get list watch]"]),
    ],
)
async def test_describe_has_its_sections(kubectl: Kubectl, line: str, parts: list[str]) -> None:
    done = await kubectl(f"describe {line}")
    assert done.code == 0, done.err
    flat = " ".join(done.out.split())
    assert [part for part in parts if " ".join(part.split()) not in flat] == [], done.out


@pytest.mark.parametrize(
    ("line", "lines", "part"),
    [
        ("logs postgres-0", 1, "database system is ready"),
        ("logs deploy/inferadb -n inferadb --tail=3", 3, "INFO"),
        ("logs -n inferadb -l app=inferadb --tail=2 --prefix", 12, "[pod/inferadb-"),
        ("logs deploy/inferadb -n inferadb --tail=1 --timestamps", 1, "2026-11-21T11:59:5"),
        ("logs deploy/inferadb -n inferadb --since-time=2026-11-21T11:59:59Z", 0, ""),
        ("logs deploy/inferadb -n inferadb --limit-bytes=20", 1, "2026-11-21T"),
        ("logs deploy/ml-gateway -n ml-platform --all-containers --tail=1", 2, "listening"),
        ("logs deploy/ml-gateway -n ml-platform -c envoy --tail=1", 1, "listening"),
        ("logs deploy/ml-gateway -n ml-platform --all-pods --prefix --tail=1", 2, "[pod/ml-gateway-"),
        ("logs job/restore-job -n omendb-prod", 1, "waiting for orders"),
        ("logs -n kube-system deploy/coredns", 3, "CoreDNS-1.12.1"),
    ],
)
async def test_logs_have_their_options(kubectl: Kubectl, line: str, lines: int, part: str) -> None:
    done = await kubectl(line)
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == lines, done.out
    assert part in done.out


async def test_followed_logs_begin_with_what_is_there(kubectl: Kubectl) -> None:
    assert (await kubectl("logs deploy/inferadb -n inferadb --tail=2 -f", first=2)).out.count("INFO") == 2


@pytest.mark.parametrize(
    ("line", "lines", "part"),
    [
        ("top pods -n inferadb", 7, "120m         180Mi"),
        ("top pods -A --sort-by=memory --no-headers", 35, "Mi"),
        ("top pods -n ml-platform -l app=ml-gateway --containers", 5, "envoy"),
        ("top pods -n inferadb --sum", 9, "720m         1080Mi"),
        ("top nodes", 4, "worker-3"),
        ("top node worker-1 --no-headers", 1, "%"),
    ],
)
async def test_top_prints(kubectl: Kubectl, line: str, lines: int, part: str) -> None:
    done = await kubectl(line)
    assert (done.code, len(done.out.splitlines())) == (0, lines), done.out + done.err
    assert part in done.out


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("api-resources --api-group=apps", "statefulsets          sts          apps/v1      true         StatefulSet"),
        ("api-resources --categories=dr -o name", "backups.dr.example.com"),
        ("api-versions", "rbac.authorization.k8s.io/v1"),
        ("cluster-info", "/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy"),
        ("version", "Server Version: v1.36.2"),
        ("auth can-i delete pods", "yes"),
        ("auth can-i --list", "*.*"),
        ("auth whoami", "system:masters"),
        ("rollout history deploy/inferadb -n inferadb", "Deploy 1.4.1: tuple cache per tenant"),
        ("rollout history deploy/inferadb -n inferadb --revision=2", "deployment.apps/inferadb with revision #2"),
        ("rollout history sts/postgres", "REVISION  CHANGE-CAUSE"),
        ("rollout history ds/node-exporter -n monitoring", "REVISION  CHANGE-CAUSE"),
        ("rollout status deploy/inferadb -n inferadb", 'deployment "inferadb" successfully rolled out'),
        ("set env deploy/inferadb -n inferadb --list", "INFERA__CACHE__ENABLED=true"),
    ],
)
async def test_the_rest_is_answered(kubectl: Kubectl, line: str, part: str) -> None:
    done = await kubectl(line)
    assert done.code == 0, done.err
    assert part in done.out


async def test_who_may_not_is_told_so(kubectl: Kubectl, company: Cluster) -> None:
    name = name_of(next(pod for pod in company.store.all(PODS, "inferadb") if labels_of(pod)))
    assert (await kubectl("auth can-i delete pods", context="kubectl-reader")).out == "no\n"
    assert (await kubectl("auth can-i delete pods --as=system:serviceaccount:muster:reader")).out == "no\n"
    assert (await kubectl("get pods -n inferadb", context="kubectl-reader")).code == 0
    refused = await kubectl(f"delete pod {name} -n inferadb", context="kubectl-reader")
    assert (refused.code, "cannot delete resource" in refused.err) == (1, True)
