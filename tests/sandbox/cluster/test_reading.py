"""The API server is read: discovery, objects, lists, tables, pages, errors."""

import json
from typing import Any

import pytest

from sandbox.cluster.cluster import Cluster
from tests.sandbox.cluster.conftest import APPS, NS, TABLE, Api

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


async def test_discovery_comes_in_one_answer_to_who_asks_for_it(api: Api) -> None:
    answer = await api("GET", "/apis", Accept=DISCOVERY)
    assert answer.headers["Content-Type"] == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    apps = next(item for item in answer.json["items"] if item["metadata"]["name"] == "apps")
    deployments = next(one for one in apps["versions"][0]["resources"] if one["resource"] == "deployments")
    assert deployments["shortNames"] == ["deploy"]
    assert [one["subresource"] for one in deployments["subresources"]] == ["scale", "status"]
    core = (await api("GET", "/api", Accept=DISCOVERY)).json
    assert "pods" in {one["resource"] for one in core["items"][0]["versions"][0]["resources"]}


async def test_discovery_comes_as_plain_lists_too(api: Api) -> None:
    assert (await api.get("/api"))["versions"] == ["v1"]
    groups = {group["name"] for group in (await api.get("/apis"))["groups"]}
    assert {"apps", "batch", "metrics.k8s.io"} <= groups
    assert (await api.get("/apis/apps"))["preferredVersion"]["version"] == "v1"
    names = [one["name"] for one in (await api.get("/apis/apps/v1"))["resources"]]
    assert "deployments/scale" in names
    assert (await api.get("/api/v1"))["groupVersion"] == "v1"


@pytest.mark.parametrize("path", ["/apis/nosuch", "/apis/apps/v9", "/nosuch", "/api/v2", "/"])
async def test_an_unknown_path_is_not_found(api: Api, path: str) -> None:
    assert (await api("GET", path)).status == 404


async def test_version_and_health_need_no_token(api: Api) -> None:
    version = await api("GET", "/version", token=None)
    assert version.json["gitVersion"] == "v1.36.2"
    for word in ("readyz", "livez", "healthz"):
        assert (await api("GET", f"/{word}", token=None)).text == "ok"
    assert (await api("GET", "/readyz?verbose", token=None)).text.endswith("readyz check passed\n")


async def test_an_object_is_given_whole_or_as_a_table(api: Api) -> None:
    plain = await api.get(f"{APPS}/deployments/inferadb")
    assert (plain["kind"], plain["spec"]["replicas"]) == ("Deployment", 6)
    printed = await api.get(f"{APPS}/deployments/inferadb", Accept=TABLE)
    assert printed["kind"] == "Table"
    assert printed["rows"][0]["cells"][:5] == ["inferadb", "6/6", 6, 6, "9d"]
    partial = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    assert set(await api.get(f"{APPS}/deployments/inferadb", Accept=partial)) == {"kind", "apiVersion", "metadata"}


async def test_a_list_is_selected_and_its_items_do_not_repeat_their_kind(api: Api) -> None:
    found = await api.get(f"{NS}/pods?labelSelector=app%3Dinferadb&fieldSelector=status.phase%3DRunning")
    assert (found["kind"], len(found["items"])) == ("PodList", 6)
    assert "kind" not in found["items"][0]
    assert (await api.get(f"{NS}/pods?labelSelector=app%3Dnosuch"))["items"] == []
    assert len((await api.get("/api/v1/pods"))["items"]) == 6
    assert (await api.get("/api/v1/namespaces/nosuch/pods"))["items"] == []


async def test_a_list_comes_in_pages(api: Api) -> None:
    first = await api.get(f"{NS}/pods?limit=4")
    assert (len(first["items"]), first["metadata"]["remainingItemCount"]) == (4, 2)
    second = await api.get(f"{NS}/pods?limit=4&continue={first['metadata']['continue']}")
    assert len(second["items"]) == 2
    assert "continue" not in second["metadata"]
    names = [pod["metadata"]["name"] for pod in first["items"] + second["items"]]
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("fieldSelector=spec.nosuch%3D1", "field label not supported: spec.nosuch"),
        ("labelSelector=app+in+%28a", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("continue=rubbish", "continue key is not valid: it cannot be decoded"),
        ("limit=abc", 'strconv.ParseInt: parsing "abc": invalid syntax'),
    ],
)
async def test_a_wrong_option_is_a_bad_request(api: Api, query: str, told: str) -> None:
    answer = await api("GET", f"{NS}/pods?{query}")
    assert (answer.status, answer.json["reason"], answer.json["message"]) == (400, "BadRequest", told)


async def test_a_table_carries_what_include_object_says(api: Api) -> None:
    whole = await api.get(f"{NS}/pods?includeObject=Object", Accept=TABLE)
    assert whole["rows"][0]["object"]["kind"] == "Pod"
    assert "object" not in (await api.get(f"{NS}/pods?includeObject=None", Accept=TABLE))["rows"][0]
    assert (await api("GET", f"{NS}/pods?includeObject=Much", Accept=TABLE)).status == 400


