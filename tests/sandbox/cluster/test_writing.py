"""The API server is written to: created, replaced, patched, scaled, deleted, evicted, or only as a dry run."""

from typing import Any

import pytest

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import DEPLOYMENTS, PODS
from sandbox.cluster.objects import name_of
from tests.sandbox.cluster.conftest import APPS, JSON_PATCH, MERGE, NS, STRATEGIC, Api

INFERADB = f"{APPS}/deployments/inferadb"
WEB = {"containers": [{"name": "inferadb", "image": "other:1"}]}


def config_map(name: str = "extra", **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def first_pod(cluster: Cluster) -> dict[str, Any]:
    return cluster.store.all(PODS, "inferadb")[0]


async def test_what_is_created_can_be_read_and_deleted(api: Api) -> None:
    made = await api("POST", f"{NS}/configmaps", config_map(a="1"))
    assert made.status == 201
    assert {"uid", "resourceVersion", "creationTimestamp"} <= set(made.json["metadata"])
    assert (await api.get(f"{NS}/configmaps/extra"))["data"] == {"a": "1"}
    gone = await api("DELETE", f"{NS}/configmaps/extra")
    assert (gone.json["status"], gone.json["details"]["name"]) == ("Success", "extra")
    assert (await api("GET", f"{NS}/configmaps/extra")).status == 404


async def test_a_name_is_taken_once(api: Api) -> None:
    await api("POST", f"{NS}/configmaps", config_map())
    again = await api("POST", f"{NS}/configmaps", config_map())
    assert (again.status, again.json["reason"]) == (409, "AlreadyExists")
    assert again.json["message"] == 'configmaps "extra" already exists'


async def test_a_generated_name_is_given(api: Api) -> None:
    body = {"metadata": {"generateName": "extra-"}}
    assert (await api("POST", f"{NS}/configmaps", body)).json["metadata"]["name"].startswith("extra-")


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        (f"{NS}/configmaps", config_map("Bad Name"), 422, "a lowercase RFC 1123 subdomain"),
        (f"{NS}/configmaps", {"metadata": {}}, 422, "name or generateName is required"),
        (f"{NS}/configmaps", {"kind": "Pod", "metadata": {"name": "a"}}, 400, "cannot be handled as a ConfigMap"),
        (f"{NS}/configmaps", {"metadata": {"name": "a", "namespace": "b"}}, 400, "does not match the namespace"),
        ("/api/v1/namespaces/nosuch/configmaps", config_map(), 404, 'namespaces "nosuch" not found'),
        (f"{NS}/pods", {"metadata": {"name": "a"}}, 400, "cannot be handled as a Pod"),
        (f"{NS}/pods", {"metadata": {"name": "a"}, "spec": {"containers": []}}, 422, "spec.containers: Required value"),
        (f"{NS}/configmaps", b"{bad", 400, "error decoding the body"),
        (f"{NS}/configmaps", b"[]", 400, "must be of type object"),
    ],
)  # fmt: skip
async def test_what_is_no_object_is_refused(api: Api, path: str, body: Any, status: int, told: str) -> None:
    answer = await api("POST", path, body)
    assert answer.status == status
    assert told in answer.json["message"]


