"""Every changing verb against the pretend cluster: previewed without a trace, applied as previewed, taken back."""

import json
import shlex
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from runbooks.kubectl import Cluster, Preview, Result, parse, preview, run
from sandbox.cluster.alone import START, serving, still_cluster
from tests.runbooks.kubectl.api import Api, refusal
from tests.runbooks.kubectl.api import serving as serving_fake

NOW = datetime.fromtimestamp(START, UTC)
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, namespace: inferadb}\ndata: {a: '1'}\n"
STATEFUL = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: inferadb}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: 'first:1'}]}}
"""
KEPT = ("deployments.apps", "configmaps", "services", "nodes", "pods", "jobs.batch", "namespaces")
CHANGES = [
    ("scale deploy/inferadb --replicas=9", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb/scale", True),
    ("set image deploy/inferadb inferadb=x:1", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", True),
    ("set env deploy/inferadb RUST_LOG=debug", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", True),
    ("set resources deploy/inferadb --limits=cpu=3", "PATCH /apis/apps/v1/", True),
    ("set serviceaccount deploy/inferadb other", "PATCH /apis/apps/v1/", True),
    ("set selector svc/inferadb app=other", "PATCH /api/v1/namespaces/inferadb/services/inferadb?", True),
    ('patch deploy inferadb -p \'{"spec":{"minReadySeconds":9}}\'', "PATCH /apis/apps/v1/", True),
    ('patch deploy inferadb --type=json -p \'[{"op":"add","path":"/metadata/labels/a","value":"b"}]\'', "PATCH ", True),
    ('patch deploy inferadb --subresource=scale --type=merge -p \'{"spec":{"replicas":9}}\'', "PATCH /apis/", True),
    ("label deploy inferadb a=b", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", True),
    ("annotate deploy inferadb a=b", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", True),
    ("rollout pause deploy/inferadb", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", True),
    ("rollout restart deploy/inferadb", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb?", False),
    ("rollout undo deploy/inferadb", "PATCH /apis/apps/v1/namespaces/inferadb/deployments/inferadb", True),
    ("cordon worker-1", "PATCH /api/v1/nodes/worker-1", True),
    ("drain worker-1", "PATCH /api/v1/nodes/worker-1", False),
    ("taint nodes worker-1 a=b:NoSchedule", "PATCH /api/v1/nodes/worker-1?fieldManager=kubectl-taint&", True),
    ("apply -f extra.yaml", "POST /api/v1/namespaces/inferadb/configmaps?", True),
    ("create -f extra.yaml", "POST /api/v1/namespaces/inferadb/configmaps?", True),
    ("create configmap extra --from-literal=a=1", "POST /api/v1/namespaces/inferadb/configmaps?", True),
    ("create job once --image=x:1", "POST /apis/batch/v1/namespaces/inferadb/jobs?", True),
    ("delete configmap inferadb-config", "DELETE /api/v1/namespaces/inferadb/configmaps/inferadb-config", False),
]


class Company:
    """The pretend cluster, its manifests, and a connection to it; `advance` lets its controllers work."""

    def __init__(self, cluster: Cluster, folder: Path, advance: Callable[[float], None]) -> None:
        self.cluster, self.folder, self.advance = cluster, folder, advance

    async def kubectl(self, words: list[str], **more: Any) -> Result:
        return await run(parse(words), self.cluster, now=NOW, timeout=10.0, folder=self.folder, **more)

    async def preview(self, line: str) -> Preview:
        return await preview(parse(self.words(line)), self.cluster, now=NOW, folder=self.folder)

    def words(self, line: str) -> list[str]:
        return [*shlex.split(line), "-n", "inferadb"]

    async def state(self) -> Any:
        """What people set of everything there."""
        listed = (await self.kubectl(["get", ",".join(KEPT), "-n", "inferadb", "-o", "json"])).stdout
        kept = {}
        for one in json.loads(listed)["items"]:
            metadata = {key: one["metadata"].get(key) for key in ("labels", "annotations") if one["metadata"].get(key)}
            metadata.get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
            name = f"{one['kind']}/{one['metadata']['name']}"
            kept[name] = {key: value for key, value in one.items() if key not in {"metadata", "status"}} | metadata
        return kept


@pytest_asyncio.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    (tmp_path / "extra.yaml").write_text(MANIFEST, encoding="utf-8")
    pretend = still_cluster()
    async with serving(pretend) as (_, kubeconfig):
        cluster = await Cluster.open(kubeconfig=kubeconfig, context="prod")
        yield Company(cluster, tmp_path, pretend.advance)
        await cluster.close()


@pytest.mark.parametrize(("line", "sent", "back"), CHANGES)
async def test_a_change_is_previewed_without_a_trace_and_can_be_taken_back(
    company: Company, line: str, sent: str, back: bool
) -> None:
    before = await company.state()
    seen = await company.preview(line)
    assert await company.state() == before
    assert not seen.refused
    assert any(one.startswith(sent) for one in seen.sends), seen.sends
    assert seen.diff
    assert seen.inverse is not None
    assert bool(seen.inverse.words) is back
    if not back:
        assert seen.inverse.reason
        return
    done = await company.kubectl(company.words(line), uids=seen.uids)
    assert done.exit_code == 0, done.stderr
    assert await company.state() != before
    undone = await company.kubectl(list(seen.inverse.words))
    assert undone.exit_code == 0, undone.stderr
    after = await company.state()
    changed = {name for name in after.keys() | before.keys() if not name.startswith("Pod/")}
    assert {name: after.get(name) for name in changed} == {name: before.get(name) for name in changed}


async def test_a_stateful_set_goes_back_and_forth_between_revisions(company: Company) -> None:
    (company.folder / "db.yaml").write_text(STATEFUL, encoding="utf-8")
    for line in ("create -f db.yaml", "set image sts/db db=other:1"):
        assert (await company.kubectl(company.words(line))).exit_code == 0
        company.advance(60)
    seen = await company.preview("rollout undo sts/db")
    assert "-      - image: other:1\n+      - image: first:1\n" in seen.diff
    assert seen.inverse is not None
    image = company.words("get sts/db -o jsonpath={..image}")
    for words, there in ((company.words("rollout undo sts/db"), "first:1"), (list(seen.inverse.words), "other:1")):
        assert (await company.kubectl(words)).exit_code == 0
        assert (await company.kubectl(image)).stdout == there


async def test_what_was_previewed_is_known_again(company: Company) -> None:
    seen = await company.preview("delete configmap inferadb-config")
    assert list(seen.uids) == ["configmap/inferadb-config"]
    words = company.words("delete configmap inferadb-config")
    refused = await company.kubectl(words, uids={"configmap/inferadb-config": "another"})
    assert refused.exit_code == 1
    assert (await company.kubectl(words, uids=seen.uids)).exit_code == 0


PROBLEM = 'error: unable to find container named "nosuch"\n'
DEPLOYMENT = "/apis/apps/v1/namespaces/x/deployments/web"


def deployment(**metadata: Any) -> dict[str, Any]:
    container = {"name": "web", "image": "a:1", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}
    template = {"metadata": {}, "spec": {"containers": [container]}}
    names = {"name": "web", "namespace": "x", "uid": "u1", "resourceVersion": "7"}
    spec = {"replicas": 2, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": names | metadata, "spec": spec}


async def fake_preview(api: Api, line: str, folder: Path) -> Preview:
    async with serving_fake(api, folder) as cluster:
        return await preview(parse(shlex.split(line)), cluster, now=NOW)


class Hooked(Api):
    """A cluster with a webhook that has side effects."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if "dryRun=All" in request.rel_url.raw_query_string:
            return refusal(403, 'admission webhook "audit.example.com" does not support dry run')
        return await super().serve(request)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("scale deploy/web --replicas=5 -n x", "+  replicas: 5"),
        ("set image deploy/web web=a:2 -n x", "image: a:2"),
        ("set env deploy/web A=b -n x", "value: b"),
        ('patch deploy web -n x --type=json -p \'[{"op":"remove","path":"/spec/replicas"}]\'', "-  replicas: 2"),
        ("label deploy web a=b -n x", "+    a: b"),
        ("create configmap fresh --from-literal=a=1 -n x", "+  name: fresh"),
    ],
)
async def test_where_a_webhook_allows_no_dry_run_the_preview_is_computed_and_says_so(
    tmp_path: Path, line: str, word: str
) -> None:
    api = Hooked({DEPLOYMENT: deployment()})
    seen = await fake_preview(api, line, tmp_path)
    assert word in seen.diff
    assert not seen.refused
    assert any("computed by Muster" in text for text in seen.warnings)
    assert api.objects == {DEPLOYMENT: deployment()}