async def test_a_missing_object_is_told_as_a_status(api: Api) -> None:
    answer = await api("GET", f"{APPS}/deployments/nosuch")
    assert answer.status == 404
    assert answer.json == {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": 'deployments.apps "nosuch" not found', "reason": "NotFound",
        "details": {"name": "nosuch", "group": "apps", "kind": "deployments"}, "code": 404,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/api/v1/widgets", "/apis/apps/v1/namespaces/inferadb/widgets", f"{NS}/pods/x/scale"])
async def test_an_unknown_resource_is_not_found(api: Api, path: str) -> None:
    answer = await api("GET", path)
    assert (answer.status, answer.json["message"]) == (404, "the server could not find the requested resource")


async def test_a_wrong_token_is_unauthorized_and_none_is_anonymous(api: Api) -> None:
    wrong = await api("GET", f"{NS}/pods", token="wrong")
    assert (wrong.status, wrong.json["reason"], wrong.json["message"]) == (401, "Unauthorized", "Unauthorized")
    nobody = await api("GET", f"{NS}/pods", token=None)
    assert nobody.status == 403
    assert 'User "system:anonymous"' in nobody.json["message"]


NOBODY = 'is forbidden: User "system:serviceaccount:muster:nobody" cannot'


@pytest.mark.parametrize(
    ("method", "path", "about", "told"),
    [
        ("GET", f"{NS}/pods", "pods", 'list resource "pods" in API group "" in the namespace "inferadb"'),
        ("GET", "/api/v1/nodes/a", 'nodes "a"', 'get resource "nodes" in API group "" at the cluster scope'),
        (
            "PATCH", f"{APPS}/deployments/a/scale", 'deployments.apps "a"',
            'patch resource "deployments/scale" in API group "apps" in the namespace "inferadb"',
        ),
    ],
)  # fmt: skip
async def test_what_is_not_allowed_is_forbidden_in_the_servers_words(
    api: Api, method: str, path: str, about: str, told: str
) -> None:
    answer = await api(method, path, token="sandbox-nobody")
    assert (answer.status, answer.json["reason"], answer.json["message"]) == (
        403, "Forbidden", f"{about} {NOBODY} {told}",
    )  # fmt: skip


async def test_a_reader_reads_and_changes_nothing(api: Api) -> None:
    assert (await api("GET", f"{NS}/pods", token="sandbox-reader")).status == 200
    assert (await api("GET", f"{NS}/secrets", token="sandbox-reader")).status == 403
    pod = (await api.get(f"{NS}/pods"))["items"][0]["metadata"]["name"]
    assert (await api("DELETE", f"{NS}/pods/{pod}", token="sandbox-reader")).status == 403


async def review(api: Api, kind: str, spec: dict[str, Any], token: str = "sandbox-reader") -> Any:
    path = f"/apis/{kind.split('/', maxsplit=1)[0]}/v1/{kind.split('/')[1]}"
    answer = await api("POST", path, {"spec": spec}, token=token)
    assert answer.status == 201
    return answer.json["status"]


async def test_one_may_ask_who_one_is_and_what_one_may(api: Api) -> None:
    who = await review(api, "authentication.k8s.io/selfsubjectreviews", {})
    assert who["userInfo"]["username"] == "system:serviceaccount:muster:reader"
    access = "authorization.k8s.io/selfsubjectaccessreviews"
    attributes = {"namespace": "inferadb", "verb": "get", "resource": "pods", "subresource": "log"}
    assert (await review(api, access, {"resourceAttributes": attributes}))["allowed"]
    attributes = {"verb": "patch", "group": "apps", "resource": "deployments"}
    assert not (await review(api, access, {"resourceAttributes": attributes}))["allowed"]
    assert (await review(api, access, {"resourceAttributes": attributes}, "sandbox-admin"))["allowed"]
    assert (await review(api, access, {"nonResourceAttributes": {"path": "/version", "verb": "get"}}))["allowed"]
    rules = await review(api, "authorization.k8s.io/selfsubjectrulesreviews", {"namespace": "inferadb"})
    assert {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]} in rules[
        "resourceRules"
    ]


async def test_metrics_tell_what_pods_and_nodes_use(api: Api) -> None:
    pods = await api.get("/apis/metrics.k8s.io/v1beta1/namespaces/inferadb/pods?labelSelector=app%3Dinferadb")
    assert len(pods["items"]) == 6
    assert pods["items"][0]["containers"][0]["usage"]["cpu"].endswith("n")
    name = pods["items"][0]["metadata"]["name"]
    one = await api.get(f"/apis/metrics.k8s.io/v1beta1/namespaces/inferadb/pods/{name}")
    assert one["kind"] == "PodMetrics"
    assert len((await api.get("/apis/metrics.k8s.io/v1beta1/nodes"))["items"]) == 3
    missing = await api("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/inferadb/pods/nosuch")
    assert missing.json["message"] == 'pods "nosuch" not found'


async def test_an_ordered_fault_is_answered_once(api: Api, cluster: Cluster) -> None:
    cluster.faults.append((503, "etcd is unhappy"))
    answer = await api("GET", f"{NS}/pods")
    assert (answer.status, answer.json["reason"]) == (503, "ServiceUnavailable")
    assert (await api("GET", f"{NS}/pods")).status == 200


async def test_the_real_kubectl_carries_its_identity_in_the_path(api: Api) -> None:
    assert (await api("GET", f"/as/sandbox-reader{NS}/pods", token=None)).status == 200
    assert (await api("GET", f"/as/sandbox-nobody{NS}/pods", token=None)).status == 403
    assert (await api("GET", f"/as/wrong{NS}/pods", token=None)).status == 401
    assert json.loads((await api("GET", "/as/sandbox-reader/version", token=None)).text)["major"] == "1"
