"""The three kinds of patch."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cluster.faults import Fault
from sandbox.cluster.patching import json_patch, merge_patch, strategic_merge_patch

WEB, SIDECAR = {"name": "web", "image": "web:1"}, {"name": "sidecar", "image": "side:1"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("x", "", "é")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, {"a": 2, "b": 3}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"b": {"c": None, "d": 1}}, {"a": 1, "b": {"d": 1}}),
        ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_a_merge_patch_follows_its_rfc(target: Any, patch: Any, result: Any) -> None:
    assert merge_patch(target, patch) == result


@given(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3), st.dictionaries(st.sampled_from("abc"), JSON))
def test_a_merge_patch_applied_twice_is_a_merge_patch_applied_once(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


def test_a_strategic_patch_merges_containers_by_name_and_leaves_the_others() -> None:
    spec = {"containers": [WEB, SIDECAR]}
    patch = {"containers": [{"name": "web", "image": "web:2"}]}
    assert strategic_merge_patch(spec, patch) == {"containers": [WEB | {"image": "web:2"}, SIDECAR]}


def test_a_strategic_patch_obeys_its_directives() -> None:
    spec = {"containers": [WEB, SIDECAR], "finalizers": ["a", "b"], "strategy": {"type": "RollingUpdate", "x": 1}}
    patch = {
        "$setElementOrder/containers": [{"name": "new"}, {"name": "web"}],
        "containers": [{"name": "new", "image": "new:1"}, {"name": "sidecar", "$patch": "delete"}],
        "$deleteFromPrimitiveList/finalizers": ["a"],
        "strategy": {"$retainKeys": ["type"], "type": "Recreate"},
    }
    assert strategic_merge_patch(spec, patch) == {
        "containers": [{"name": "new", "image": "new:1"}, WEB],
        "finalizers": ["b"],
        "strategy": {"type": "Recreate"},
    }


def test_a_strategic_patch_can_replace_a_list_or_a_map_whole() -> None:
    spec = {"containers": [WEB, SIDECAR], "labels": {"a": "1"}}
    patch = {"containers": [{"$patch": "replace"}, SIDECAR], "labels": {"$patch": "replace", "b": "2"}}
    assert strategic_merge_patch(spec, patch) == {"containers": [SIDECAR], "labels": {"b": "2"}}


def test_a_strategic_patch_merges_ports_environment_and_finalizers() -> None:
    spec = {"env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 80}], "finalizers": ["a"], "args": ["x"]}
    patch = {
        "env": [{"name": "B", "value": "2"}, {"name": "A", "value": "9"}],
        "ports": [{"containerPort": 81}], "finalizers": ["b", "a"], "args": ["y"],
    }  # fmt: skip
    assert strategic_merge_patch(spec, patch) == {
        "env": [{"name": "A", "value": "9"}, {"name": "B", "value": "2"}],
        "ports": [{"containerPort": 80}, {"containerPort": 81}], "finalizers": ["a", "b"], "args": ["y"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/b", "value": 2}, {"a": [1, 2], "b": 2}),
        ({"op": "add", "path": "/a/-", "value": 3}, {"a": [1, 2, 3]}),
        ({"op": "add", "path": "/a/0", "value": 0}, {"a": [0, 1, 2]}),
        ({"op": "add", "path": "/x~1y~0z", "value": 1}, {"a": [1, 2], "x/y~z": 1}),
        ({"op": "remove", "path": "/a/0"}, {"a": [2]}),
        ({"op": "replace", "path": "/a/1", "value": 9}, {"a": [1, 9]}),
        ({"op": "replace", "path": "", "value": {}}, {}),
        ({"op": "test", "path": "/a/0", "value": 1}, {"a": [1, 2]}),
        ({"op": "copy", "from": "/a/0", "path": "/b"}, {"a": [1, 2], "b": 1}),
        ({"op": "move", "from": "/a/0", "path": "/b"}, {"a": [2], "b": 1}),
    ],
)
def test_a_json_patch_operates(operation: Any, result: Any) -> None:
    assert json_patch({"a": [1, 2]}, [operation]) == result


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nosuch"}, {"op": "replace", "path": "/nosuch", "value": 1}, {"op": "add"},
        {"op": "test", "path": "/a/0", "value": 7}, {"op": "add", "path": "/a/9", "value": 1}, "text",
        {"op": "frobnicate", "path": "/a"}, {"op": "add", "path": "a", "value": 1},
    ],
)  # fmt: skip
def test_a_json_patch_that_cannot_be_done_is_refused_and_changes_nothing(operation: Any) -> None:
    before = {"a": [1, 2]}
    with pytest.raises(Fault) as caught:
        json_patch(before, [{"op": "add", "path": "/b", "value": 1}, operation])
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")
    assert before == {"a": [1, 2]}


def test_a_json_patch_that_is_no_list_is_a_bad_request() -> None:
    with pytest.raises(Fault, match="cannot unmarshal object"):
        json_patch({}, {"op": "add"})
