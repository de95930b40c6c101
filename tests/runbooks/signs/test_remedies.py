"""What would help becomes the runbook's own mitigation, with its inputs filled in as far as their bounds allow."""

from typing import Any

import pytest

from runbooks.model import Mitigation, Runbook
from runbooks.signs.finding import Finding, Remedy
from runbooks.signs.memory import bytes_of, next_limit
from runbooks.signs.remedies import act_of, offered
from tests.runbooks.examples import runbook

LINES = {
    "kubectl rollout undo deployment/inferadb -n inferadb": "undo",
    "kubectl rollout undo deployment/inferadb --to-revision={revision}": "undo",
    "kubectl rollout restart deployment/prod-omendb -n omendb-prod": "restart",
    "kubectl scale deployment inferadb --replicas={replicas} -n inferadb": "scale",
    "kubectl scale deployment/prod-omendb --replicas=0 -n omendb-prod": None,
    "kubectl set resources deployment inferadb --limits=cpu=8,memory=16Gi -n inferadb": "memory",
    """kubectl patch deployment/x -p '{"spec":{"resources":{"limits":{"memory":"16Gi"}}}}'""": "memory",
    "kubectl delete pod {pod} -n inferadb": "delete-pod",
    "kubectl exec -n omendb-prod deployment/prod-omendb -- rm -rf /tmp/old": "clean-disk",
    """kubectl patch pvc omendb-data -p '{"spec":{"resources":{"requests":{"storage":"200Gi"}}}}'""": "grow-volume",
    "kubectl set env deployment/inferadb INFERA__AUTH__ENABLED=false": None,
    "kubectl drain {node} --ignore-daemonsets": "drain",
}


def fix(run: str, **inputs: dict[str, Any]) -> dict[str, Any]:
    return {"id": "fix", "run": run, "inputs": inputs}


def book(*mitigations: dict[str, Any]) -> Runbook:
    return runbook(mitigations=list(mitigations))


def suggested(act: Any, mitigation: dict[str, Any], object_: str = "", **values: Any) -> Finding:
    return offered(Finding("bad", object_, "x", remedies=(Remedy(act, object_, values),)), book(mitigation))


@pytest.mark.parametrize(("line", "act"), LINES.items())
def test_a_mitigation_is_known_by_its_line(line: str, act: str | None) -> None:
    names = ("revision", "replicas", "pod", "node")
    inputs = {name: {"type": "name"} for name in names if f"{{{name}}}" in line}
    assert act_of(Mitigation.model_validate(fix(line, **inputs))) == act


def test_a_workload_of_another_name_is_no_help() -> None:
    undo = fix("kubectl rollout undo deployment/inferadb -n inferadb")
    assert suggested("undo", undo, "inferadb").mitigations == ("fix",)
    assert suggested("undo", undo, "inferadb-6f9c-x2").mitigations == ("fix",)
    assert suggested("undo", undo, "coredns-7c").mitigations == ()


def test_the_revision_to_go_back_to_is_filled_in() -> None:
    line = "kubectl rollout undo deployment/web --to-revision={revision}"
    assert suggested("undo", fix(line, revision={"type": "integer"}), revision=3).inputs == {"fix": {"revision": "3"}}


@pytest.mark.parametrize(
    ("line", "asked", "value"),
    [
        ("kubectl set resources deployment/web --limits=memory={memory}", {"type": "name"}, None),
        ("kubectl set resources deployment/web --limits=memory={memory}", {"type": "text"}, "2Gi"),
        ("kubectl set resources deployment/web --limits=memory={memory}Gi", {"type": "integer", "max": 64}, "2"),
        ("kubectl set resources deployment/web --limits=memory={memory}Mi", {"type": "integer", "max": 1024}, "1024"),
        ("kubectl set resources deployment/web --limits=memory={m}", {"type": "choice", "choices": ["4Gi"]}, "4Gi"),
        ("kubectl set resources deployment/web --limits=memory={m}", {"type": "choice", "choices": ["512Mi"]}, None),
    ],
)  # fmt: skip
def test_the_memory_is_raised_by_the_next_step_within_the_inputs_bounds(
    line: str, asked: dict[str, Any], value: str | None
) -> None:
    name = "m" if "{m}" in line else "memory"
    inputs = suggested("memory", fix(line, **{name: asked}), memory="2Gi").inputs
    assert inputs.get("fix", {}).get(name) == value


