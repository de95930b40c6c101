"""What a runbook needs in the cluster is told part by part, and written as roles that grant that and no more."""

from pathlib import Path

import pytest
import yaml

from runbooks.model import Runbook
from runbooks.reading import read_runbook
from runbooks.rights import beyond, elsewhere, to_diagnose, to_mitigate
from runbooks.roles import roles

BOOK = """service: shop
kubernetes: {namespace: default, workload: deployment/shop, services: [shop]}
severities: [{key: SEV-1}]
values: {NAME: web}
"""


def book(folder: Path, parts: str) -> Runbook:
    file = folder / "shop.yaml"
    file.write_text(BOOK + parts)
    return read_runbook(file)


def looking(folder: Path, step: str) -> list[str]:
    needs = to_diagnose(book(folder, f"diagnostics:\n  - id: look\n    {step}\n"))
    assert all(need.parts == ("look",) for need in needs)
    return [str(need.right) for need in needs]


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        ("run: kubectl get pods | grep -v Running", ["list pods"]),
        ("run: kubectl get configmap $NAME", ["get configmaps of web"]),
        ("run: curl http://shop:8080/health", ["get services/proxy of shop:8080"]),
        ("run: curl https://example.com/health", []),
        ("promql: up", []),
        ("manual: call somebody", []),
        ("tool: helm history shop", []),
        (
            "{run: 'kubectl logs {item}', foreach: 'kubectl get pods -o name'}",
            ["list pods", "get pods", "get pods/log"],
        ),
        (
            "run: for p in web-1 web-2; do kubectl logs $p; done",
            ["get pods of web-1", "get pods/log of web-1", "get pods of web-2", "get pods/log of web-2"],
        ),
        (
            """run: "for p in $(kubectl get deploy -o name); do kubectl rollout status $p; done\"""",
            ["list deployments", "get deployments", "watch deployments"],
        ),
    ],
)
def test_a_step_needs_what_its_line_asks_of_the_cluster(step: str, needs: list[str], tmp_path: Path) -> None:
    step = step if not step.startswith("{") else step.strip("{}").replace("', ", "'\n    ", 1)
    assert looking(tmp_path, step) == needs


def test_what_is_chosen_may_be_any_name_and_what_is_listed_those_alone(tmp_path: Path) -> None:
    parts = """mitigations:
  - id: any
    run: kubectl delete pod {pod} --wait=false
    inputs: {pod: {type: name, choices_from: kubectl get pods -o name}}
  - id: one
    run: kubectl annotate {what} seen=yes
    inputs: {what: {type: choice, choices: [service/a, service/b]}}
  - {id: elsewhere, run: "kubectl delete pod x --wait=false", cluster: west}
  - {id: by-hand, manual: "promote the replica", cluster: east}
"""
    found = book(tmp_path, parts)
    rights = [f"{need.right}: {', '.join(need.parts)}" for need in to_mitigate(found)]
    assert rights == [
        "list pods: any",
        "get pods: any",
        "delete pods: any",
        "get services of a: one",
        "patch services of a: one",
        "get services of b: one",
        "patch services of b: one",
    ]
    assert elsewhere(found) == ("west",)
    assert [str(need.right) for need in to_mitigate(found, "west")] == ["get pods of x", "delete pods of x"]
    assert "`muster lint --rights --cluster west` writes those for there." in roles(found)


def test_a_right_to_all_makes_one_to_a_name_needless_and_keeps_who_needs_it(tmp_path: Path) -> None:
    parts = """diagnostics:
  - {id: named, run: kubectl get pod web-1}
  - {id: picked, run: 'for p in $(kubectl get pods -o name); do kubectl get $p; done'}
mitigations:
  - {id: away, run: kubectl delete pod web-1 --wait=false}
"""
    found = book(tmp_path, parts)
    needs = {str(need.right): need.parts for need in to_diagnose(found)}
    assert needs == {"list pods": ("picked",), "get pods": ("picked", "named")}
    assert [str(need.right) for need in beyond(to_mitigate(found), to_diagnose(found))] == ["delete pods of web-1"]


def granted(text: str) -> set[tuple[str, ...]]:
    """Every right that the rules of roles give, one by one."""
    return {
        (document["metadata"].get("namespace", ""), group, resource, name, verb)
        for document in yaml.safe_load_all(text)
        if document and document["kind"] in {"Role", "ClusterRole"}
        for one in document["rules"]
        for group in one["apiGroups"]
        for resource in one["resources"]
        for name in one.get("resourceNames", [""])
        for verb in one["verbs"]
    }


def test_roles_grant_what_is_needed_and_no_more(tmp_path: Path) -> None:
    parts = """diagnostics:
  - {id: pods, run: kubectl get pods -A}
  - {id: workload, run: kubectl rollout status deployment/shop}
  - {id: copy, run: kubectl get backup latest}
mitigations:
  - {id: scale, run: kubectl scale deployment/shop --replicas=3}
  - {id: other, run: kubectl scale deployment/other --replicas=3}
"""
    found = book(tmp_path, parts)
    needs = [need.right for need in (*to_diagnose(found), *to_mitigate(found))]
    assert granted(roles(found)) == {(one.namespace, one.group, one.written, one.name, one.verb) for one in needs}
    assert "# unknown until asked: `kubectl api-resources` tells the group and the plural of backup" in roles(found)


def test_a_runbook_that_asks_nothing_needs_no_role(tmp_path: Path) -> None:
    text = roles(book(tmp_path, "diagnostics: [{id: calls, manual: call somebody}]\n"))
    assert "need nothing there" in text
    assert [one for one in yaml.safe_load_all(text) if one] == []
