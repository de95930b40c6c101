"""What an API server lets one change: checked, versioned, patched in three ways, scaled, evicted, or only tried."""

from typing import Any

import pytest

from tests.contract.api import JSON_PATCH, MERGE, STRATEGIC, Api, deployment, is_available

SPEC = "/spec/template/spec/containers/0/env"


async def web(api: Api, replicas: int = 0) -> Any:
    return await api.create(f"{api.apps}/deployments", deployment(api.image, replicas, FIRST="1", SECOND="2"))


def env_of(thing: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in thing["spec"]["template"]["spec"]["containers"][0]["env"]}


async def test_a_new_object_gets_what_the_server_gives(api: Api) -> None:
    made = await api.create(f"{api.core}/configmaps", {"metadata": {"generateName": "some-"}})
    assert made["metadata"]["name"].startswith("some-")
    assert {"uid", "resourceVersion", "creationTimestamp"} <= set(made["metadata"])
    again = await api.ask("POST", f"{api.core}/configmaps", {"metadata": {"name": made["metadata"]["name"]}})
    assert (again.status, again.json["reason"]) == (409, "AlreadyExists")


async def test_defaults_are_filled_in(api: Api) -> None:
    spec = (await web(api))["spec"]
    assert (spec["revisionHistoryLimit"], spec["progressDeadlineSeconds"]) == (10, 600)
    assert spec["strategy"] == {
        "type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"},
    }  # fmt: skip
    assert spec["template"]["spec"]["restartPolicy"] == "Always"


async def test_an_invalid_object_is_a_422_with_its_causes(api: Api) -> None:
    body = deployment(api.image)
    body["metadata"]["name"] = "Not_Good"
    body["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    answer = await api.ask("POST", f"{api.apps}/deployments", body)
    assert (answer.status, answer.json["reason"]) == (422, "Invalid")
    fields = {cause["field"] for cause in answer.json["details"]["causes"]}
    assert {"metadata.name", "spec.template.metadata.labels"} <= fields


async def test_whoever_comes_late_is_told_so(api: Api) -> None:
    made = await api.create(f"{api.core}/configmaps", {"metadata": {"name": "shared"}, "data": {"a": "1"}})
    path = f"{api.core}/configmaps/shared"
    assert (await api.ask("PUT", path, made | {"data": {"a": "2"}})).status == 200
    late = await api.ask("PUT", path, made | {"data": {"a": "3"}})
    assert (late.status, late.json["reason"]) == (409, "Conflict")
    assert late.json["message"].endswith(
        "the object has been modified; please apply your changes to the latest version and try again"
    )
    stale = {"metadata": {"resourceVersion": made["metadata"]["resourceVersion"]}, "data": {"a": "4"}}
    assert (await api.patch(path, stale)).status == 409
    assert (await api.get(path))["data"] == {"a": "2"}


async def test_a_delete_asks_for_the_object_that_was_meant(api: Api) -> None:
    path = f"{api.core}/configmaps/one"
    made = await api.create(f"{api.core}/configmaps", {"metadata": {"name": "one"}})
    wrong = await api.ask("DELETE", path, {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}})
    assert (wrong.status, wrong.json["reason"]) == (409, "Conflict")
    right = await api.ask("DELETE", path, {"preconditions": {"uid": made["metadata"]["uid"]}})
    assert (right.status, right.json["status"]) == (200, "Success")
    assert (await api.ask("GET", path)).status == 404


def strategic(env: dict[str, str]) -> Any:
    return {"spec": {"template": {"spec": {"containers": [{"name": "web", "env": [env]}]}}}}


@pytest.mark.parametrize(
    ("kind", "patch", "env"),
    [
        (STRATEGIC, strategic({"name": "THIRD", "value": "3"}), {"FIRST": "1", "SECOND": "2", "THIRD": "3"}),
        (STRATEGIC, strategic({"name": "FIRST", "$patch": "delete"}), {"SECOND": "2"}),
        (STRATEGIC, strategic({"name": "SECOND", "value": "9"}), {"FIRST": "1", "SECOND": "9"}),
        (JSON_PATCH, [{"op": "remove", "path": f"{SPEC}/0"}], {"SECOND": "2"}),
        (JSON_PATCH, [{"op": "test", "path": f"{SPEC}/0/value", "value": "1"},
                      {"op": "replace", "path": f"{SPEC}/0/value", "value": "9"}], {"FIRST": "9", "SECOND": "2"}),
        (MERGE, {"metadata": {"labels": {"a": "b"}}}, {"FIRST": "1", "SECOND": "2"}),
    ],
)  # fmt: skip
async def test_the_three_patches_change_what_they_say(api: Api, kind: str, patch: Any, env: dict[str, str]) -> None:
    await web(api)
    changed = await api.patch(f"{api.apps}/deployments/web", patch, kind, fieldManager="muster-contract")
    assert changed.status == 200, changed.text
    assert env_of(changed.json) == env


