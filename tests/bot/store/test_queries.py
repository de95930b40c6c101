"""What is asked of the database, and what a person may not see of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from bot.store.columns import UtcDateTime
from bot.store.store import By, Store
from bot.store.tables import (
    Diagnosis,
    FollowUp,
    Kind,
    Link,
    MitigationRun,
    Place,
    Role,
    Status,
    StepOutput,
    Update,
)
from tests.bot.store.test_changes import declared


async def test_open_incidents_are_listed_oldest_first_and_by_service(store: Store):
    first, second = await declared(store), await declared(store, service="omendb")
    await declared(store, status=Status.RESOLVED)
    async with store.reading() as reading:
        assert [one.id for one in await reading.open_incidents()] == [first, second]
        assert [one.id for one in await reading.open_incidents("omendb")] == [second]


@pytest.mark.parametrize(
    ("part", "sees"),
    [({}, False), ({"commander": "U0SAM"}, True), ({"communications": "U0SAM"}, True), ({"scribe": "U0SAM"}, True)],
)
async def test_a_private_incident_is_seen_by_those_who_have_a_part_in_it(
    store: Store, part: dict[str, str], sees: bool
):
    number = await declared(store, private=True, person="U0PRIYA", **part)
    async with store.reading() as reading:
        incident = await reading.incident(number)
        assert await reading.may_see(incident, "U0SAM") is sees
        assert [one.id for one in await reading.open_incidents(seen_by="U0SAM")] == ([number] if sees else [])
        assert await reading.may_see(incident, "U0PRIYA")
        assert not await reading.may_see(incident, None)
        assert not await reading.open_incidents()


async def test_who_did_something_in_a_private_incident_sees_it(store: Store):
    number = await declared(store, private=True, person="U0PRIYA")
    async with store.changing(number, by=By("U0SAM")) as change:
        change.write(Kind.NOTE, "I was there")
    async with store.reading() as reading:
        assert await reading.may_see(await reading.incident(number), "U0SAM")


async def test_the_timeline_is_in_the_order_of_what_happened(store: Store):
    number = await declared(store)
    async with store.changing(number, by=By("U0SAM")) as change:
        change.write(Kind.NOTE, "later", at=change.now + timedelta(minutes=1))
        change.write(Kind.NOTE, "long before", at=change.now - timedelta(hours=1), source="C1/1.1")
    async with store.reading() as reading:
        assert [one.text for one in await reading.entries(number)] == ["long before", "declared", "later"]
        marked = await reading.entry_of(number, "C1/1.1")
    assert marked is not None
    async with store.changing(number, by=By("U0SAM")) as change:
        await change.remove(marked)
    async with store.reading() as reading:
        assert await reading.entry_of(number, "C1/1.1") is None


async def test_an_incident_is_known_by_its_channel(store: Store):
    number = await declared(store, channel="C7")
    async with store.reading() as reading:
        found = await reading.incident_of_channel("C7")
        assert found is not None
        assert found.id == number
        assert found.holder(Role.COMMANDER) is None
        assert await reading.incident_of_channel("C8") is None


async def test_linked_incidents_know_each_other(store: Store):
    one, two, three = [await declared(store) for _ in range(3)]
    async with store.changing(three, by=By("U0ALEX")) as change:
        await change.add(Link(first=one, second=three))
        await change.add(Link(first=two, second=three))
    async with store.reading() as reading:
        assert [other.id for other in await reading.links(three)] == [one, two]
        assert [other.id for other in await reading.links(one)] == [three]


async def test_all_that_belongs_to_an_incident_is_found_again(store: Store):
    number = await declared(store)
    async with store.changing(number, by=By("U0ALEX")) as change:
        now = change.now
        diagnosis = await change.add(Diagnosis(incident=number, started_at=now))
        await change.add(StepOutput(diagnosis=diagnosis.id, step="pods", title="Pods", findings=[{"level": "bad"}]))
        await change.add(
            MitigationRun(incident=number, mitigation="x", title="X", by="U0ALEX", token="T", started_at=now)
        )
        await change.add(FollowUp(incident=number, text="Add an alert"))
        await change.add(Update(incident=number, at=now, status=Status.IDENTIFIED, known="A bad deploy"))
        await change.add(Place(name=f"incident/{number}/channel", channel="C7"))
    async with store.reading() as reading:
        assert [one.findings for one in await reading.outputs(diagnosis.id)] == [[{"level": "bad"}]]
        assert [one.title for one in await reading.mitigations(number)] == ["X"]
        assert (await reading.mitigation_of("T")).title == "X"
        assert await reading.mitigation_of("U") is None
        assert [one.text for one in await reading.follow_ups(number)] == ["Add an alert"]
        assert [one.status for one in await reading.updates(number)] == [Status.IDENTIFIED]
        assert (await reading.place(f"incident/{number}/channel")).channel == "C7"
        assert await reading.place("incident/9/channel") is None
        diagnoses, mitigations = await reading.interrupted(before=store.now())
        assert (len(diagnoses), len(mitigations)) == (1, 1)
        assert await reading.interrupted(before=now) == ([], [])
        assert [one.id for one in await reading.diagnoses(number)] == [diagnosis.id]


def test_a_time_without_a_zone_is_refused():
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(naive, sqlite.dialect())
    assert UtcDateTime().process_bind_param(None, sqlite.dialect()) is None


async def test_a_message_joins_an_incident_once(store: Store):
    number = await declared(store)

    async def mark(text: str) -> None:
        async with store.changing(number, by=By("U0ALEX")) as change:
            change.write(Kind.MARKED, text, source="C1/1.1")

    await mark("this")
    with pytest.raises(IntegrityError):
        await mark("that")
    async with store.reading() as reading:
        assert [one.text for one in await reading.entries(number)] == ["declared", "this"]


async def test_private_incidents_and_drills_are_not_counted(store: Store):
    for more in ({}, {}, {"drill": True}, {"private": True}):
        await declared(store, **more)
    async with store.reading() as reading:
        assert await reading.open_by_severity() == {"SEV-2": 2}
