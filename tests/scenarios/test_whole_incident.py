"""An incident from the first word to the postmortem: sandbox and bot as two processes, read as a person reads."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.prometheus import free_port
from tests.scenarios.person import Person, elements, person, text_of
from tests.scenarios.started import Company, bot, sandbox

INCIDENTS = "C0INCIDENTS"


async def break_it(company: Company, alex: Person) -> None:
    """Ship a bad revision, and wait until the alert fires."""
    await company.control("break", {"service": "inferadb", "story": "bad-deploy"})
    await alex.sees("C0PLATFORM", "InferaDBHighErrorRate firing")


async def declare(alex: Person) -> dict[str, Any]:
    await alex.say(INCIDENTS, "/incident declare SEV-2 inferadb Checkout errors above 5%")
    return await alex.enters("incident-")


async def roll_back(alex: Person, channel: str) -> None:
    card = await alex.sees(channel, "INC-1", "Acknowledge")
    await alex.click(channel, card, "mitigate")
    offered = await alex.sees(channel, "Roll back")
    button = next(
        (block, part)
        for block, part in elements(offered)
        if part["action_id"].startswith("mitigation_choose") and "rollback" in part["value"]
    )
    await alex.do("/people/click", channel=channel, ts=offered["ts"], block_id=button[0], **chosen(button[1]))
    asked = await alex.sees(channel, "kubectl rollout undo deployment/inferadb -n inferadb", "mitigation_apply")
    twice = await asyncio.gather(*(press(alex, channel, asked, "mitigation_apply") for _ in range(2)))
    assert any(answer["ok"] for answer in twice), twice


async def press(alex: Person, channel: str, message: dict[str, Any], action: str) -> dict[str, Any]:
    block, part = next(one for one in elements(message) if one[1]["action_id"].startswith(action))
    return await alex.do("/people/click", channel=channel, ts=message["ts"], block_id=block, **chosen(part))


def chosen(element: dict[str, Any]) -> dict[str, Any]:
    return {"action_id": element["action_id"], "value": element["value"]}


async def resolve(alex: Person, channel: str) -> None:
    card = await alex.sees(channel, "INC-1", "Acknowledge")
    await alex.click(channel, card, "resolve")
    form = await alex.form("resolve")
    first = next(block for block in form["blocks"] if block["type"] == "input")
    assert first["label"]["text"] == "Root cause"
    values = {
        "root_cause": {"root_cause": {"type": "plain_text_input", "value": "A bad deploy"}},
        "fix": {"fix": {"type": "plain_text_input", "value": "Rolled back to the last good revision"}},
        "follow_ups": {"follow_ups": {"type": "plain_text_input", "value": "Canary the next deploy"}},
    }
    answer = await alex.submit(form, values)
    assert answer["ok"], answer


async def read_file(alex: Person, message: dict[str, Any]) -> str:
    url = message["files"][0]["url_private"]
    async with alex.http.get(url, params={"as": alex.user}) as answer:
        return await answer.text()


async def play(company: Company, alex: Person) -> str:
    """Declare, diagnose, roll back, resolve; return the postmortem."""
    await break_it(company, alex)
    channel = (await declare(alex))["id"]
    card = await alex.sees(channel, "INC-1", "SEV-2", "Checkout errors above 5%", "Acknowledge", "Resolve")
    await alex.sees(INCIDENTS, "SEV-2", "Checkout errors above 5%")
    await alex.click(channel, card, "acknowledge")
    await alex.sees(channel, "Acknowledge", "<@U0ALEX>")
    summary = await alex.sees(channel, "❌", "Each output is in the thread")
    assert "done" not in summary["text"]
    await alex.sees(channel, "kubectl get pods -n inferadb -l app=inferadb", "CrashLoopBackOff", thread=summary["ts"])
    await roll_back(alex, channel)
    await alex.sees(channel, ":white_check_mark: *Roll back")
    await alex.say(channel, "/incident update Monitoring The bad revision is gone, errors fall")
    await alex.sees(channel, "The bad revision is gone", "Monitoring")
    await alex.say(channel, "/incident note The dashboards were late by five minutes")
    said = await alex.say(channel, "Customer success says checkout works again")
    await alex.do("/people/react", channel=channel, ts=said["ts"], name="pushpin")
    await resolve(alex, channel)
    await alex.sees(channel, "Resolved by <@U0ALEX>")
    await alex.say(channel, "/incident postmortem")
    return await read_file(alex, await alex.sees(channel, "postmortem", ".md"))


@pytest.mark.prometheus
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_an_incident_is_declared_diagnosed_rolled_back_resolved_and_written_up(mode: str, tmp_path: Path) -> None:
    number = free_port()
    http = ("--slack-mode", "http", "--events-url", f"http://127.0.0.1:{number}/slack/events") if mode == "http" else ()
    async with (
        sandbox(*http) as company,
        bot(company, tmp_path, HTTP_PORT=str(number)),
        person(company.page) as alex,
    ):
        written = await play(company, alex)
        state = await company.control("state")
        calls = await company.control("calls")
    for words in (
        "Checkout errors above 5%",
        "A bad deploy",
        "Canary the next deploy",
        "kubectl rollout undo deployment/inferadb -n inferadb",
        "The dashboards were late by five minutes",
        "Customer success says checkout works again",
        "The bad revision is gone",
    ):
        assert words in written, written
    assert state["services"][0]["replicas"]["ready"] == state["services"][0]["replicas"]["desired"]
    told = [call for call in calls if call["method"] == "conversations.create"]
    assert len(told) == 1
    refused = [(call["method"], call["answer"]) for call in calls if not (call["answer"] or {}).get("ok")]
    assert not [one for one in refused if (one[1] or {}).get("error") != "already_in_channel"], refused


async def test_it_goes_on_without_prometheus_and_says_so(tmp_path: Path) -> None:
    async with sandbox("--no-prometheus") as company, bot(company, tmp_path), person(company.page) as alex:
        channel = (await declare(alex))["id"]
        summary = await alex.sees(channel, "Each output is in the thread", "Error ratio", "Prometheus")
        assert "Traceback" not in text_of(summary)
        assert "✅" in text_of(summary), "the cluster's own steps still run"


async def test_two_people_press_resolve_and_the_second_is_told_who_did(tmp_path: Path) -> None:
    async with (
        sandbox("--no-prometheus") as company,
        bot(company, tmp_path),
        person(company.page) as alex,
        person(company.page, "U0SAM") as sam,
    ):
        channel = (await declare(alex))["id"]
        await sam.do("/people/member", channel=channel, do="join")
        await alex.say(channel, "/incident resolve A bad deploy")
        await sam.say(channel, "/incident resolve A worse deploy")
        await sam.sees(channel, "already resolved by <@U0ALEX>")
        await alex.sees(channel, "Resolved by <@U0ALEX>")
        messages = await alex.messages(channel)
        assert sum("Resolved by" in text_of(message) for message in messages) == 1


async def test_a_bot_that_is_stopped_and_started_goes_on_where_it_was(tmp_path: Path) -> None:
    async with sandbox("--no-prometheus") as company, person(company.page) as alex:
        async with bot(company, tmp_path):
            channel = (await declare(alex))["id"]
            await alex.sees(channel, "INC-1", "Acknowledge")
        async with bot(company, tmp_path) as again:
            await alex.say(channel, "/incident resolve It healed by itself")
            await alex.sees(channel, "Resolved by <@U0ALEX>")
            async with aiohttp.ClientSession() as http, http.get(again.url + "/metrics") as answer:
                assert re.search(r"^muster_", await answer.text(), re.MULTILINE)
        calls = await company.control("calls")
    assert sum(call["method"] == "conversations.create" for call in calls) == 1