async def test_an_outdated_object_is_a_conflict(api: Api) -> None:
    read = await api.get(f"{NS}/configmaps/inferadb-config")
    await api.patch(f"{NS}/configmaps/inferadb-config", {"data": {"a": "1"}})
    answer = await api("PUT", f"{NS}/configmaps/inferadb-config", read)
    assert (answer.status, answer.json["reason"]) == (409, "Conflict")
    assert answer.json["message"] == (
        'Operation cannot be fulfilled on configmaps "inferadb-config": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    fresh = await api.get(f"{NS}/configmaps/inferadb-config")
    assert (await api("PUT", f"{NS}/configmaps/inferadb-config", fresh | {"data": {}})).status == 200


async def test_a_patch_with_another_version_or_uid_is_a_conflict(api: Api) -> None:
    for meta in ({"resourceVersion": "1"}, {"uid": "other"}):
        assert (await api.patch(INFERADB, {"metadata": meta})).status == 409


async def test_each_kind_of_patch_changes_the_deployment(api: Api, cluster: Cluster) -> None:
    await api.patch(INFERADB, {"spec": {"replicas": 7}})
    template = {"spec": {"template": {"spec": WEB}}}
    strategic = await api.patch(INFERADB, template, STRATEGIC)
    container = strategic.json["spec"]["template"]["spec"]["containers"][0]
    assert (container["image"], len(container["env"])) == ("other:1", 3)
    path = "/spec/template/spec/containers/0/image"
    await api.patch(INFERADB, [{"op": "replace", "path": path, "value": "other:2"}], JSON_PATCH)
    found = cluster.store.need(DEPLOYMENTS, "inferadb", "inferadb")
    assert found["spec"]["replicas"] == 7
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "other:2"
    assert found["metadata"]["generation"] == 6


async def test_a_patch_that_changes_nothing_changes_no_version(api: Api) -> None:
    before = await api.get(INFERADB)
    after = (await api.patch(INFERADB, {"spec": {"replicas": 6}})).json
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


async def test_a_dry_run_answers_what_would_be_and_changes_nothing(api: Api) -> None:
    before = await api.get(INFERADB)
    tried = await api.patch(f"{INFERADB}?dryRun=All&fieldManager=muster", {"spec": {"replicas": 9}})
    assert tried.json["spec"]["replicas"] == 9
    assert tried.json["metadata"]["generation"] == before["metadata"]["generation"] + 1
    assert (await api.patch(f"{INFERADB}/scale?dryRun=All", {"spec": {"replicas": 9}})).json["spec"]["replicas"] == 9
    assert (await api("POST", f"{NS}/configmaps?dryRun=All", config_map())).status == 201
    assert (await api("DELETE", f"{INFERADB}?dryRun=All")).status == 200
    assert (await api("DELETE", INFERADB, {"dryRun": ["All"]})).status == 200
    assert await api.get(INFERADB) == before
    assert (await api("GET", f"{NS}/configmaps/extra")).status == 404
    assert (await api.patch(f"{INFERADB}?dryRun=Some", {})).status == 422


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"spec": {"replicas": -1}}, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ({"spec": {"selector": {"matchLabels": {"app": "x"}}}}, "`selector` does not match template `labels`"),
        ({"metadata": {"labels": {"bad key": "1"}}}, 'metadata.labels: Invalid value: "bad key": name part must'),
        ({"metadata": {"labels": {"a": "-"}}}, "a valid label must be an empty string"),
        (
            {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b", "resources": {
                "limits": {"memory": "1Gi"}, "requests": {"memory": "2Gi"}}}]}}}},
            'requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
        ),
    ],
)  # fmt: skip
async def test_an_invalid_change_is_refused_with_its_cause(api: Api, body: Any, told: str) -> None:
    answer = await api.patch(INFERADB, body)
    assert (answer.status, answer.json["reason"]) == (422, "Invalid")
    assert answer.json["message"].startswith('Deployment.apps "inferadb" is invalid: ')
    assert told in answer.json["message"]
    assert answer.json["details"]["causes"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{bad", STRATEGIC, 400), (b"[1]", MERGE, 400), (b"{}", "application/json", 415), (b"{}", JSON_PATCH, 400),
        (b'[{"op": "replace", "path": "", "value": 1}]', JSON_PATCH, 400), (b"{", MERGE, 400), (b"x", MERGE, 400),
    ],
)  # fmt: skip
async def test_what_is_no_patch_is_refused(api: Api, body: bytes, kind: str, status: int) -> None:
    assert (await api("PATCH", INFERADB, body, Content_Type=kind)).status == status


async def test_a_running_pod_keeps_its_node(api: Api, cluster: Cluster) -> None:
    path = f"{NS}/pods/{name_of(first_pod(cluster))}"
    assert (await api.patch(path, {"spec": {"nodeName": "other"}})).status == 422
    assert (await api.patch(path, {"metadata": {"labels": {"app": None}}})).status == 200


async def test_the_status_is_changed_only_through_its_own_path(api: Api) -> None:
    await api.patch(INFERADB, {"status": {"replicas": 99}})
    assert (await api.get(INFERADB))["status"]["replicas"] == 6
    await api.patch(f"{INFERADB}/status", {"status": {"replicas": 99}, "spec": {"replicas": 1}})
    found = await api.get(INFERADB)
    assert (found["status"]["replicas"], found["spec"]["replicas"]) == (99, 6)


