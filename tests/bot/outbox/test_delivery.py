"""What was wanted is delivered: once, in order, in as few round trips as can be."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outbox import effects
from bot.outbox.delivery import Outbox
from bot.outbox.pacing import Pace
from bot.store.store import By
from bot.store.tables import EffectState, Kind
from tests.bot.outbox.conftest import PATIENCE, SLOW, Company

CHANNEL = "incident/1/channel"


@contextlib.asynccontextmanager
async def running(outbox: Outbox):
    task = asyncio.create_task(outbox.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(company: Company, state: EffectState, number: int) -> None:
    async with asyncio.timeout(10):
        while [row.state for row in await company.rows()].count(state) < number:  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(0.01)


async def test_a_declare_is_delivered_whole(company: Company):
    number = await company.declare()
    await company.deliver()
    channel = company.channel("incident-1-inferadb")
    assert set(channel.members) == {"U0MUSTER", "U0ALEX"}
    assert company.said("incident-1-inferadb") == ["The card"]
    async with company.store.reading() as reading:
        incident = await reading.incident(number)
        card = await reading.place("incident/1/card")
    assert (incident.channel, incident.channel_name, incident.card_ts) == (channel.id, channel.name, card.ts)
    assert (channel.topic, list(channel.pins)) == ("SEV-2", [card.ts])
    assert [mark["title"] for mark in channel.bookmarks] == ["Runbook"]
    (announced,) = company.said("incidents")
    assert announced == f"INC-1 in <#{channel.id}>: <{card.permalink}|card>"
    assert {row.state for row in await company.rows()} == {EffectState.DONE}


async def test_after_two_round_trips_the_declarer_is_there_with_the_card(company: Company):
    async with running(company.outbox()):
        await company.declare()
        await until(company, EffectState.DONE, 7)
    (create,) = company.workspace.calls.of("conversations.create")
    (card, *_) = company.workspace.calls.of("chat.postMessage")
    (invite, *_) = company.workspace.calls.of("conversations.invite")
    others = [call for call in company.workspace.calls if call not in (create, card, invite)]
    assert create["ended"] <= min(card["at"], invite["at"])
    assert not [call for call in others if call["ended"] < create["at"]]
    assert max(card["at"], invite["at"]) < min(card["ended"], invite["ended"]) + 0.05
    assert invite["arguments"]["users"] == "U0ALEX"


async def test_the_first_delivery_starts_at_the_commit(company: Company):
    patient = replace(PATIENCE, look=3600)
    async with running(company.outbox(patient)):
        await company.want(effects.post("hello", "#incidents", "Hello"))
        await until(company, EffectState.DONE, 1)
    assert company.said("incidents") == ["Hello"]


async def test_what_another_process_commits_is_found(company: Company):
    async with running(company.outbox()):
        company.store.committed = lambda: None
        await company.want(effects.post("hello", "#incidents", "Hello"))
        await until(company, EffectState.DONE, 1)


async def test_messages_of_a_channel_keep_their_order_when_slack_stumbles(company: Company):
    company.workspace.faults.add("chat.postMessage", 500, times=2)
    company.workspace.faults.add("chat.postMessage", 0, times=1)
    async with company.store.changing(by=By("U0ALEX")) as change:
        change.want(*(effects.post(f"m{n}", "#incidents", f"{n}") for n in range(5)))
    await company.deliver()
    assert company.said("incidents") == ["0", "1", "2", "3", "4"]


async def test_one_channel_that_waits_holds_up_no_other(company: Company):
    await company.want(effects.post("a", "#incidents", "a"))
    company.workspace.faults.add("chat.postMessage", 500, times=1)
    outbox = company.outbox(SLOW)
    await outbox.drain()
    await company.want(effects.post("b", "#incidents", "b"), effects.post("c", "#incidents-critical", "c"))
    await outbox.drain()
    assert (company.said("incidents"), company.said("incidents-critical")) == ([], ["c"])


async def test_a_threads_reply_that_waits_holds_up_no_message_of_its_channel(company: Company):
    await company.declare()
    await company.deliver()
    company.workspace.faults.add("chat.postMessage", 500, times=1)
    replies = [effects.post(f"r{n}", CHANNEL, f"reply {n}", thread="incident/1/card") for n in range(2)]
    outbox = company.outbox(SLOW)
    await company.want(*replies)
    await outbox.drain()
    await company.want(effects.post("next", CHANNEL, "Next"))
    await outbox.drain()
    assert company.said("incident-1-inferadb") == ["The card", "Next"]
    await company.deliver()
    assert company.said("incident-1-inferadb") == ["The card", "Next", "reply 0", "reply 1"]


async def test_a_message_for_an_incident_without_a_channel_yet_holds_up_no_other_incident(company: Company):
    company.workspace.faults.add("conversations.create", 500, times=1)
    await company.declare()
    outbox = company.outbox(SLOW)
    await outbox.drain()
    await company.want(effects.post("b", "#incidents", "Another incident"))
    await outbox.drain()
    assert company.said("incidents") == ["Another incident"]


async def test_retry_after_is_honoured_for_the_method_and_not_for_others(company: Company):
    company.workspace.faults.add("conversations.setTopic", 429, retry_after=30)
    outbox = company.outbox()
    await company.want(effects.topic("C0INCIDENTS", "one"))
    await outbox.drain()
    await company.want(effects.topic("C0CRITICAL", "two"), effects.post("p", "#incidents", "Hello"))
    await outbox.drain()
    assert company.said("incidents") == ["Hello"]
    assert len(company.workspace.calls.of("conversations.setTopic")) == 1
    company.skipped += timedelta(seconds=31)
    await outbox.drain()
    assert company.channel("incidents").topic == "one"
    assert company.channel("incidents-critical").topic == "two"


async def test_messages_of_one_channel_are_paced(company: Company):
    outbox = company.outbox(pace=Pace(burst=2))
    await company.want(*(effects.post(f"m{n}", "#incidents", f"{n}") for n in range(4)))
    await outbox.drain()
    assert company.said("incidents") == ["0", "1"]
    company.skipped += timedelta(seconds=1)
    await outbox.drain()
    assert company.said("incidents") == ["0", "1", "2"]


async def test_only_the_newest_edit_is_sent(company: Company):
    await company.declare()
    await company.deliver()
    for text in ("first", "second", "third"):
        await company.want(effects.edit("card", "incident/1/card", text))
    company.workspace.calls.clear()
    await company.deliver()
    assert [call["arguments"]["text"] for call in company.workspace.calls.of("chat.update")] == ["third"]
    assert company.said("incident-1-inferadb") == ["third"]


async def test_two_processes_send_each_effect_once(company: Company):
    outboxes = [company.outbox() for _ in range(3)]
    for name in ("INCIDENTS", "CRITICAL"):
        await company.want(*(effects.post(f"{name}{n}", f"C0{name}", f"{n}") for n in range(8)))
    await asyncio.gather(*(outbox.drain() for outbox in outboxes))
    await company.deliver()
    assert company.said("incidents") == [str(n) for n in range(8)]
    assert company.said("incidents-critical") == [str(n) for n in range(8)]


async def test_while_the_database_is_gone_nothing_is_lost(company: Company):
    company.store.database.ready = False
    async with running(company.outbox()):
        await asyncio.sleep(0)
        company.store.database.ready = True
        await company.want(effects.post("hello", "#incidents", "Hello"))
        await until(company, EffectState.DONE, 1)
    assert company.said("incidents") == ["Hello"]


async def test_a_text_and_a_file_go_into_the_thread_of_a_message(company: Company):
    await company.declare(
        lambda n: effects.post("reply", CHANNEL, "Details", thread="incident/1/card"),
        lambda n: effects.upload("file", CHANNEL, "pm.md", "# Postmortem", "Postmortem", thread="incident/1/card"),
    )
    await company.deliver()
    channel = company.channel("incident-1-inferadb")
    (card,) = channel.pins
    thread = [message for message in channel.messages.values() if message.get("thread_ts") == card]
    assert "Details" in [message["text"] for message in thread]
    assert [file["name"] for message in thread for file in message.get("files") or []] == ["pm.md"]
    (row,) = [row for row in await company.rows() if row.key == "file"]
    assert row.arguments["content"] == ""


async def test_a_mention_by_address_becomes_the_person(company: Company):
    (dana,) = [one for one in company.workspace.people.values() if one.id == "U0DANA"]
    await company.want(effects.post("m", "#incidents", f"<@{dana.email}> and <@nobody@example.com>, please"))
    await company.deliver()
    assert company.said("incidents") == ["<@U0DANA> and nobody@example.com, please"]


async def test_groups_and_addresses_are_invited_and_who_cannot_be_is_told(company: Company):
    (dana,) = [one for one in company.workspace.people.values() if one.id == "U0DANA"]
    names = ["U0SAM", "S0PLATFORM", "S0ONCALL", dana.email, "S0NOBODY", "ghost@example.com", "U0GONE"]
    await company.declare(lambda n: effects.invite(CHANNEL, names))
    await company.deliver()
    assert set(company.channel("incident-1-inferadb").members) >= {"U0SAM", "U0ALEX", "U0DANA", "U0MUSTER"}
    troubles = [entry.text for entry in await company.entries() if entry.kind is Kind.TROUBLE]
    assert len(troubles) == 3
    assert all(any(name in trouble for trouble in troubles) for name in ("S0NOBODY", "ghost@example.com", "U0GONE"))
    assert len([text for text in company.said("incident-1-inferadb") if text.startswith(":warning:")]) == 3


@pytest.mark.parametrize("private", [False, True])
async def test_a_name_that_somebody_else_has_gets_a_number(company: Company, private: bool):
    await company.slack().ask("conversations.create", name="incident-1-inferadb")
    await company.declare(private=private)
    await company.deliver()
    channel = company.channel("incident-1-inferadb-2")
    assert channel.is_private is private
    async with company.store.reading() as reading:
        assert (await reading.incident(1)).channel_name == "incident-1-inferadb-2"


async def test_a_public_channel_is_joined_before_it_is_posted_to(company: Company):
    await company.want(effects.post("m", "#platform", "Hello"))
    await company.deliver()
    assert company.said("platform") == ["Hello"]
