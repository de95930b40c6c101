"""The way back leads exactly to where it began."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.kubectl import parse, preview, run
from runbooks.kubectl.inverse import inverse_of
from runbooks.kubectl.merging import merge_patch
from tests.runbooks.kubectl.api import Api, patched, serving
from tests.runbooks.kubectl.test_manifests import NOW

LEAF = st.one_of(st.integers(), st.text(max_size=3), st.booleans(), st.lists(st.integers(), max_size=2))
KEY = st.sampled_from(["a", "b", "c", "d"])
OBJECT = st.recursive(
    st.dictionaries(KEY, LEAF, max_size=3), lambda inner: st.dictionaries(KEY, st.one_of(LEAF, inner), max_size=3)
)


@given(OBJECT, OBJECT)
def test_a_merge_patch_between_two_states_leads_from_one_to_the_other(before: Any, after: Any) -> None:
    assert patched(before, merge_patch(before, after)) == after


AT = "/apis/apps/v1/namespaces/x/deployments/web"
CHANGES = [
    '{"spec":{"template":{"spec":{"nodeSelector":{"disk":"ssd"}}}}}',
    '{"spec":{"paused":true,"replicas":null}}',
    '{"metadata":{"labels":{"new":"1","app":null}},"spec":{"template":{"spec":{"containers":[]}}}}',
    '{"metadata":{"annotations":{"why":"test"}}}',
]


def deployment() -> dict[str, Any]:
    spec = {"replicas": 3, "template": {"spec": {"containers": [{"name": "app", "env": [{"name": "A"}]}]}}}
    metadata = {"name": "web", "namespace": "x", "labels": {"app": "web"}, "uid": "u", "resourceVersion": "1"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("patch", CHANGES)
async def test_what_a_patch_added_is_gone_after_its_inverse(tmp_path: Any, patch: str) -> None:
    api = Api({AT: deployment()})
    words = ["patch", "deployment", "web", "-n", "x", "--type=merge", "-p", patch]
    async with serving(api, tmp_path) as cluster:
        told = await preview(parse(words), cluster, now=NOW)
        await run(parse(words), cluster, now=NOW)
        assert api.objects[AT] != deployment()
        assert told.inverse is not None
        await run(parse(told.inverse.words), cluster, now=NOW)
    after = api.objects[AT]
    after["metadata"] = {key: value for key, value in after["metadata"].items() if value}
    assert after == deployment()


async def test_deleting_hits_only_the_object_that_was_previewed(tmp_path: Any) -> None:
    at, words = "/api/v1/namespaces/x/pods/web-1", ["delete", "pod", "web-1", "-n", "x", "--wait=false"]
    pod: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "x", "uid": "one"},
    }
    api = Api({at: pod})
    async with serving(api, tmp_path) as cluster:
        told = await preview(parse(words), cluster, now=NOW)
        assert told.uids == {"pod/web-1": "one"}
        assert told.diff == "- pod/web-1 is deleted\n"
        api.objects[at] = {**pod, "metadata": {**pod["metadata"], "uid": "two"}}
        refused = await run(parse(words), cluster, now=NOW, uids=told.uids)
        assert refused.stderr.startswith("Error from server (Conflict): Precondition failed")
        other = await run(parse(words), cluster, now=NOW, uids={"pod/other": "x"})
        assert "was not there when this was previewed" in other.stderr
        assert at in api.objects
        assert (await run(parse(words), cluster, now=NOW, uids={"pod/web-1": "two"})).exit_code == 0


@pytest.mark.parametrize(
    ("manager", "same"), [("kube-controller-manager", True), ("kubectl", False)], ids=["autoscaler", "person"]
)
async def test_another_number_of_replicas_is_another_state_unless_it_is_an_autoscalers(
    tmp_path: Any, manager: str, same: bool
) -> None:
    words = parse(["set", "env", "deployment/web", "B=1", "-n", "x"])
    api = Api({AT: deployment()})
    async with serving(api, tmp_path) as cluster:
        told = []
        for replicas in (3, 4):
            api.objects[AT]["metadata"]["managedFields"] = [{"manager": manager, "subresource": "scale"}]
            api.objects[AT]["spec"]["replicas"] = replicas
            told.append((await preview(words, cluster, now=NOW)).before)
    assert (told[0] == told[1]) is same


def test_a_change_of_the_status_goes_back_there() -> None:
    command = parse(["patch", "pod", "x", "--subresource=status", "-p", "{}"])
    one = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "x"}, "status": {"phase": "Running"}}
    inverse = inverse_of(command, [(one, {**one, "status": {"phase": "Failed", "why": "x"}})])
    assert inverse.words[2:] == (
        "--subresource=status", "--type=merge", "-p", '{"status":{"phase":"Running","why":null}}'
    )  # fmt: skip


def test_a_new_namespace_is_not_deleted_to_take_it_back() -> None:
    made = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "x"}}
    told = inverse_of(parse(["apply", "-f", "ns.yaml"]), [({}, made)])
    assert told.reason == "deleting a namespace is never run here"


@pytest.mark.parametrize(
    ("owners", "reason"),
    [
        (
            [{"kind": "ReplicaSet", "controller": True}],
            "what is deleted cannot be brought back; what controls it makes it anew",
        ),
        ([], "what is deleted cannot be brought back"),
    ],
)
def test_only_what_is_controlled_is_said_to_come_anew(owners: list[dict[str, Any]], reason: str) -> None:
    pod = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "x", "ownerReferences": owners}}
    assert inverse_of(parse(["delete", "pod", "x"]), [(pod, {})]).reason == reason


def test_what_the_server_names_is_not_deleted_by_the_name_of_the_dry_run() -> None:
    made = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "fix-x2k4p", "generateName": "fix-"}}
    told = inverse_of(parse(["create", "-f", "fix.yaml"]), [({}, made)])
    assert (told.words, told.reason.partition(";")[0]) == ((), "the server names it when it is made")


@pytest.mark.parametrize(
    ("version", "kind", "target"),
    [
        ("apps/v1", "Deployment", "deployment/x"),
        ("networking.k8s.io/v1", "Ingress", "ingress.networking.k8s.io/x"),
        ("gateway.networking.k8s.io/v1", "Gateway", "gateway.gateway.networking.k8s.io/x"),
    ],
)
def test_the_way_back_names_the_type_so_that_no_other_is_meant(version: str, kind: str, target: str) -> None:
    one = {"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, "spec": {"a": 1}}
    told = inverse_of(parse(["patch", "y", "x", "-p", "{}"]), [(one, {**one, "spec": {"a": 2}})])
    assert told.words[:2] == ("patch", target)


def test_a_change_that_changes_nothing_has_no_way_back() -> None:
    one = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "x"}}
    assert inverse_of(parse(["patch", "pod", "x", "-p", "{}"]), [(one, one)]).reason == "it changes nothing"
