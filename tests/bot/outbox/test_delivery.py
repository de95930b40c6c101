"""What was wanted is delivered: once, in order, in as few round trips as can be."""

from bot.store.tables import EffectState
from tests.bot.outbox.conftest import Company


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
    assert (channel.topic, channel.pins) == ("SEV-2", [card.ts])
    assert [mark["title"] for mark in channel.bookmarks] == ["Runbook"]
    (announced,) = company.said("incidents")
    assert announced == f"INC-1 in <#{channel.id}>: <{card.permalink}|card>"
    assert {row.state for row in await company.rows()} == {EffectState.DONE}
