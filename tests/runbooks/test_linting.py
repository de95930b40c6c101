"""The linter says what a careful reviewer would."""
# ruff: noqa: E501  # one row of a table is one line

from pathlib import Path

import pytest
import yaml

from runbooks.linting import lint, remarks_on
from runbooks.reading import check_text
from tests.runbooks.examples import values


def remarks(**more: object) -> list[str]:
    return [
        str(one) for one in remarks_on(check_text(yaml.safe_dump(values(**{"on_call": "on-call", **more})), "a.yaml"))
    ]


def step(line: str, **more: object) -> dict[str, object]:
    return {
        "diagnostics": [{"id": "pods", "phase": "assess", "run": line, **more}],
        "severities": [{"key": "P1", "escalate": [{"notify": ["x"]}]}],
    }


def test_a_sound_runbook_has_no_remarks() -> None:
    assert remarks(**step("kubectl get pods")) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl get pods --field-selector=status.phase!=Running", "crash-loops still counts as Running"),
        ("kubectl logs -l app=a | grep error", "write --tail=-1"),
        ("kubectl logs -l app=a --since=10m | wc -l", "write --tail=-1"),
        ("kubectl logs -l app=a", "gives ten lines of each pod"),
        ("kubectl logs deployment/a", "the whole log since the container began; write --tail=200"),
        ("kubectl logs deployment/a | grep error", "the whole log since the container began"),
        ("kubectl get nodes | grep -v Ready", "hides NotReady"),
        ("kubectl get nodes | grep -iv Ready", "hides NotReady"),
        ("kubectl get pods -A | grep -v Running", "hides pods that run and are not ready"),
        ("kubectl get componentstatuses", "deprecated"),
        ("kubectl get endpoints", "endpoints is deprecated; ask `kubectl get endpointslices`"),
        ("kubectl get ingresses.v1beta1.networking.k8s.io", "names an old version of the API"),
        ("kubectl get pods -n other", "the service runs in `inferadb`"),
    ],
)
def test_a_line_that_misleads_is_remarked_on(line: str, said: str) -> None:
    (one,) = remarks(**step(line))
    assert said in one
    assert ": warning: diagnostics[0].run: " in one


@pytest.mark.parametrize(
    "line",
    [
        "kubectl logs -l app=a --tail=-1",
        "kubectl logs deployment/a --since=1h",
        "kubectl logs deployment/a | tail -100",
        "kubectl get nodes | grep -vw Ready",
        "kubectl get pods | grep -v Completed",
        "kubectl get endpointslices",
    ],
)
def test_a_line_that_says_what_it_means_is_left_alone(line: str) -> None:
    assert remarks(**step(line)) == []


@pytest.mark.parametrize(
    ("sql", "remarked"),
    [
        ("SELECT * FROM orders", True),
        ("SELECT id, state FROM orders ORDER BY id", True),
        ("SELECT * FROM orders LIMIT 10", False),
        ("SELECT * FROM orders WHERE created_at > now() - interval '1 hour'", False),
        ("SELECT count(*) FROM orders", False),
        ("SELECT version()", False),
    ],
)
def test_a_query_without_an_end_is_remarked_on(sql: str, remarked: bool) -> None:
    asked = {"id": "a", "phase": "assess", "sql": sql, "connection": "db"}
    said = remarks(**{**step("kubectl get pods"), "diagnostics": [asked], "mitigations": []})
    assert said == (["a.yaml:5: warning: diagnostics[0].sql: it reads a whole table; add WHERE or LIMIT"] * remarked)


def test_a_promql_query_without_an_end_is_remarked_on() -> None:
    asked = {"id": "a", "phase": "assess", "promql": "http_requests_total"}
    (one,) = remarks(**{**step("kubectl get pods"), "diagnostics": [asked], "mitigations": []})
    assert "diagnostics[0].promql: it asks for every series of its metric" in one


@pytest.mark.parametrize(
    ("line", "remarked"),
    [
        ("kubectl get pods", True),
        ("kubectl get pods -n shop", False),
        ("kubectl get pods -A", False),
        ("kubectl get nodes", False),
        ("kubectl top nodes", False),
        ("kubectl describe node/a", False),
        ("kubectl get pv,ingressclasses", False),
        ("kubectl get nodes,pods", True),
        ("kubectl auth whoami", False),
        ("kubectl get --raw '/readyz?verbose'", False),
    ],
)
def test_a_line_in_no_namespace_is_remarked_on(line: str, remarked: bool) -> None:
    said = remarks(**{**step(line), "mitigations": [], "kubernetes": None})
    assert len(said) == remarked
    assert all("it names no namespace; add -n" in one for one in said)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"run": "kubectl delete pod a"}, "nothing in `verify` shows whether A has helped"),
        ({"sql": "DELETE FROM a WHERE b", "connection": "db"}, "nothing in `verify` shows whether A has helped"),
        ({"run": "kubectl rollout undo deploy/a", "risk": "high", "approval": False, "verify": ["pods"]}, "nobody else has to agree"),
        ({"run": "kubectl scale deploy/a --replicas=0", "risk": "low", "verify": ["pods"]}, "it stops everything, and its risk is said to be low"),
        ({"run": "kubectl delete pod a", "risk": "low", "verify": ["pods"]}, "it cannot be taken back, and its risk"),
        ({"run": "kubectl exec a -- redis-cli FLUSHDB", "risk": "low", "verify": ["pods"]}, "it cannot be taken back, and its risk"),
    ],
)  # fmt: skip
def test_a_mitigation_that_could_hurt_is_remarked_on(more: dict[str, object], said: str) -> None:
    (one,) = remarks(**step("kubectl get pods"), mitigations=[{"id": "a", **more}])
    assert said in one