async def test_a_computed_preview_knows_the_ports_of_a_service_by_their_number(tmp_path: Path) -> None:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}, {"name": "https", "port": 443, "targetPort": 8443}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "x"}}
    api = Hooked({"/api/v1/namespaces/x/services/web": {**service, "spec": {"ports": ports}}})
    line = 'patch svc web -n x -p \'{"spec":{"ports":[{"port":80,"targetPort":9090}]}}\''
    changes = [one for one in (await fake_preview(api, line, tmp_path)).diff.splitlines() if one[:2] in {"- ", "+ "}]
    assert changes == ["-    targetPort: 8080", "+    targetPort: 9090"]


@pytest.mark.parametrize(("asked", "named"), [("", 0), ("--to-revision=2", 2)])
async def test_a_rollback_to_what_is_wanted_already_says_so_as_kubectl_does(
    company: Company, asked: str, named: int
) -> None:
    words = company.words(f"rollout undo deploy/inferadb {asked}")
    assert (await company.kubectl(words)).stdout == "deployment.apps/inferadb rolled back\n"
    again = (await company.kubectl(words)).stdout
    assert again.endswith(f" skipped rollback (current template already matches revision {named})\n")


async def test_of_several_objects_one_that_is_missing_holds_up_no_other(tmp_path: Path) -> None:
    for line, verb in (
        ("patch deploy nosuch web -p {}", "patched (no change)"),
        ("rollout restart deploy", "restarted"),
    ):
        api, words = Api({DEPLOYMENT: deployment()}), [*shlex.split(line), "-n", "x"]
        fresh = deployment(name="again")
        fresh["spec"]["template"]["metadata"] = {
            "annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-21T12:00:00Z"}
        }
        api.objects = {DEPLOYMENT.replace("web", "again"): fresh, **api.objects}
        async with serving_fake(api, tmp_path) as cluster:
            told = await run(parse(words), cluster, now=NOW)
        assert (told.stdout, told.exit_code) == (f"deployment.apps/web {verb}\n", 1)
        assert told.stderr


