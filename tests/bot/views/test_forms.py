"""Every form is one that Slack takes, with little required and the most important input first."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.incidents.values import Offered
from bot.store.tables import Incident
from bot.views import declare_form, forms
from bot.views.declare_form import Filled
from runbooks.model import Mitigation, Runbook, Severity
from sandbox.slack.checking import check_view

LONG = "long " * 2_000
LADDER = [Severity(key=f"SEV-{number}", meaning=LONG) for number in range(1, 5)]
SCALE = Mitigation.model_validate(
    {
        "id": "scale-up",
        "run": "kubectl scale deployment/x --replicas={replicas} -n {where}",
        "about": "More *pods* <!channel>",
        "inputs": {
            "replicas": {"type": "integer", "default": 10, "min": 1, "max": 50},
            "where": {"type": "choice", "choices": ["blue", "green"], "default": "green"},
            "factor": {"type": "number", "min": 0.5},
            "reason": {"type": "text", "label": "Why"},
        },
    }
)


def runbook(service: str, **more: Any) -> Runbook:
    return Runbook.model_validate({"service": service, "severities": [{"key": "SEV-1"}, {"key": "SEV-2"}], **more})


def incident(number: int, **more: Any) -> Incident:
    started = datetime(2026, 3, 6, 3, tzinfo=UTC)
    known = {"title": f"Title {number}", "service": "a", "severity": "SEV-1", "declared_by": "U1"}
    return Incident(id=number, started_at=started, **{**known, **more})


ALL = {
    "update": forms.update("7", "C1"),
    "resolve": forms.resolve("7", "C1"),
    "note": forms.note("7", "C1"),
    "reopen": forms.reopen("7", "C1"),
    "cancel": forms.cancel("7", "C1"),
    "severity": forms.severity("7", "C1", LADDER, "SEV-2"),
    "mitigation": forms.mitigation("7", "C1", Offered(SCALE)),
    "declare": declare_form.declare(Filled(), {"a": runbook("a"), "b": runbook("b")}, {"channel": "C1"}),
    "declare, filled in": declare_form.declare(
        Filled(LONG, "a", "sev2", LONG, True, True, LONG[:1_200], LONG),
        {"a": runbook("a", title=LONG[:100]), "b": runbook("b")},
        {"quote": "ü" * 1_200, "channel": "C1", "of": ["C1", "1.2"]},
        [incident(number, title=LONG, channel="C1") for number in range(1, 9)],
    ),
    "declare, of a hundred and twenty services": declare_form.declare(
        Filled(service="s7"), {f"s{number}": runbook(f"s{number}") for number in range(120)}, {}
    ),
}
REQUIRED = {
    "update": ["known"],
    "resolve": ["root_cause"],
    "note": ["text"],
    "reopen": ["reason"],
    "cancel": ["reason"],
}


@pytest.mark.parametrize("form", ALL.values(), ids=ALL.keys())
def test_slack_takes_every_form(form: dict[str, Any]) -> None:
    check_view(form, "modal")
    assert len(form["private_metadata"]) <= 3_000


@pytest.mark.parametrize("name", REQUIRED)
def test_only_what_matters_must_be_written_and_it_comes_first(name: str) -> None:
    inputs = [block for block in ALL[name]["blocks"] if block["type"] == "input"]
    typed = [block for block in inputs if block["element"]["type"] == "plain_text_input"]
    assert [block["block_id"] for block in typed if not block.get("optional")] == REQUIRED[name]
    assert inputs[0]["block_id"] == REQUIRED[name][0]


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("declare")])
def test_a_form_keeps_which_incident_it_is_about_and_where_to_answer(name: str) -> None:
    kept = json.loads(ALL[name]["private_metadata"])
    assert (kept["ref"], kept["channel"]) == ("7", "C1")


def test_severities_are_the_services_own_with_what_they_mean() -> None:
    book = runbook("a", severities=[{"key": "P0", "meaning": "Down"}, {"key": "P1"}])
    form = declare_form.declare(Filled(service="a", severity="p1"), {"a": book}, {})
    severity = next(block["element"] for block in form["blocks"] if block.get("block_id") == "severity:a")
    assert [(one["value"], one.get("description", {}).get("text")) for one in severity["options"]] == [
        ("P0", "Down"),
        ("P1", None),
    ]
    assert severity["initial_option"]["value"] == "P1"


def test_without_a_service_the_form_says_that_severities_follow() -> None:
    blocks = ALL["declare"]["blocks"]
    assert not any((block.get("block_id") or "").startswith("severity") for block in blocks)
    assert "then its severities appear here" in json.dumps(blocks)
    service = next(block for block in blocks if block.get("block_id") == "service")
    assert service["dispatch_action"] is True


def test_open_incidents_are_shown_five_at_most_and_escaped() -> None:
    found = [incident(number, title="<!channel> *down*") for number in range(1, 9)]
    drawn = json.dumps(declare_form.declare(Filled(service="a"), {"a": runbook("a")}, {}, found), ensure_ascii=False)
    assert "INC-5" in drawn
    assert "INC-6" not in drawn
    assert "and 3 more" in drawn
    assert "<!channel>" not in drawn


def test_each_input_of_a_mitigation_becomes_the_element_that_fits() -> None:
    elements = {b["block_id"]: b for b in ALL["mitigation"]["blocks"] if b["type"] == "input"}
    kinds = {name: block["element"]["type"] for name, block in elements.items()}
    assert kinds == {
        "replicas": "number_input",
        "where": "static_select",
        "factor": "number_input",
        "reason": "plain_text_input",
    }
    replicas = elements["replicas"]["element"]
    assert (replicas["min_value"], replicas["max_value"], replicas["initial_value"]) == ("1", "50", "10")
    assert elements["factor"]["element"]["is_decimal_allowed"] is True
    assert elements["reason"]["label"]["text"] == "Why"
    assert elements["replicas"].get("optional") is True
    assert not elements["reason"].get("optional")