@pytest.mark.parametrize(
    "more",
    [
        {"run": "kubectl rollout undo deploy/a", "risk": "high", "verify": ["pods"]},
        {"run": "kubectl delete pod a", "risk": "medium", "verify": ["pods"]},
        {"manual": "Call the provider"},
        {
            "run": 'kubectl patch deploy/a -p \'{"x":"{size}"}\'',
            "inputs": {"size": {}},
            "verify": ["pods"],
        },
    ],
)
def test_a_mitigation_that_takes_care_is_left_alone(more: dict[str, object]) -> None:
    assert remarks(**step("kubectl get pods"), mitigations=[{"id": "a", **more}]) == []


@pytest.mark.parametrize(
    ("line", "word", "where"),
    [
        ("kubectl get deployments", "crash-looping", "kubectl get pods"),
        ("kubectl get pods", "failed-mount", "kubectl get events"),
        ("kubectl get pods", "recent-rollout", "kubectl rollout history"),
        ("kubectl get widgets", "not-ready", "kubectl get pods"),
        ("kubectl logs deployment/a --tail=9", "oom-killed", "kubectl get pods"),
        ("kubectl top nodes", "memory-near-limit", "kubectl top pod"),
        ("kubectl get sts", "paused", "kubectl get deployments"),
        ("curl http://inferadb/health", "node-trouble", "kubectl get nodes"),
    ],
)
def test_a_finding_that_a_line_can_never_show_is_remarked_on(line: str, word: str, where: str) -> None:
    (one,) = remarks(**step(line, find=["failing", word]))
    said = f"diagnostics[0].find[1]: nothing that this line asks tells of `{word}`; look for it in `{where}`"
    assert said in one


@pytest.mark.parametrize(
    ("line", "find"),
    [
        ("kubectl get pods,deploy,hpa", ["not-ready", "paused", "autoscaler-at-limit"]),
        ("kubectl get all", ["crash-looping", "replicas-missing"]),
        ("kubectl describe nodes | grep -A5 Allocated", ["node-trouble"]),
        ("kubectl events", ["failed-mount", "quota"]),
        ("kubectl get ev", ["warnings", "oom-killed"]),
        ("kubectl rollout history deploy/a", ["recent-rollout"]),
        ("kubectl top pods", ["memory-near-limit"]),
        ("kubectl top nodes", ["node-trouble"]),
        ("kubectl get sts/a", ["replicas-missing"]),
    ],
)
def test_a_finding_where_it_shows_itself_is_left_alone(line: str, find: list[str]) -> None:
    assert remarks(**step(line, find=find)) == []


def test_a_number_may_mean_any_finding() -> None:
    asked = {"id": "a", "phase": "assess", "promql": "max(up)", "bad_when": "< 1", "find": ["node-trouble"]}
    assert remarks(**{**step("kubectl get pods"), "diagnostics": [asked], "mitigations": []}) == []


@pytest.mark.parametrize(
    ("template", "key"),
    [
        ({"update": "{{ title }} is {{ status }}"}, "templates.update"),
        ({"announcement": "{{ title }}"}, "templates.announcement"),
        ({"status_page": {"investigating": "We are looking."}}, "templates.status_page.investigating"),
    ],
)
def test_a_text_that_never_shows_the_impact_is_remarked_on(template: dict[str, object], key: str) -> None:
    (one,) = remarks(**step("kubectl get pods"), templates=template)
    assert f"warning: {key}: it never shows the impact" in one


def test_a_scenario_that_leads_nowhere_is_remarked_on() -> None:
    (one,) = remarks(**step("kubectl get pods"), scenarios=[{"id": "flood", "look_for": ["Water"]}])
    assert "Flood neither looks at anything nor does anything" in one


RATIO = {"id": "error_ratio", "phase": "assess", "promql": "sum(rate(a[1m])) / sum(rate(b[1m]))", "unit": "ratio"}