async def test_an_autoscaler_a_full_quota_and_those_who_put_it_back_are_told(tmp_path: Path) -> None:
    marks = {"annotations": {"argocd.argoproj.io/tracking-id": "x"}, "labels": {"app.kubernetes.io/managed-by": "Helm"}}
    target = {"kind": "Deployment", "name": "web"}
    scaler = {"metadata": {"name": "hpa"}, "spec": {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4}}
    quota = {"hard": {"pods": "10", "requests.cpu": "2"}, "used": {"pods": "2", "requests.cpu": "1"}}
    api = Api(
        {
            DEPLOYMENT: deployment(**marks),
            f"{DEPLOYMENT}/scale": {"kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 2}},
            "/apis/autoscaling/v2/namespaces/x/horizontalpodautoscalers/hpa": scaler,
            "/api/v1/namespaces/x/resourcequotas/small": {"metadata": {"name": "small"}, "status": quota},
        }
    )
    told = "\n".join((await fake_preview(api, "scale deploy/web --replicas=9 -n x", tmp_path)).warnings)
    assert "the autoscaler hpa (2 to 4 replicas) will set the replicas again" in told
    assert "the quota small has no room for 7 more: of requests.cpu, 1 of 2 are used" in told
    assert "Argo CD may put it back within minutes" in told
    assert "Helm manages it" in told


async def test_a_paused_rollout_is_told(tmp_path: Path) -> None:
    one = deployment()
    one["spec"] |= {"paused": True, "replicas": 1}
    seen = await fake_preview(Api({DEPLOYMENT: one}), "set image deploy/web web=a:2 -n x", tmp_path)
    assert seen.warnings == ("web is paused: nothing rolls out until `kubectl rollout resume`",)


@pytest.mark.parametrize(
    ("strategy", "line", "told"),
    [
        ({"type": "Recreate"}, "set image deploy/web web=a:2", True),
        ({"rollingUpdate": {"maxUnavailable": 1}}, "rollout restart deploy/web", True),
        ({"rollingUpdate": {"maxUnavailable": "100%"}}, "set env deploy/web A=b", True),
        ({"rollingUpdate": {"maxUnavailable": "25%"}}, "set image deploy/web web=a:2", False),
        ({}, "set image deploy/web web=a:2", False),
        ({"type": "Recreate"}, "label deploy/web a=b", False),
        ({"type": "Recreate"}, "set image deploy/web web=a:1", False),
        ({"type": "Recreate"}, "delete deploy/web", False),
        ({"type": "Recreate"}, "scale deploy/web --replicas=3", False),
    ],
)
async def test_a_single_replica_that_goes_before_the_next_is_there_is_told(
    tmp_path: Path, strategy: dict[str, Any], line: str, told: bool
) -> None:
    one = deployment()
    one["spec"] |= {"replicas": 1, "strategy": strategy}
    scaled = {"kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 1}}
    seen = await fake_preview(Api({DEPLOYMENT: one, f"{DEPLOYMENT}/scale": scaled}), f"{line} -n x", tmp_path)
    assert any("has one replica" in text for text in seen.warnings) is told


@pytest.mark.parametrize("spec", [None, "text", ["list"], {"replicas": "3"}, {"replicas": None, "template": "x"}])
async def test_an_object_of_any_form_is_previewed(tmp_path: Path, spec: Any) -> None:
    one = {"apiVersion": "dr.example.com/v1", "kind": "Backup", "metadata": {"name": "odd", "namespace": "x"}}
    api = Api({"/apis/dr.example.com/v1/namespaces/x/backups/odd": {**one, "spec": spec}})
    for patch in ('{"metadata":{"labels":{"a":"b"}}}', '{"spec":{"replicas":9}}'):
        words = ["patch", "backups/odd", "-n", "x", "--type=merge", "-p", patch]
        async with serving_fake(api, tmp_path) as cluster:
            seen = await preview(parse(words), cluster, now=NOW)
        assert (seen.refused, bool(seen.diff)) == ("", True)


async def test_what_is_gone_anyway_is_no_reason_to_refuse(company: Company) -> None:
    line = "delete configmap nosuch --ignore-not-found"
    seen = await company.preview(line)
    assert (seen.refused, seen.diff) == ("", "")
    done = await company.kubectl(company.words(line), uids=seen.uids)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (await company.preview("delete configmap nosuch")).refused.startswith("Error from server (NotFound)")


async def test_of_several_images_those_that_fit_are_set_and_a_preview_of_it_is_refused(tmp_path: Path) -> None:
    api, words = Api({DEPLOYMENT: deployment()}), shlex.split("set image deploy/web web=a:2 nosuch=b:1 -n x")
    async with serving_fake(api, tmp_path) as cluster:
        seen = await preview(parse(words), cluster, now=NOW)
        assert (seen.refused, api.objects) == (PROBLEM.strip(), {DEPLOYMENT: deployment()})
        told = await run(parse(words), cluster, now=NOW)
    assert (told.stdout, told.stderr, told.exit_code) == ("deployment.apps/web image updated\n", PROBLEM, 1)


@pytest.mark.parametrize("verb", ["label", "annotate"])
async def test_a_version_is_that_of_one_object(tmp_path: Path, verb: str) -> None:
    line = f"{verb} deploy --all a=b -n x --resource-version=7"
    seen = await fake_preview(Api({DEPLOYMENT: deployment()}), line, tmp_path)
    assert seen.refused == "error: --resource-version may only be used with a single resource"