async def test_a_merge_patch_removes_with_null_and_replaces_lists(api: Api) -> None:
    made = await api.create(f"{api.core}/configmaps", {"metadata": {"name": "one"}, "data": {"a": "1", "b": "2"}})
    changed = await api.patch(f"{api.core}/configmaps/one", {"data": {"a": None, "c": "3"}})
    assert changed.json["data"] == {"b": "2", "c": "3"}
    assert changed.json["metadata"]["resourceVersion"] != made["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("kind", "patch", "status"),
    [
        (JSON_PATCH, [{"op": "test", "path": "/spec/replicas", "value": 77}], 422),
        (JSON_PATCH, [{"op": "remove", "path": "/spec/nosuch"}], 422),
        (MERGE, {"spec": {"replicas": -1}}, 422),
        ("application/nosuch+json", {}, 415),
    ],
)
async def test_a_patch_that_cannot_be_applied_changes_nothing(api: Api, kind: str, patch: Any, status: int) -> None:
    made = await web(api)
    answer = await api.patch(f"{api.apps}/deployments/web", patch, kind)
    assert (answer.status, answer.json["kind"]) == (status, "Status")
    assert (await api.get(f"{api.apps}/deployments/web"))["spec"] == made["spec"]


async def test_a_dry_run_shows_what_would_be_and_keeps_nothing(api: Api) -> None:
    await web(api)
    path = f"{api.apps}/deployments/web"
    tried = await api.patch(path, {"spec": {"replicas": 3}}, MERGE, dryRun="All")
    assert (tried.status, tried.json["spec"]["replicas"]) == (200, 3)
    assert (await api.get(path))["spec"]["replicas"] == 0
    await api.create(f"{api.core}/configmaps", {"metadata": {"name": "tried"}}, dryRun="All")
    assert (await api.ask("GET", f"{api.core}/configmaps/tried")).status == 404
    assert (await api.ask("DELETE", path, dryRun="All")).status == 200
    assert (await api.get(path))["metadata"]["name"] == "web"


async def test_scale_is_read_and_changed(api: Api) -> None:
    await web(api)
    path = f"{api.apps}/deployments/web/scale"
    before = await api.get(path)
    assert (before["kind"], before["spec"].get("replicas", 0), before["status"]["selector"]) == ("Scale", 0, "app=web")
    patched = await api.patch(path, {"spec": {"replicas": 1}})
    assert (patched.status, patched.json["spec"]["replicas"]) == (200, 1)
    assert (await api.get(f"{api.apps}/deployments/web"))["spec"]["replicas"] == 1
    fresh = await api.get(path)
    put = await api.ask("PUT", path, fresh | {"spec": {"replicas": 2}})
    assert (put.status, put.json["spec"]["replicas"]) == (200, 2)
    assert (await api.patch(path, {"spec": {"replicas": -1}})).status == 422


async def test_an_eviction_is_refused_while_the_budget_needs_the_pod(api: Api) -> None:
    await web(api, replicas=1)
    await api.until(f"{api.apps}/deployments", "web", is_available)
    budgets = f"/apis/policy/v1/namespaces/{api.namespace}/poddisruptionbudgets"
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    await api.create(budgets, {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
                               "metadata": {"name": "web"}, "spec": spec})  # fmt: skip
    await api.until(budgets, "web", lambda one: one.get("status", {}).get("currentHealthy") == 1)
    pod = (await api.get(f"{api.core}/pods", labelSelector="app=web"))["items"][0]["metadata"]["name"]
    wish = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": api.namespace}}
    refused = await api.ask("POST", f"{api.core}/pods/{pod}/eviction", wish)
    assert (refused.status, refused.json["reason"]) == (429, "TooManyRequests")
    assert "disruption budget" in refused.json["message"]
    await api.ask("DELETE", f"{budgets}/web")
    assert (await api.ask("POST", f"{api.core}/pods/{pod}/eviction", wish)).status == 201