def ladder(*severities: dict[str, object], **more: object) -> list[str]:
    first, *rest = ({"key": f"P{at}", **one} for at, one in enumerate(severities))
    levels = [{**first, "escalate": [{"notify": ["x"]}]}, *rest]
    return remarks(
        **{**step("kubectl get pods"), "mitigations": [], "diagnostics": [RATIO | more], "severities": levels}
    )


@pytest.mark.parametrize(
    ("severities", "more", "said"),
    [
        (({"respond_within": "1h"}, {"respond_within": "15m"}), {}, "severities[1].respond_within: P1 is answered within 15m, sooner than P0"),
        (({"suggest_when": ["error_ratio > 0.05"]}, {"suggest_when": ["error_ratio > 0.5"]}), {}, "severities[1].suggest_when[0]: whenever that is so, P0 (`error_ratio > 0.05`) is suggested before it"),
        (({"suggest_when": ["error_ratio < 0.5"]}, {"suggest_when": ["error_ratio < 0.05"]}), {}, "whenever that is so, P0"),
        (({},), {"bad_when": "> 5"}, "diagnostics[0].bad_when: `> 5` is never so: it is a ratio, and 5 % of it is 0.05"),
        (({"suggest_when": ["error_ratio > 5"]},), {}, "severities[0].suggest_when[0]: `error_ratio > 5` is never so"),
        (({},), {"bad_when": "> 5%", "unit": "%"}, "diagnostics[0].bad_when: `> 5%` means 0.05 %, as the unit is percent already; leave out the sign"),
        (({"suggest_when": ["error_ratio > 5%"]},), {"unit": "percent"}, "severities[0].suggest_when[0]: `error_ratio > 5%` means 0.05 %"),
    ],
)  # fmt: skip
def test_numbers_that_contradict_each_other_are_remarked_on(
    severities: tuple[dict[str, object], ...], more: dict[str, object], said: str
) -> None:
    (one,) = ladder(*severities, **more)
    assert said in one


@pytest.mark.parametrize(
    ("severities", "more"),
    [
        (({"respond_within": "15m"}, {"respond_within": "1h"}, {"respond_within": "next business day"}), {}),
        (({"suggest_when": ["error_ratio > 0.5"]}, {"suggest_when": ["error_ratio > 0.05"]}), {}),
        (({"suggest_when": ["error_ratio > 50%"]},), {"bad_when": "> 5%"}),
        (({},), {"bad_when": "> 5", "unit": "%"}),
        (({},), {"bad_when": "> 5", "unit": "times"}),
        (({"respond_within": "next business day"}, {"respond_within": "1h"}), {}),
    ],
)
def test_numbers_that_agree_are_left_alone(severities: tuple[dict[str, object], ...], more: dict[str, object]) -> None:
    assert ladder(*severities, **more) == []


def test_a_scenario_that_waits_for_what_nobody_looks_for_is_remarked_on() -> None:
    waits = {"id": "s", "found": ["not-ready", "failed-logins"], "advice": ["Look"]}
    (one,) = remarks(**step("kubectl get pods", find=["not-ready"]), scenarios=[waits])
    assert "scenarios[0].found[1]: no step has `failed-logins` in `find`, so it never comes up by itself" in one


def test_levels_of_the_whole_runbook_are_somebody_to_escalate_to() -> None:
    more = {**step("kubectl get pods"), "severities": [{"key": "P1"}], "escalation": [{"notify": ["x"]}]}
    assert remarks(**more) == []


def test_a_step_that_explains_itself_is_left_alone() -> None:
    assert remarks(**step("kubectl get pods --field-selector=status.phase!=Running", help="The other step")) == []
    assert remarks(**step("kubectl logs -l app=a --tail=-1 | grep error")) == []


def test_a_template_that_names_what_nobody_gives_is_remarked_on() -> None:
    (one,) = remarks(**step("kubectl get pods"), templates={"update": "{{ titel }} {{ impact }}"})
    assert "nobody gives `titel`" in one


def test_a_mitigation_without_a_check_or_a_bound_is_remarked_on() -> None:
    fix = {"id": "a", "run": "kubectl scale deployment/a --replicas={n}", "inputs": {"n": {"type": "integer"}}}
    assert len(remarks(**step("kubectl get pods"), mitigations=[fix])) == 2


def test_nobody_to_call_is_remarked_on() -> None:
    said = " ".join(remarks(on_call=""))
    assert "nobody is invited" in said
    assert "nobody to escalate to" in said


def test_errors_come_with_their_line_and_mend() -> None:
    (one,) = remarks_on(check_text("service: a\nseverities: []\n", "a.yaml"))
    assert one.error
    assert str(one) == "a.yaml:2: error: severities: at least one is wanted (add one)"


def test_two_files_for_one_service_are_an_error(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        text = yaml.safe_dump(values(on_call="x", **step("kubectl get pods")))
        (tmp_path / name).write_text(text, "utf-8")
    (one,) = lint(sorted(tmp_path.iterdir()))
    assert one.error
    assert "is for `orders`, too" in one.text