async def test_nulls_of_a_client_are_absent_so_that_a_rollback_finds_its_template(api: Api, cluster: Cluster) -> None:
    template = (await api.get(INFERADB))["spec"]["template"]
    await api.patch(INFERADB, {"spec": {"template": {"spec": WEB}}}, STRATEGIC)
    cluster.advance(1)
    template["metadata"]["creationTimestamp"] = None
    patch = [{"op": "replace", "path": "/spec/template", "value": template}]
    await api.patch(INFERADB, patch, JSON_PATCH)
    cluster.advance(1)
    sets = (await api.get(f"{APPS}/replicasets"))["items"]
    assert len(sets) == 4
    revisions = {one["metadata"]["annotations"]["deployment.kubernetes.io/revision"] for one in sets}
    assert revisions == {"1", "2", "4", "5"}


async def test_scale_is_read_and_changed(api: Api) -> None:
    shown = await api.get(f"{INFERADB}/scale")
    assert (shown["kind"], shown["spec"], shown["status"]) == (
        "Scale", {"replicas": 6}, {"replicas": 6, "selector": "app=inferadb"},
    )  # fmt: skip
    assert (await api.patch(f"{INFERADB}/scale", {"spec": {"replicas": 8}})).json["spec"]["replicas"] == 8
    shown = await api.get(f"{INFERADB}/scale")
    assert (await api("PUT", f"{INFERADB}/scale", shown | {"spec": {"replicas": 3}})).status == 200
    assert (await api("PUT", f"{INFERADB}/scale", shown | {"spec": {"replicas": 4}})).status == 409
    assert (await api.get(INFERADB))["spec"]["replicas"] == 3


@pytest.mark.parametrize(("replicas", "status"), [(-1, 422), ("many", 400)])
async def test_a_scale_that_is_no_count_is_refused(api: Api, replicas: Any, status: int) -> None:
    assert (await api.patch(f"{INFERADB}/scale", {"spec": {"replicas": replicas}})).status == status


async def test_a_pod_is_deleted_with_grace_unless_told_otherwise(api: Api, cluster: Cluster) -> None:
    name = name_of(first_pod(cluster))
    gone = await api("DELETE", f"{NS}/pods/{name}")
    assert gone.json["metadata"]["deletionGracePeriodSeconds"] == 30
    assert (await api("GET", f"{NS}/pods/{name}")).status == 200
    assert (await api("DELETE", f"{NS}/pods/{name}", {"gracePeriodSeconds": 0})).status == 200
    assert (await api("GET", f"{NS}/pods/{name}")).status == 404
    cluster.advance(15)
    assert len(cluster.store.all(PODS, "inferadb")) == 6


@pytest.mark.parametrize("word", ["uid", "resourceVersion"])
async def test_a_delete_whose_precondition_fails_deletes_nothing(api: Api, cluster: Cluster, word: str) -> None:
    path = f"{NS}/pods/{name_of(first_pod(cluster))}"
    answer = await api("DELETE", path, {"preconditions": {word: "other"}})
    assert (answer.status, answer.json["reason"]) == (409, "Conflict")
    assert "Precondition failed" in answer.json["message"]
    uid = first_pod(cluster)["metadata"]["uid"]
    assert (await api("DELETE", path, {"preconditions": {"uid": uid}})).status == 200


async def test_an_eviction_honours_the_disruption_budget(api: Api, cluster: Cluster) -> None:
    codes = []
    for pod in cluster.store.all(PODS, "inferadb")[:3]:
        answer = await api("POST", f"{NS}/pods/{name_of(pod)}/eviction", {"metadata": {"name": name_of(pod)}})
        codes.append(answer.status)
        cluster.tick()
    assert codes == [201, 201, 429]
    assert answer.json["details"]["causes"][0]["message"] == (
        "The disruption budget inferadb needs 4 healthy pods and has 4 currently"
    )


async def test_a_deleted_namespace_takes_what_is_in_it(api: Api) -> None:
    assert (await api("DELETE", "/api/v1/namespaces/inferadb")).status == 200
    assert (await api.get(f"{NS}/configmaps"))["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", f"{NS}/pods"), ("DELETE", f"{NS}/pods"), ("POST", INFERADB), ("DELETE", f"{INFERADB}/scale")],
)
async def test_a_method_that_does_not_fit_is_not_allowed(api: Api, method: str, path: str) -> None:
    assert (await api(method, path, {})).status == 405
