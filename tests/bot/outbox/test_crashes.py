"""Killed between any two Slack calls, or answered by nothing, everything happens exactly once."""

import asyncio
from collections.abc import Callable

import pytest

from bot.outbox import effects
from bot.outbox.pacing import Pace
from bot.outbox.records import LEASE
from bot.store.tables import EffectState, Incident, Kind
from tests.bot.outbox.conftest import Company

CHANNEL = "incident/1/channel"


def more() -> list[Callable[[int], effects.Effect]]:
    card = effects.card_place(1)
    return [
        lambda n: effects.post("reply", CHANNEL, "Details", thread=card, incident=n),
        lambda n: effects.upload("file", CHANNEL, "graph.png", b"\x89PNG picture", "Graph", incident=n),
        lambda n: effects.edit("edit", card, "The card, edited"),
    ]


async def assert_everything_once(company: Company) -> None:
    channels = [one for one in company.workspace.channels.values() if one.name.startswith("incident-1")]
    assert len(channels) == 1
    (channel,) = channels
    texts = [one["text"] for one in channel.messages.values() if one.get("bot_id") and not one.get("subtype")]
    assert sorted(text for text in texts if text) == ["Details", "The card, edited"]
    files = [file["name"] for one in channel.messages.values() for file in one.get("files") or []]
    assert files == ["graph.png"]
    assert len(channel.pins) == len(channel.bookmarks) == len(company.said("incidents")) == 1
    assert set(channel.members) == {"U0MUSTER", "U0ALEX"}
    assert {row.state for row in await company.rows()} == {EffectState.DONE}
    assert not [entry for entry in await company.entries() if entry.kind is Kind.TROUBLE]


METHODS = [
    "conversations.create",
    "conversations.invite",
    "chat.postMessage",
    "chat.update",
    "pins.add",
    "conversations.setTopic",
    "bookmarks.add",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "usergroups.users.list",
    "chat.getPermalink",
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fault", ["lost", 0, 500, "internal_error", 429])
async def test_whatever_happens_to_a_call_everything_happens_once(company: Company, method: str, fault: int | str):
    company.workspace.faults.add(method, fault, times=2, retry_after=1)
    await company.declare(*more())
    await company.deliver()
    await assert_everything_once(company)
    assert company.workspace.calls.of(method)


async def crash_at(company: Company, number: int) -> bool:
    """Deliver until the call with this number has been answered, and die there; False: there were fewer."""
    outbox = company.outbox()
    calls = company.workspace.calls
    task = asyncio.create_task(outbox.drain())
    while not task.done() and len([call for call in calls if call["status"]]) < number:
        await asyncio.wait({task}, timeout=0.001)
    if task.done():
        return False
    for sending in list(outbox._sending.values()):
        sending.cancel()
    task.cancel()
    await asyncio.gather(task, *outbox._sending.values(), return_exceptions=True)
    return True


@pytest.mark.parametrize("number", range(1, 14))
async def test_killed_after_any_call_it_completes_once(company: Company, number: int):
    await company.declare(*more())
    assert await crash_at(company, number)
    company.skipped += LEASE
    await company.deliver()
    await assert_everything_once(company)


async def test_killed_again_and_again_it_completes_once(company: Company):
    await company.declare(*more())
    for _ in range(8):
        if await crash_at(company, len(company.workspace.calls) + 2):
            company.skipped += LEASE
    await company.deliver()
    await assert_everything_once(company)


async def test_a_claim_that_was_never_sent_is_sent_after_its_lease(company: Company):
    await company.want(effects.post("hello", "#incidents", "Hello"))
    claim = await company.outbox()._records.claim(company.now(), Pace(), 10)
    assert [row.key for row in claim.rows] == ["hello"]
    await company.outbox().drain()
    assert company.said("incidents") == []
    company.skipped += LEASE
    await company.outbox().drain()
    assert company.said("incidents") == ["Hello"]


async def test_a_restart_on_sqlite_waits_for_no_lease(company: Company):
    await company.want(effects.post("hello", "#incidents", "Hello"))
    await company.outbox()._records.claim(company.now(), Pace(), 10)
    task = asyncio.create_task(company.outbox().run())
    async with asyncio.timeout(5):
        while company.store.database.is_sqlite and not company.said("incidents"):  # noqa: ASYNC110 - as in test_delivery
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_renewed_lease_is_not_taken_over(company: Company):
    await company.want(effects.post("hello", "#incidents", "Hello"))
    mine, other = company.outbox()._records, company.outbox()._records
    claim = await mine.claim(company.now(), Pace(), 10)
    await mine.renew([row.id for row in claim.rows if row.id], company.now() + LEASE)
    later = await other.claim(company.now() + LEASE, Pace(), 10)
    assert not later.rows


async def test_an_incident_never_takes_another_ones_channel(company: Company):
    """Two incidents want one name; the second one's create is answered by nothing."""
    for number in (1, 2):
        async with company.store.database.changing() as session:
            values = {"service": "x", "severity": "SEV-2", "declared_by": "U0ALEX"}
            session.add(Incident(title="x", started_at=company.now(), **values))
        if number == 2:
            company.workspace.faults.add("conversations.create", 0)
        await company.want(effects.create_channel(number, "incident-same"))
        await company.deliver()
    async with company.store.reading() as reading:
        names = [(await reading.incident(number)).channel_name for number in (1, 2)]
    assert names == ["incident-same", "incident-same-2"]
