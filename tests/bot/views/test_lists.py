"""Lists for one person: everything Slack takes, however long, with nothing that mentions or formats by accident."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.values import Look
from bot.store.tables import Entry, Incident, Kind, MitigationRun, RunState
from bot.views import declared, home, lists, runbook
from bot.views.contacts import contacts
from bot.views.message import Message
from runbooks.model import Runbook, Target
from sandbox.slack.checking import check_message, check_view

AT = datetime(2026, 3, 6, 3, tzinfo=UTC)
WILD = "<!channel> *bold* & `code` " + "long " * 400
BOOK = Runbook.model_validate(
    {
        "service": "inferadb",
        "title": "InferaDB",
        "about": WILD,
        "owner": "Platform",
        "on_call": "on-call",
        "links": [{"title": WILD, "url": "https://grafana.example.com/d/1"}],
        "severities": [{"key": f"SEV-{number}", "meaning": WILD} for number in range(1, 5)],
        "contacts": [{"name": WILD, "role": WILD, "reach": WILD, "person": "manager"}] * 20,
        "diagnostics": [{"id": f"step-{number}", "run": "kubectl get pods"} for number in range(60)],
        "mitigations": [{"id": f"fix-{number}", "run": "kubectl get pods", "about": WILD} for number in range(30)],
        "scenarios": [{"id": "slow", "title": WILD, "try": ["fix-1"]}],
    }
)


def incident(number: int = 1, **more: Any) -> Incident:
    known = {"title": WILD, "service": "inferadb", "severity": "SEV-1", "declared_by": "U1", "channel": "C1"}
    return Incident(id=number, started_at=AT, **{**known, **more})


def entry(number: int, text: str = WILD) -> Entry:
    at = AT + timedelta(minutes=number)
    return Entry(incident=1, at=at, recorded_at=at, kind=Kind.NOTE, person="U1", text=text)


def run(state: RunState) -> MitigationRun:
    return MitigationRun(
        incident=1, mitigation="x", title=WILD, line=WILD, by="U1", token="t", state=state, started_at=AT
    )


def look(**more: Any) -> Look:
    return Look(incident(), BOOK, BOOK.severities[0], AT, **more)


SHOWN: dict[str, Message] = {
    "nothing open": lists.open_incidents([]),
    "many open": lists.open_incidents([incident(number, private=True, drill=True) for number in range(1, 80)]),
    "a long timeline": lists.timeline(look(entries=[entry(number) for number in range(300)])),
    "an empty timeline": lists.timeline(look()),
    "contacts": contacts(BOOK, lambda name: "U2" if name == "manager" else None),
    "no contacts": contacts(Runbook.model_validate({"service": "a", "severities": [{"key": "P0"}]}), lambda _: None),
    "roles": lists.roles(incident(commander="U1")),
    "mitigations offered": lists.offered(incident(), BOOK.mitigations),
    "none offered": lists.offered(incident(), []),
    "mitigations run": lists.mitigations_run(look(mitigations=[run(state) for state in RunState])),
    "none run": lists.mitigations_run(look()),
    "the runbook": runbook.overview(BOOK),
    "its severities": runbook.severities(BOOK),
    "its first steps": runbook.phase(BOOK, "investigate", 2, incident()),
    "its scenarios": runbook.scenarios(BOOK),
    "its mitigations": runbook.mitigations(BOOK, incident()),
    **{f"the scenario {one.id}": runbook.scenario(BOOK, one, incident()) for one in BOOK.scenarios[:3]},
    "the services": lists.services([BOOK] * 30),
    "a suggestion": lists.suggestion("sevrity", "severity " + WILD),
    "no suggestion": lists.suggestion(WILD, None),
    "declared": declared.there(incident(), on_call=True),
    "its channel is on its way": declared.on_its_way(incident(channel=None)),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN.keys())
def test_slack_takes_every_message_and_nothing_in_it_mentions_everybody(shown: Message) -> None:
    check_message(shown.blocks)
    assert shown.text
    assert "<!channel>" not in shown.text
    assert "<!channel>" not in json.dumps([block for block in shown.blocks if block["type"] == "section"])


@pytest.mark.parametrize("count", [0, 1, 120])
def test_slack_takes_the_home_tab_however_much_is_open(count: int) -> None:
    view = home.home([incident(number) for number in range(1, count + 1)])
    check_view(view, "home")
    assert "Declare an incident" in json.dumps(view)


def test_a_timeline_that_is_too_long_keeps_its_end() -> None:
    shown = json.dumps(lists.timeline(look(entries=[entry(n, f"line {n}.") for n in range(300)])).blocks)
    assert "line 299." in shown
    assert "line 0." not in shown
    assert "are left out" in shown


def test_a_runbook_says_where_its_pods_run_and_how_they_are_picked() -> None:
    where = Target(cluster="eu", namespace="shop", workload="deployment/web", selector="app=web")
    shown = json.dumps(runbook.overview(BOOK.model_copy(update={"kubernetes": where})).blocks[1])
    assert "Runs in: cluster eu, namespace shop, deployment/web, pods app=web" in shown


def test_a_suggestion_that_a_button_cannot_carry_still_suggests() -> None:
    blocks = SHOWN["a suggestion"].blocks
    assert [element["action_id"] for element in blocks[1]["elements"]] == ["suggested:meant", "suggested:help"]


def test_by_hand_names_the_channel_the_on_call_and_the_links() -> None:
    told = declared.by_hand("Checkout fails!", "inferadb", BOOK, "S0ONCALL")
    assert "`#incident-inferadb-checkout-fails`" in told
    assert "<!subteam^S0ONCALL>" in told
    assert "https://grafana.example.com/d/1" in told
    assert "#incidents" in told


def test_by_hand_helps_without_a_runbook_too() -> None:
    told = declared.by_hand("Checkout fails", "", None, None)
    assert "`#incident-checkout-fails`" in told
    assert "your on-call" in told
