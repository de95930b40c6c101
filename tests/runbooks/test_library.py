"""InferaDB's runbook says what its wiki says, and every line of it runs or says why a person must."""

from datetime import timedelta

import pytest

from runbooks.compiling import compiled
from runbooks.linting import lint
from runbooks.model import Runbook
from runbooks.parts.conditions import Condition
from runbooks.reading import own_files
from runbooks.templates import render

OOM_KILLS = (
    'kubectl get pods -n inferadb -l app=inferadb -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}'
    '{.status.containerStatuses[0].lastState.terminated.reason}{"\\n"}{end}\' | grep OOM'
)
READING = [
    "kubectl get pods -n inferadb -l app=inferadb",
    "kubectl get events -n inferadb --sort-by='.lastTimestamp' | head -20",
    "kubectl logs -n inferadb -l app=inferadb --tail=100 | grep -i error",
    'curl http://inferadb:8080/metrics | grep -E "(error|latency|requests)"',
    "kubectl get pods -n inferadb -l app=inferadb -o wide",
    "kubectl rollout history deployment/inferadb -n inferadb",
    "kubectl top pods -n inferadb -l app=inferadb",
    'kubectl get configmap inferadb-config -n inferadb -o yaml | grep "creationTimestamp"',
    "curl -I https://auth.example.com/.well-known/jwks.json",
    "curl http://inferadb:8080/metrics | grep inferadb_requests_total",
    "curl http://inferadb:8080/metrics | grep inferadb_errors_total",
    "curl http://inferadb:8080/metrics | grep inferadb_request_duration",
    "kubectl get pods -n inferadb -l app=inferadb --field-selector=status.phase!=Running",
    OOM_KILLS,
    'kubectl logs -n inferadb -l app=inferadb --since=10m --tail=-1 | grep -i "error\\|fatal\\|panic"',
    "kubectl logs -n inferadb -l app=inferadb --since=10m --tail=-1 | grep -i error | wc -l",
    "curl http://inferadb:8080/metrics | grep inferadb_request_duration_seconds",
    "kubectl get pods -n inferadb",
    "kubectl logs -n inferadb -l app=inferadb --tail=-1 | grep ERROR | tail -100",
    "curl https://auth.example.com/.well-known/jwks.json",
    "kubectl top pods -n inferadb",
]
PROGRAMS = {
    "health-ready": "kubectl exec -n inferadb {item} -- curl -s http://localhost:8080/health/ready",
    "foundationdb": (
        'kubectl exec -n inferadb deployment/inferadb -- fdbcli -C /etc/foundationdb/fdb.cluster --exec "status"'
    ),
    "redis": "kubectl exec -n inferadb deployment/inferadb -- redis-cli -h redis ping",
}


def test_the_library_has_no_errors_and_nothing_to_remark() -> None:
    assert [str(one) for one in lint(own_files())] == []


@pytest.mark.parametrize("line", READING)
def test_every_reading_line_of_the_wiki_is_a_step_that_runs(line: str, inferadb: Runbook) -> None:
    steps = [step for step in inferadb.diagnostics if step.automatic and step.line == line]
    assert steps
    assert compiled(line).pipeline.words[0] in {"kubectl", "curl"}


@pytest.mark.parametrize("id_", PROGRAMS)
def test_programs_inside_the_pods_are_steps_that_run(id_: str, inferadb: Runbook) -> None:
    step = next(step for step in inferadb.diagnostics if step.id == id_)
    assert step.run == PROGRAMS[id_]
    assert bool(step.foreach) == ("{item}" in PROGRAMS[id_])


def test_what_the_wiki_starts_a_pod_for_is_asked_through_the_cluster(inferadb: Runbook) -> None:
    smoke = next(step for step in inferadb.diagnostics if step.id == "smoke-test")
    request = compiled(smoke.line).request
    assert request is not None
    assert (request.method, request.url) == ("POST", "http://inferadb:8080/v1/check")
    assert smoke.harmless
    assert smoke.help


def test_the_ladder_is_the_wikis(inferadb: Runbook) -> None:
    within = {one.key: one.respond_within.length for one in inferadb.severities}
    assert within == {
        "SEV-1": timedelta(0),
        "SEV-2": timedelta(minutes=15),
        "SEV-3": timedelta(hours=1),
        "SEV-4": timedelta(hours=4),
    }
    due = {one.key: (one.update.remind_after, one.update.due_after) for one in inferadb.severities}
    assert due["SEV-1"] == due["SEV-2"] == (timedelta(minutes=15), timedelta(minutes=30))
    assert due["SEV-3"] == due["SEV-4"] == (timedelta(hours=1), timedelta(hours=2))
    assert all(one.meaning and one.examples for one in inferadb.severities)


def test_escalation_is_the_wikis(inferadb: Runbook) -> None:
    first, second = inferadb.severities[0].escalate, inferadb.severities[1].escalate
    assert [level.notify for level in first] == [("on-call-manager",), ("platform-lead",)]
    assert (second[0].after, second[0].unless, second[0].notify) == (
        timedelta(minutes=15),
        "resolved",
        ("platform-lead",),
    )
    assert inferadb.channels.critical == {"SEV-1": "#incidents-critical"}


@pytest.mark.parametrize(("ratio", "key"), [(0.6, "SEV-1"), (0.06, "SEV-2"), (0.02, "SEV-3")])
def test_a_severity_is_suggested_by_the_error_ratio(ratio: float, key: str, inferadb: Runbook) -> None:
    suggested = [
        one.key
        for one in inferadb.severities
        if any(c.step == "error_ratio" and c.holds(ratio) for c in map(Condition.read, one.suggest_when))
    ]
    assert suggested[0] == key


def test_the_quick_mitigations_come_first_and_have_bounds(inferadb: Runbook) -> None:
    assert [one.id for one in inferadb.mitigations][:3] == ["rollback", "restart", "scale-up"]
    replicas = inferadb.mitigations[2].inputs["replicas"]
    assert (replicas.default, replicas.min, replicas.max) == (10, 1, 50)
    assert all(one.verify for one in inferadb.mitigations)


def test_the_postmortem_has_every_section_of_the_wikis_template(inferadb: Runbook) -> None:
    said = render(inferadb.templates.postmortem, {})
    for section in (
        "# Postmortem: ", "## Incident summary", "**Date**", "**Duration**", "**Severity**", "**Impacted users**",
        "## Root cause", "## Detection", "**How detected**", "**Time to detect**", "## Response",
        "**Time to acknowledge**", "**Time to mitigate**", "**Time to resolve**", "## What went well",
        "## What went wrong", "## Action items", "1. [ ]", "## Timeline",
    ):  # fmt: skip
        assert section in said


def test_a_drill_is_marked_in_what_stakeholders_read(inferadb: Runbook) -> None:
    for name in ("announcement", "update", "automatic_update"):
        assert "rill" in render(getattr(inferadb.templates, name), {"drill": True})
        assert "rill" not in render(getattr(inferadb.templates, name), {"drill": False})


def test_every_scenario_and_checklist_of_the_wiki_is_there(inferadb: Runbook) -> None:
    of_the_wiki = ["all-pods-failing", "high-error-rate", "high-latency"]
    assert [one.id for one in inferadb.scenarios] == [*of_the_wiki, "out-of-memory", "logins-fail"]
    assert sum(len(one.items) for one in inferadb.checklists) == 21
