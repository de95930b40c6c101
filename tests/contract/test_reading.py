"""What an API server shows: discovery, tables, pages, selections, metadata alone, watches, refusals."""

import asyncio
import json
from typing import Any

import pytest

from tests.contract.api import PARTIAL, TABLE, Api

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
AGE = ("Age", 0)
COLUMNS = {
    "/api/v1/pods": [
        ("Name", 0), ("Ready", 0), ("Status", 0), ("Restarts", 0), AGE, ("IP", 1), ("Node", 1),
        ("Nominated Node", 1), ("Readiness Gates", 1),
    ],
    "/api/v1/configmaps": [("Name", 0), ("Data", 0), AGE],
    "/api/v1/services": [
        ("Name", 0), ("Type", 0), ("Cluster-IP", 0), ("External-IP", 0), ("Port(s)", 0), AGE, ("Selector", 1),
    ],
    "/api/v1/nodes": [
        ("Name", 0), ("Status", 0), ("Roles", 0), AGE, ("Version", 0), ("Internal-IP", 1), ("External-IP", 1),
        ("OS-Image", 1), ("Kernel-Version", 1), ("Container-Runtime", 1),
    ],
    "/api/v1/events": [
        ("Last Seen", 0), ("Type", 0), ("Reason", 0), ("Object", 0), ("Subobject", 1), ("Source", 1), ("Message", 0),
        ("First Seen", 1), ("Count", 1), ("Name", 1),
    ],
    "/apis/apps/v1/deployments": [
        ("Name", 0), ("Ready", 0), ("Up-to-date", 0), ("Available", 0), AGE, ("Containers", 1), ("Images", 1),
        ("Selector", 1),
    ],
    "/apis/apps/v1/statefulsets": [("Name", 0), ("Ready", 0), AGE, ("Containers", 1), ("Images", 1)],
    "/apis/batch/v1/jobs": [
        ("Name", 0), ("Status", 0), ("Completions", 0), ("Duration", 0), AGE, ("Containers", 1), ("Images", 1),
        ("Selector", 1),
    ],
}  # fmt: skip


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


async def five(api: Api) -> list[str]:
    """Make five ConfigMaps with the label `set=five`."""
    made = [f"part-{number}" for number in range(5)]
    for name in made:
        body = {"metadata": {"name": name, "labels": {"set": "five", "name": name}}, "data": {"a": "b"}}
        await api.create(f"{api.core}/configmaps", body)
    return made


@pytest.mark.parametrize("path", COLUMNS)
async def test_a_table_has_its_columns_and_says_which_are_for_wide(api: Api, path: str) -> None:
    printed = await api.get(path, TABLE, limit="1")
    assert printed["kind"] == "Table"
    assert [(one["name"], one["priority"]) for one in printed["columnDefinitions"]] == COLUMNS[path]


@pytest.mark.parametrize(
    ("include", "kind"), [("None", None), ("Metadata", "PartialObjectMetadata"), ("Object", "ConfigMap")]
)
async def test_a_row_carries_what_was_asked_for(api: Api, include: str, kind: str | None) -> None:
    await five(api)
    rows = (await api.get(f"{api.core}/configmaps", TABLE, labelSelector="set=five", includeObject=include))["rows"]
    assert [row["cells"][:2] for row in rows] == [[f"part-{number}", 1] for number in range(5)]
    assert {(row.get("object") or {}).get("kind") for row in rows} == {kind}


async def test_a_list_comes_in_pages_that_go_on_where_the_last_one_ended(api: Api) -> None:
    made = await five(api)
    found: list[str] = []
    mark: dict[str, str] = {}
    while True:
        page = await api.get(f"{api.core}/configmaps", limit="2", labelSelector="set=five", **mark)
        found += names(page)
        if "continue" not in page["metadata"]:
            break
        mark = {"continue": page["metadata"]["continue"]}
    assert found == made
    first = (await api.get(f"{api.core}/configmaps", limit="2"))["metadata"]
    assert first["remainingItemCount"] >= 3


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("set=five,name!=part-1", ["part-0", "part-2", "part-3", "part-4"]),
        ("name in (part-1, part-3)", ["part-1", "part-3"]),
        ("set,name notin (part-0,part-1,part-2)", ["part-3", "part-4"]),
        ("!set,name", []),
    ],
)
async def test_labels_select(api: Api, selector: str, found: list[str]) -> None:
    await five(api)
    assert names(await api.get(f"{api.core}/configmaps", labelSelector=selector)) == found


