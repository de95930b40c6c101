"""What Muster proposes: a severity in the form, a scenario with its fixes, inputs; and the runbook, leafed through."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.incidents.runs import Output
from tests.commands.conftest import INFERADB, Human, Office, blocks_of, office_of, words_of

SEVERITIES = [
    {"key": "SEV-1", "meaning": "Everything is down", "suggest_when": ["error_ratio > 0.5"]},
    {"key": "SEV-2", "meaning": "Many users suffer", "suggest_when": ["error_ratio > 0.05"]},
    {"key": "SEV-3", "meaning": "Some users notice"},
]
BOOK = INFERADB | {
    "severities": SEVERITIES,
    "diagnostics": [
        {"id": "logs", "title": "Logs", "run": "kubectl logs deployment/inferadb"},
        {"id": "error_ratio", "title": "Error ratio", "phase": "assess", "promql": "a", "unit": "ratio"},
        {"id": "console", "title": "The console", "phase": "verify", "manual": "Open the console"},
    ],
    "mitigations": [
        {
            "id": "delete-pod",
            "title": "Delete a pod",
            "run": "kubectl delete pod {pod} -n inferadb",
            "inputs": {"pod": {"type": "name", "choices_from": "kubectl get pods -n inferadb -o name"}},
            "risk": "high",
            "then": ["restart"],
        },
        {"id": "restart", "title": "Restart", "run": "kubectl rollout restart deployment/inferadb -n inferadb"},
        {
            "id": "grow",
            "run": 'kubectl patch pvc data -n inferadb -p \'{"spec":{"resources":{"requests":{"storage":"{size}"}}}}\'',
            "inputs": {"size": {"type": "text", "default": "200Gi"}},
        },
    ],
    "scenarios": [
        {
            "id": "many-errors",
            "title": "Many errors",
            "when": ["error_ratio > 0.01"],
            "causes": ["A bad deploy"],
            "advice": ["Tell support"],
            "first": ["logs"],
            "check": ["error_ratio"],
            "try": ["restart"],
        }
    ],
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_of(tmp_path, [BOOK]) as opened:
        yield opened


def failing(office: Office, ratio: float) -> None:
    """Let Prometheus say that so many requests fail."""
    office.lines.answers["error_ratio"] = Output("promql a", f"{ratio}\n", "", 0, 3, value=ratio)


async def test_the_form_proposes_the_severity_that_the_numbers_speak_for(office: Office, alex: Human) -> None:
    failing(office, 0.07)
    await alex.type("/incident declare", "C0INCIDENTS")
    form = await alex.form("looks")
    assert "Looks like *SEV-2*: 7\N{NO-BREAK SPACE}% of requests fail" in words_of(form["blocks"])
    assert _chosen(form) == "SEV-2"
    assert (await alex.submit(form, title="Logins fail"))["ok"]
    await alex.told("INC-1 is declared: <#", "C0INCIDENTS")
    assert (await office.incident()).severity == "SEV-2"


def _chosen(form: dict[str, Any]) -> str:
    block = next(one for one in form["blocks"] if one["block_id"].startswith("severity:"))
    return str((block["element"].get("initial_option") or {}).get("value", ""))


async def test_a_severity_that_was_typed_is_not_overruled(office: Office, alex: Human) -> None:
    failing(office, 0.07)
    await alex.type("/incident declare sev3 inferadb")
    form = await alex.form("looks")
    assert "Looks like *SEV-2*" in words_of(form["blocks"])
    assert _chosen(form) == "SEV-3"


async def test_choosing_another_severity_keeps_what_the_form_tells(office: Office, alex: Human) -> None:
    failing(office, 0.07)
    await office.declared("sev3 inferadb Something")
    await alex.type("/incident declare", "C0INCIDENTS")
    form = await alex.form("looks")
    block = next(one for one in form["blocks"] if one["block_id"].startswith("severity:"))
    option = next(one for one in block["element"]["options"] if one["value"] == "SEV-1")
    where = {"block_id": block["block_id"], "action_id": block["element"]["action_id"]}
    await alex.do("view", view_id=form["id"], do="act", action={**where, "selected_option": option})

    async def kept() -> bool:
        drawn = await alex.form("looks")
        return _chosen(drawn) == "SEV-1" and "open_ones" in blocks_of(drawn)

    await alex.until(kept)


async def test_good_numbers_propose_nothing_in_the_form(office: Office, alex: Human) -> None:
    failing(office, 0.001)
    channel = await office.declared("sev3 inferadb Something")
    await alex.type("/incident declare", channel)
    form = await alex.form("open_ones")
    assert "Looks like" not in words_of(form["blocks"])
    assert _chosen(form) == ""


async def test_the_summary_names_the_scenario_and_each_button_leads_on(office: Office, alex: Human) -> None:
    failing(office, 0.07)
    channel = await office.declared("sev3 inferadb Errors")
    summary = await alex.reads("Looks like *Many errors*", channel)
    said = words_of(summary)
    assert "• Tell support" in said
    assert "This now looks like *SEV-2*: 7\N{NO-BREAK SPACE}% of requests fail. It is SEV-3." in said
    assert "Restart…" in said
    await alex.press(summary, "Change to SEV-2", channel)
    await alex.reads("Severity is now *SEV-2*", channel)
    await alex.press(summary, "Keep evidence first", channel)
    await alex.reads("Checks for “Many errors”", channel)
    texts = [entry.text for entry in await office.entries()]
    assert any(text.startswith("Severity SEV-3 → SEV-2") for text in texts)


async def test_when_nothing_is_wrong_nothing_is_suggested(office: Office, alex: Human) -> None:
    failing(office, 0.001)
    channel = await office.declared("sev3 inferadb Something")
    summary = await alex.reads("nothing stands out", channel)
    assert not any("accessory" in block for block in summary["blocks"])


async def test_a_scenario_is_diagnosed_by_its_title(office: Office, alex: Human) -> None:
    failing(office, 0.001)
    channel = await office.declared("sev3 inferadb Something")
    await alex.type("/incident diagnose many errors", channel)
    said = words_of(await alex.reads("Usual causes", channel))
    assert "*Many errors*" in said
    assert "• A bad deploy" in said
    assert "Restart…" in said


async def test_a_step_for_a_person_is_ticked_with_done(office: Office, alex: Human) -> None:
    channel = await office.declared("sev3 inferadb Something")
    await alex.type("/incident diagnose verify", channel)
    summary = await alex.reads("Verification", channel)

    async def replied() -> Any:
        got = await alex.see("messages", channel=channel, thread=summary["ts"])
        return next((one for one in got.get("messages", []) if "to be done by a person" in words_of(one)), None)

    await alex.press(await alex.until(replied), "Done", channel)
    await alex.reads("✅ *The console*", channel)


async def test_what_there_is_to_choose_from_is_drawn_into_the_form(office: Office, alex: Human) -> None:
    channel = await office.declared("sev3 inferadb Something")
    office.lines.answers["choices"] = Output("kubectl", "pod/inferadb-1\npod/inferadb-2\n", "", 0, 3)
    await alex.type("/incident mitigate delete-pod", channel)

    async def drawn() -> Any:
        form = await alex.form("pod")
        return form if any(one["block_id"] == "pod:chosen" for one in form["blocks"]) else None

    form = await alex.until(drawn)
    assert "High risk" in words_of(form["blocks"])
    assert (await alex.submit(form, pod="inferadb-2"))["ok"]
    asked = await alex.told("Nothing is sent before you press Apply", channel)
    assert "A second person should agree" in words_of(asked)
    await alex.press(asked, "Apply", channel)
    await alex.press(await alex.reads("Next: Restart…", channel), "Next: Restart…", channel)
    await alex.told("Restart? Nothing is sent", channel)
    assert office.lines.sent == ["kubectl delete pod inferadb-2 -n inferadb"]


async def test_a_volumes_next_size_is_read_from_its_claim(office: Office, alex: Human) -> None:
    channel = await office.declared("sev3 inferadb Something")
    office.lines.answers["choices"] = Output("kubectl", "100Gi", "", 0, 3)
    await alex.type("/incident mitigate grow", channel)

    async def drawn() -> Any:
        form = await alex.form("size")
        block = next(one for one in form["blocks"] if (one.get("block_id") or "").startswith("size"))
        return form if block["element"].get("initial_value") == "128Gi" else None

    assert "Filled in from what was found" in words_of((await alex.until(drawn))["blocks"])


async def test_in_a_drill_nothing_is_applied(office: Office, alex: Human) -> None:
    channel = await office.declared("--drill sev3 inferadb Something")
    await alex.type("/incident mitigate restart", channel)
    asked = await alex.told("Nothing is sent before you press Rehearse", channel)
    await alex.press(asked, "Rehearse", channel)
    await alex.told("Rehearsed: nothing was applied", channel)
    await alex.reads("This is a drill: nothing was applied.", channel)
    assert office.lines.sent == []
    assert any("rehearsed `kubectl rollout restart" in entry.text for entry in await office.entries())


async def test_the_runbook_is_leafed_through_by_buttons_in_one_message(office: Office, alex: Human) -> None:
    channel = await office.declared("sev3 inferadb Something")
    await alex.type("/incident runbook", channel)
    overview = await alex.told("respond within", channel)
    await alex.press(overview, "Scenarios", channel)
    listed = await alex.told("*Scenarios*", channel)
    assert listed["ts"] == overview["ts"]
    await alex.press(listed, "Show", channel)
    one = words_of(await alex.told("Fix, in this order", channel))
    assert "`kubectl logs deployment/inferadb`" in one
    assert "Do it…" in one
    assert "Run the checks" in one


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("inferadb severities", "Many users suffer"),
        ("inferadb mitigations", "kubectl delete pod {pod}"),
        ("inferadb verify", "Open the console"),
        ("inferadb many-errors", "A bad deploy"),
        ("inferadb contacts", "Priya Nair"),
        ("inferadb scenarioz", "Did you mean `scenarios`"),
    ],
)
async def test_a_part_of_the_runbook_can_be_named(alex: Human, words: str, part: str) -> None:
    await alex.type(f"/incident runbook {words}")
    await alex.told(part)


async def test_outside_an_incident_the_runbook_offers_nothing_to_run(alex: Human) -> None:
    await alex.type("/incident runbook inferadb many-errors")
    shown = words_of(await alex.told("Fix, in this order"))
    assert "Do it…" not in shown
    assert "Run" not in shown.splitlines()
