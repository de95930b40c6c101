"""A payload that Slack delivers again changes nothing and says nothing more; over Socket Mode and over HTTP."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from tests.commands.conftest import Human, Office

TIMES = 10
ELSEWHERE = "C0INCIDENTS"
"""A channel that is no incident's: what is asked from there is answered there."""


@pytest.mark.parametrize(
    "line", ["ack", "update Still looking", "severity SEV-1", "role scribe", "note It is odd", "resolve A bad deploy"]
)
async def test_a_command_delivered_ten_times_is_done_once(office: Office, alex: Human, line: str) -> None:
    await office.declared()
    await alex.type(f"/incident INC-1 {line}", ELSEWHERE)

    async def answered() -> bool:
        return len(await _private(alex, ELSEWHERE)) == 1

    await alex.until(answered)
    await office.services.diagnoses.idle()
    before = [entry.text for entry in await office.entries()]
    answers = await office.workspace.delivery.again(TIMES)
    assert all(answer.ok for answer in answers)
    await _quiet(office, alex)
    assert [entry.text for entry in await office.entries()] == before
    assert len(await _private(alex, ELSEWHERE)) == 1


async def test_a_declaration_delivered_ten_times_declares_once(office: Office, alex: Human) -> None:
    await alex.type("/incident declare SEV-2 inferadb Checkout fails", "C0INCIDENTS")
    await office.workspace.delivery.again(TIMES)
    await alex.told("is declared: <#", "C0INCIDENTS")
    await _quiet(office, alex)
    assert len(await office.incidents()) == 1
    assert len(office.calls("conversations.create")) == 1


async def test_a_click_delivered_ten_times_is_one_click(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.press(await alex.reads("Acknowledge", channel), "Acknowledge", channel)
    await office.workspace.delivery.again(TIMES)
    await alex.reads("acknowledged INC-1 after", channel)
    await _quiet(office, alex)
    assert [entry.kind.value for entry in await office.entries()].count("acknowledged") == 1
    assert await _private(alex, channel) == []


async def test_a_form_delivered_again_after_it_was_taken_closes_quietly(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.press(await alex.reads("Acknowledge", channel), "Resolve", channel)
    assert (await alex.submit(await alex.form("root_cause"), root_cause="A bad deploy"))["ok"]
    await alex.reads("INC-1 is resolved", channel)
    answers = await office.workspace.delivery.again(TIMES)
    assert all(answer.ok and not answer.body for answer in answers)


async def test_a_marked_message_told_of_ten_times_joins_once(office: Office, alex: Human) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="Odd")
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin")

    async def marked() -> bool:
        return any(entry.kind.value == "marked" for entry in await office.entries())

    await alex.until(marked)
    await office.workspace.delivery.again(TIMES)
    await _quiet(office, alex)
    assert [entry.text for entry in await office.entries() if entry.kind.value == "marked"] == ["Odd"]


async def test_over_http_the_same_commands_answer(office: Office, alex: Human) -> None:
    async with _over_http(office):
        channel = await office.declared()
        await alex.type("/incident resolve A bad deploy", channel)
        await alex.reads("INC-1 is resolved", channel)
        await alex.type("/incident declare", "C0INCIDENTS")
        form = await alex.form("title")
        assert "service" in (await alex.submit(form, title="Logins fail", service="inferadb"))["errors"]


class _over_http:  # noqa: N801 - it reads as what it does where it is used
    """Deliver payloads as signed HTTP requests instead."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.runner: web.AppRunner | None = None

    async def __aenter__(self) -> None:
        async def take(request: web.Request) -> web.Response:
            bolt_request = await to_bolt_request(request)
            return await to_aiohttp_response(await self.office.app.async_dispatch(bolt_request))

        application = web.Application()
        application.router.add_post("/slack/events", take)
        self.runner = web.AppRunner(application, shutdown_timeout=1.0)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        delivery = self.office.workspace.delivery
        delivery.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/slack/events"
        delivery.mode = "http"
        assert await delivery.verify_url()

    async def __aexit__(self, *_: object) -> None:
        self.office.workspace.delivery.mode = "socket"
        if self.runner is not None:
            await self.runner.cleanup()


async def _private(human: Human, channel: str) -> list[dict[str, Any]]:
    return [one for one in await human.messages(channel) if one.get("ephemeral")]


async def _quiet(office: Office, human: Human) -> None:
    """Have one more command answered: by then what was delivered before it has been taken."""
    await human.type("/incident list", "C0PLATFORM")
    await human.told("open", "C0PLATFORM")
    async with asyncio.timeout(20):
        await office.services.diagnoses.idle()