async def test_fields_select_by_name(api: Api) -> None:
    await five(api)
    found = await api.get(f"{api.core}/configmaps", fieldSelector="metadata.name=part-2")
    assert names(found) == ["part-2"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"labelSelector": "app in (a"}, "unable to parse requirement: found '', expected: ',' or ')'"),
        ({"fieldSelector": "spec.nosuch=1"}, "field label not supported: spec.nosuch"),
    ],
)
async def test_a_selector_that_cannot_be_read_is_a_400(api: Api, query: dict[str, str], message: str) -> None:
    answer = await api.ask("GET", f"{api.core}/pods", **query)
    assert (answer.status, answer.json["kind"], answer.json["reason"]) == (400, "Status", "BadRequest")
    assert answer.json["message"].endswith(message)


async def test_metadata_comes_alone(api: Api) -> None:
    await five(api)
    listed = await api.get(
        f"{api.core}/configmaps", PARTIAL.format("PartialObjectMetadataList"), labelSelector="set=five"
    )
    one = await api.get(f"{api.core}/configmaps/part-0", PARTIAL.format("PartialObjectMetadata"))
    assert (listed["kind"], one["kind"]) == ("PartialObjectMetadataList", "PartialObjectMetadata")
    assert all(set(item) <= {"kind", "apiVersion", "metadata"} for item in [*listed["items"], one])


async def test_a_watch_tells_what_happens_from_a_version_on(api: Api) -> None:
    path = f"{api.core}/configmaps"
    version = (await api.get(path))["metadata"]["resourceVersion"]
    await api.create(path, {"metadata": {"name": "watched"}, "data": {"a": "1"}})
    await api.patch(f"{path}/watched", {"data": {"a": "2"}})
    await api.ask("DELETE", f"{path}/watched")
    seen: list[tuple[str, str]] = []
    async with asyncio.timeout(60):
        async for kind, thing in api.changes(path, resourceVersion=version, fieldSelector="metadata.name=watched"):
            seen.append((kind, thing["data"]["a"]))
            if kind == "DELETED":
                break
    assert seen == [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")]


async def test_discovery_and_version_are_told(api: Api) -> None:
    groups = (await api.get("/apis", DISCOVERY))["items"]
    apps = next(group for group in groups if group["metadata"]["name"] == "apps")
    kinds = {one["resource"]: one for one in apps["versions"][0]["resources"]}
    assert kinds["deployments"]["shortNames"] == ["deploy"]
    assert {"scale", "status"} <= {one["subresource"] for one in kinds["deployments"]["subresources"]}
    assert {"major", "minor", "gitVersion"} <= set(await api.get("/version"))
    ready = await api.ask("GET", "/readyz", verbose="")
    assert ready.text.endswith("readyz check passed\n")


async def test_what_is_not_there_is_a_404_that_names_it(api: Api) -> None:
    missing = await api.ask("GET", f"{api.apps}/deployments/nosuch")
    assert missing.status == 404
    assert {word: missing.json[word] for word in ("kind", "status", "message", "reason", "details", "code")} == {
        "kind": "Status", "status": "Failure", "message": 'deployments.apps "nosuch" not found', "reason": "NotFound",
        "details": {"name": "nosuch", "group": "apps", "kind": "deployments"}, "code": 404,
    }  # fmt: skip
    assert (await api.ask("GET", "/apis/nosuch.example.com/v1/things")).status == 404


async def test_a_wrong_token_is_a_401(api: Api) -> None:
    stranger = api.bearing("no-such-token")
    try:
        answer = await stranger.ask("GET", f"{api.core}/pods")
    finally:
        await stranger.close()
    assert (answer.status, json.loads(answer.text)["reason"]) == (401, "Unauthorized")
