"""Label and field selectors."""

import pytest

from sandbox.cluster.faults import Fault
from sandbox.cluster.kinds import DEPLOYMENTS, EVENTS, PODS
from sandbox.cluster.selecting import field_test, label_test, selector_test, selector_text

THING = {
    "metadata": {"name": "a", "namespace": "ns", "labels": {"app": "web", "tier": "front"}},
    "spec": {"nodeName": "worker-1"},
    "status": {"phase": "Running"},
}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True), ("app=web", True), ("app==web", True), ("app=db", False), ("app!=db", True), ("other!=x", True),
        ("tier", True), ("!tier", False), ("!other", True), ("app in (web, db)", True), ("app notin (web)", False),
        ("other notin (x)", True), ("app=web,tier=front", True), ("app=web,tier=back", False),
        ("app in (db),tier", False), ("app=", False),
    ],
)  # fmt: skip
def test_a_label_selector_selects(text: str, *, fits: bool) -> None:
    assert label_test(text)(THING) is fits


@pytest.mark.parametrize("text", ["app in (a", "a=b=c", "app in web", "=x", "a b"])
def test_a_broken_label_selector_is_a_bad_request(text: str) -> None:
    with pytest.raises(Fault) as caught:
        label_test(text)
    assert (caught.value.code, caught.value.reason) == (400, "BadRequest")


def test_an_unclosed_set_is_told_in_the_servers_words() -> None:
    with pytest.raises(Fault, match=r"unable to parse requirement: found '', expected: ',' or '\)'"):
        label_test("app in (a")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("metadata.name=a", True), ("metadata.name!=a", False), ("status.phase!=Running", False),
        ("status.phase==Running,spec.nodeName=worker-1", True), ("spec.nodeName=", False), ("", True),
        ("spec.hostNetwork=false", True),
    ],
)  # fmt: skip
def test_a_field_selector_selects(text: str, *, fits: bool) -> None:
    assert field_test(PODS, text)(THING) is fits


@pytest.mark.parametrize(("kind", "text"), [(PODS, "spec.nosuch=1"), (DEPLOYMENTS, "status.phase=Running")])
def test_an_unsupported_field_is_a_bad_request(kind: object, text: str) -> None:
    with pytest.raises(Fault, match=f"field label not supported: {text.split('=', maxsplit=1)[0]}"):
        field_test(kind, text)  # type: ignore[arg-type]  # kinds, from the table above


def test_a_field_selector_without_a_sign_is_a_bad_request() -> None:
    with pytest.raises(Fault, match="invalid selector"):
        field_test(PODS, "status.phase")


def test_an_events_source_is_its_component() -> None:
    event = {"metadata": {"name": "e"}, "source": {"component": "kubelet"}, "involvedObject": {"kind": "Pod"}}
    assert field_test(EVENTS, "source=kubelet,involvedObject.kind=Pod")(event)


def test_an_objects_own_selector_knows_expressions() -> None:
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["front", "back"]},
            {"key": "other", "operator": "DoesNotExist"},
        ],
    }
    assert selector_test(selector)(THING)
    assert not selector_test(selector | {"matchLabels": {"app": "db"}})(THING)
    assert selector_text(selector) == "app=web,tier in (back,front),!other"
