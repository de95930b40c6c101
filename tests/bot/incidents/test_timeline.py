from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BadInput, NoSuchIncident, Redelivered
from bot.incidents.timeline import Marked
from bot.store.store import By
from bot.store.tables import Kind

from .conftest import ALEX, JO, SAM, START, House

TS = f"{(START - timedelta(minutes=5)).timestamp():.6f}"


async def test_a_note_stands_at_its_own_time(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=30)
    await house.timeline.note(1, "Alert fired", "02:55", by=By(SAM))
    await house.timeline.note(1, "Called the vendor", by=By(SAM))
    entries = await house.timeline.entries(1)
    assert [entry.text for entry in entries] == [
        "Alert fired",
        "Declared SEV-2 for InferaDB: Checkout errors above 5%",
        "Called the vendor",
    ]
    assert entries[0].at == START - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("text", "at", "field"), [("  ", None, "text"), ("x" * 4_000, None, "text"), ("x", "soon", "at")]
)
async def test_a_note_that_cannot_be_is_told_beside_its_field(
    house: House, text: str, at: str | None, field: str
) -> None:
    await house.declare()
    with pytest.raises(BadInput) as told:
        await house.timeline.note(1, text, at, by=By(SAM))
    assert told.value.field == field


async def test_a_note_on_no_incident_is_refused(house: House) -> None:
    with pytest.raises(NoSuchIncident):
        await house.timeline.note(9, "x", by=By(SAM))


async def test_a_marked_message_joins_once_and_leaves(house: House) -> None:
    await house.declare()
    await house.created()
    entry = await house.timeline.mark(Marked("C0INC1", TS, "Disk is full", JO), by=By(SAM))
    assert entry is not None
    assert (entry.kind, entry.person, entry.at) == (Kind.MARKED, JO, START - timedelta(minutes=5))
    assert await house.timeline.mark(Marked("C0INC1", TS, "Disk is full", JO), by=By(ALEX)) is None
    assert await house.kinds() == ["marked", "declared"]
    assert await house.timeline.unmark("C0INC1", TS, by=By(SAM))
    assert not await house.timeline.unmark("C0INC1", TS, by=By(SAM))
    assert await house.kinds() == ["declared"]


async def test_messages_of_other_channels_and_the_card_are_not_marked(house: House) -> None:
    await house.declare()
    await house.created(ts="1772766001.000100")
    assert await house.timeline.mark(Marked("C0OTHER", TS, "x", JO), by=By(SAM)) is None
    assert await house.timeline.mark(Marked("C0INC1", "1772766001.000100", "The card", None), by=By(None)) is None
    assert not await house.timeline.unmark("C0OTHER", TS, by=By(SAM))


async def test_a_message_with_an_odd_ts_is_marked_now(house: House) -> None:
    await house.declare()
    await house.created()
    entry = await house.timeline.mark(Marked("C0INC1", "odd", "", JO), by=By(SAM))
    assert entry is not None
    assert (entry.at, entry.text) == (START, "A message without text")


async def test_a_payload_that_comes_again_changes_nothing(house: House) -> None:
    await house.declare()
    await house.timeline.note(1, "Once", by=By(SAM, key="evt-1"))
    with pytest.raises(Redelivered):
        await house.timeline.note(1, "Once", by=By(SAM, key="evt-1"))
    assert await house.kinds() == ["declared", "note"]


async def test_entries_of_one_moment_keep_the_order_they_were_written_in(house: House) -> None:
    await house.declare()
    for text in ("a", "b", "c"):
        await house.timeline.note(1, text, by=By(SAM))
    assert [entry.text for entry in await house.timeline.entries(1)][1:] == ["a", "b", "c"]
    assert datetime.now(UTC).tzinfo is (await house.timeline.entries(1))[0].at.tzinfo
