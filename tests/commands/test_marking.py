"""Messages that are pinned or marked join the timeline once, and leave it again; other events are nothing to us."""

from typing import Any

import pytest

from bot.store.tables import Kind
from tests.commands.conftest import Human, Office


async def test_a_marked_message_joins_at_its_own_time_and_leaves_when_unmarked(office: Office, alex: Human) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="The database is at 100 % & rising")
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin")
    marked = await _marked(office, alex, 1)
    assert (marked[0].text, marked[0].person) == ("The database is at 100 % & rising", "U0ALEX")
    assert abs(marked[0].at.timestamp() - float(said["ts"])) < 1e-3
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin", remove=True)
    await _marked(office, alex, 0)


async def test_a_pinned_message_joins_once_and_leaves_with_its_last_mark(office: Office, alex: Human) -> None:
    channel = await office.declared()
    first = await alex.do("say", channel=channel, text="Rolled back")
    second = await alex.do("say", channel=channel, text="It is over")
    await alex.do("pin", channel=channel, ts=first["ts"])
    await _marked(office, alex, 1)
    await alex.do("react", channel=channel, ts=first["ts"], name="pushpin")
    await alex.do("react", channel=channel, ts=second["ts"], name="pushpin")
    assert [entry.text for entry in await _marked(office, alex, 2)] == ["Rolled back", "It is over"]
    await alex.do("pin", channel=channel, ts=first["ts"], remove=True)
    await alex.do("react", channel=channel, ts=first["ts"], name="pushpin", remove=True)
    assert [entry.text for entry in await _marked(office, alex, 1)] == ["It is over"]


async def test_a_message_in_a_thread_can_be_marked(office: Office, alex: Human) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="Who deployed?")
    reply = await alex.do("say", channel=channel, text="It was me", thread=said["ts"])
    await alex.do("react", channel=channel, ts=reply["ts"], name="pushpin")
    assert (await _marked(office, alex, 1))[0].text == "It was me"


@pytest.mark.parametrize("status", [500, 0, "not_in_channel"])
async def test_a_message_that_cannot_be_read_is_marked_all_the_same(
    office: Office, alex: Human, status: int | str
) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="Important")
    office.workspace.faults.add("conversations.history", status, times=5)
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin")
    assert (await _marked(office, alex, 1))[0].text


async def test_other_reactions_and_other_channels_are_nothing_to_us(office: Office, alex: Human) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="Fine")
    other = await alex.do("say", channel="C0INCIDENTS", text="Elsewhere")
    await alex.do("react", channel=channel, ts=said["ts"], name="tada")
    await alex.do("react", channel="C0INCIDENTS", ts=other["ts"], name="pushpin")
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin")
    assert [entry.text for entry in await _marked(office, alex, 1)] == ["Fine"]


async def _marked(office: Office, human: Human, count: int) -> list[Any]:
    """Return the marked entries, once there are so many."""
    found: list[Any] = []

    async def look() -> bool:
        found[:] = [entry for entry in await office.entries() if entry.kind is Kind.MARKED]
        return len(found) == count

    await human.until(look)
    return found


async def test_a_message_stays_until_its_last_mark_is_taken_away(office: Office, alex: Human) -> None:
    channel = await office.declared()
    sam = office.human("U0SAM")
    await sam.do("member", channel=channel, do="join")
    said = await alex.do("say", channel=channel, text="Rolled back")
    other = await alex.do("say", channel=channel, text="It is over")
    for human in (alex, sam):
        await human.do("react", channel=channel, ts=said["ts"], name="pushpin")
    await alex.do("pin", channel=channel, ts=said["ts"])
    await alex.do("react", channel=channel, ts=other["ts"], name="pushpin")
    await _marked(office, alex, 2)
    await sam.do("react", channel=channel, ts=said["ts"], name="pushpin", remove=True)
    await alex.do("pin", channel=channel, ts=said["ts"], remove=True)
    await alex.do("react", channel=channel, ts=other["ts"], name="pushpin", remove=True)
    assert [entry.text for entry in await _marked(office, alex, 1)] == ["Rolled back"]
    await alex.do("react", channel=channel, ts=said["ts"], name="pushpin", remove=True)
    await _marked(office, alex, 0)


async def test_a_marked_message_names_the_people_it_mentions(office: Office, alex: Human) -> None:
    channel = await office.declared()
    said = await alex.do("say", channel=channel, text="Thanks <@U0SAM>, and *all*")
    await alex.do("pin", channel=channel, ts=said["ts"])
    assert [entry.text for entry in await _marked(office, alex, 1)] == ["Thanks @Sam Okafor, and *all*"]
