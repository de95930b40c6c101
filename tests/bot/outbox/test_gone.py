"""What somebody has deleted, or taken from Muster's reach, swallows nothing that people wait for."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.outbox import effects
from bot.outbox.delivery import Outbox
from bot.outbox.pacing import Pace
from bot.outbox.records import LEASE, Made, Records
from bot.outbox.slack import Slack, web_client
from bot.store.tables import EffectState, Kind
from tests.bot.outbox.conftest import Company

CHANNEL, CARD, ANNOUNCEMENT = effects.channel_place(1), effects.card_place(1), effects.announcement_place(1)
NAME = "incident-1-inferadb"


async def troubles(company: Company) -> list[str]:
    return [entry.text for entry in await company.entries() if entry.kind is Kind.TROUBLE]


async def test_a_message_is_said_though_what_it_links_to_was_deleted(company: Company):
    await company.declare(private=True)
    await company.deliver()
    company.channel(NAME).messages.clear()
    text = f"Not sent yet. <place:{CARD}|Open the list>, or copy <place:{CARD}>"
    await company.want(effects.post("reminder", CHANNEL, text, mentions=[CARD]))
    await company.deliver()
    assert company.said(NAME) == ["Not sent yet. Open the list, or copy "]


async def test_a_deleted_message_that_is_edited_again_and_again_is_told_of_once(company: Company):
    await company.declare()
    await company.deliver()
    company.channel(NAME).messages.clear()
    for word in ("one", "two", "three"):
        await company.want(effects.edit("edit", CARD, word))
        await company.deliver()
    (trouble,) = await troubles(company)
    assert trouble.startswith("Muster could not edit a message: somebody deleted it. `/incident` shows how")
    assert company.said(NAME) == [f":warning: {trouble}"]


@pytest.mark.parametrize("fault", [None, "lost"])
async def test_an_update_is_said_in_the_channel_when_the_announcement_was_deleted(company: Company, fault: str | None):
    await company.declare()
    await company.deliver()
    company.channel("incidents").messages.clear()
    await company.want(effects.post("update", "#incidents", "Errors are falling", thread=ANNOUNCEMENT, incident=1))
    if fault:
        company.workspace.faults.add("chat.postMessage", fault)
        company.workspace.faults.add("chat.postMessage", fault)
    await company.deliver()
    assert company.said("incidents") == ["Errors are falling"]
    assert await troubles(company) == []


def delete(company: Company) -> None:
    del company.workspace.channels[company.channel(NAME).id]


def remove(company: Company) -> None:
    company.channel(NAME).members.remove("U0MUSTER")


@pytest.mark.parametrize("happens", [delete, remove])
async def test_a_channel_that_muster_cannot_reach_is_told_once_to_whoever_has_the_incident(
    company: Company, happens: Callable[[Company], None]
):
    await company.declare(private=True)
    await company.deliver()
    happens(company)
    for word in ("one", "two"):
        await company.want(effects.post(word, CHANNEL, word, incident=1), effects.topic(CHANNEL, word))
        await company.deliver()
    (trouble,) = await troubles(company)
    assert trouble.startswith("The channel of INC-1 is gone, or Muster was removed from it, so nothing")
    (told,) = [row for row in await company.rows() if row.arguments.get("channel") == "U0ALEX"]
    assert told.state is EffectState.DONE
    assert "Type `/invite @Muster` there if it still exists, or end it here" in told.arguments["text"]


async def test_who_has_lost_its_lease_records_nothing(company: Company):
    await company.want(effects.post("m", "#incidents", "Hello"))
    one, two = Records(company.store.database, "one"), Records(company.store.database, "two")
    (mine,) = (await one.claim(company.now(), Pace(), 1)).rows
    company.skipped += LEASE + timedelta(seconds=1)
    (theirs,) = (await two.claim(company.now(), Pace(), 1)).rows
    await two.done(theirs, Made(channel="C0INCIDENTS", ts="1.1"), company.now())
    await one.later(mine, company.now(), "slow down", unclear=False)
    await one.give_up(mine, "slow down", "It could not be said", company.now())
    assert [row.state for row in await company.rows()] == [EffectState.DONE]


async def test_what_is_being_sent_is_not_sent_beside_it_when_its_lease_runs_out(company: Company):
    asked, begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        begun.set()
        await go_on.wait()
        return web.json_response({"ok": True, "channel": "C0INCIDENTS", "ts": "1.1"})

    slow = web.Application()
    slow.router.add_post("/{method}", answer)
    async with TestServer(slow) as server:
        slack = Slack(web_client("xoxb-1", f"{server.make_url('/')}", company.session))
        outbox = Outbox(company.store.database, slack, now=company.now)
        await company.want(effects.post("m", "#incidents", "Hello"))
        await outbox._deliver_ready()
        await begun.wait()
        company.skipped += LEASE + timedelta(seconds=1)
        await outbox._deliver_ready()
        go_on.set()
        await asyncio.wait(outbox._sending.values())
    assert asked == ["/chat.postMessage"]
    assert [row.state for row in await company.rows()] == [EffectState.DONE]