def test_what_a_pod_asks_for_is_left_as_it_is() -> None:
    line = "kubectl set resources deployment/web --limits=memory={limit} --requests=memory={request}"
    both = fix(line, limit={"type": "text"}, request={"type": "text"})
    assert suggested("memory", both, memory="2Gi").inputs == {"fix": {"limit": "2Gi"}}


def test_what_a_pod_asks_for_is_never_more_than_its_new_limit() -> None:
    line = "kubectl set resources deployment/web --limits=memory={most} --requests=memory={free}"
    sizes = ["1Gi", "2Gi", "8Gi"]
    usual = {"type": "choice", "choices": sizes, "default": "8Gi"}
    found = suggested("memory", fix(line, most=usual, free=usual), memory="2Gi")
    assert found.inputs == {"fix": {"most": "2Gi", "free": "2Gi"}}
    small = usual | {"default": "1Gi"}
    assert suggested("memory", fix(line, most=usual, free=small), memory="2Gi").inputs == {"fix": {"most": "2Gi"}}


def test_the_size_of_a_larger_volume_is_filled_in() -> None:
    line = """kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"{size}"}}}}'"""
    assert suggested("grow-volume", fix(line, size={"type": "text"}), storage="128Gi").inputs == {
        "fix": {"size": "128Gi"}
    }


def test_a_line_that_deletes_another_pod_is_no_help() -> None:
    line = "kubectl delete pod postgres-0"
    assert suggested("delete-pod", fix(line), "postgres-1").mitigations == ()
    assert suggested("delete-pod", fix(line), "postgres-0").mitigations == ("fix",)


def test_the_pod_to_delete_is_filled_in() -> None:
    line = "kubectl delete pod {name} -n inferadb"
    found = suggested("delete-pod", fix(line, name={"type": "name"}), "web-1", pod="web-1")
    assert found.inputs == {"fix": {"name": "web-1"}}


@pytest.mark.parametrize(
    ("pod", "fixes", "inputs"),
    [
        ("kafka-2", ("fix",), {"fix": {"broker": "2"}}),
        ("kafka-7", ("fix",), {}),  # beyond the bounds: nearer is another pod
        ("zookeeper-2", (), {}),
    ],
)
def test_what_is_left_of_the_pods_name_is_filled_in(pod: str, fixes: tuple[str, ...], inputs: dict[str, Any]) -> None:
    numbered = fix("kubectl delete pod kafka-{broker} -n kafka", broker={"type": "integer", "min": 0, "max": 4})
    found = suggested("delete-pod", numbered, pod, pod=pod)
    assert (found.mitigations, found.inputs) == (fixes, inputs)


def test_the_address_to_block_is_filled_in() -> None:
    line = (
        "kubectl patch networkpolicy block-attacker --type=merge "
        """-p '{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"0.0.0.0/0","except":["{who}/32"]}}]}]}}'"""
    )
    found = suggested("block", fix(line, who={"type": "text", "pattern": r"[\d.]+"}), address="198.51.100.23")
    assert found.inputs == {"fix": {"who": "198.51.100.23"}}


@pytest.mark.parametrize(
    ("now", "then"), [("1Gi", "2Gi"), ("768Mi", "1Gi"), ("100M", "128Mi"), ("100Gi", "128Gi"), ("x", "")]
)
def test_the_next_step_is_the_next_power_of_two(now: str, then: str) -> None:
    assert next_limit(now) == then


@pytest.mark.parametrize(("text", "size"), [("1Ki", 1024), ("1k", 1000), ("2", 2), ("1.5Gi", 1.5 * 2**30), ("a", None)])
def test_amounts_are_read_as_kubernetes_writes_them(text: str, size: float | None) -> None:
    assert bytes_of(text) == size
