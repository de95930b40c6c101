"""A change is recorded with its entries, its effects and what is due, or leaves no trace."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy
from sqlalchemy import delete
from sqlmodel import select

from bot.errors import NoSuchIncident, Redelivered
from bot.outbox import effects
from bot.store.database import PATIENCE
from bot.store.store import By, Store
from bot.store.tables import Due, DueKind, EffectRow, EffectState, Incident, Kind, SeenPayload, Status

ALEX = By("U0ALEX")
LONG = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 1000000) SELECT max(n) FROM t"


async def declared(store: Store, **more) -> int:
    async with store.changing(by=By(more.pop("person", "U0ALEX"))) as change:
        values = {"title": "Checkout", "service": "inferadb", "severity": "SEV-2", "declared_by": change.by.person}
        incident = await change.add(Incident(started_at=change.now, **{**values, **more}))
        change.write(Kind.DECLARED, "declared")
    return incident.id


async def rows(store: Store, table):
    async with store.database.reading() as session:
        return (await session.exec(select(table))).all()


async def test_an_incident_gets_the_next_number_and_its_first_entry(store: Store):
    number = await declared(store)
    async with store.reading() as reading:
        incident = await reading.incident(number)
        (entry,) = await reading.entries(number)
    assert (incident.ref, incident.status, incident.started_at.tzinfo) == ("INC-1", Status.INVESTIGATING, UTC)
    assert (entry.kind, entry.person, entry.text, entry.at) == (
        Kind.DECLARED,
        "U0ALEX",
        "declared",
        incident.started_at,
    )


async def test_a_change_that_fails_leaves_no_trace(store: Store):
    number = await declared(store)

    async def fail() -> None:
        async with store.changing(number, by=By("U0SAM", "payload")) as change:
            change.incident.title = "Other"
            change.write(Kind.NOTE, "a note")
            change.want(effects.topic("C1", "text"))
            change.due(DueKind.UPDATE, change.now)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    async with store.reading() as reading:
        assert (await reading.incident(number)).title == "Checkout"
        assert len(await reading.entries(number)) == 1
    assert not await rows(store, EffectRow) + await rows(store, Due) + await rows(store, SeenPayload)


@pytest.mark.parametrize("fails", [False, True])
async def test_a_change_that_is_cut_off_at_its_end_ends_whole(
    store: Store, fails: bool, caplog: pytest.LogCaptureFixture
):
    async def cut_off() -> None:
        async with store.changing(by=ALEX) as change:
            await change.add(SeenPayload(key="k", at=change.now))
            asyncio.current_task().cancel()
            if fails:
                raise LookupError

    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(cut_off())
        assert len(await rows(store, SeenPayload)) == int(not fails)
        async with store.database.changing() as session:
            await session.exec(delete(SeenPayload))
    assert not caplog.records, "nobody complains of a connection"


async def test_a_change_that_is_cut_off_within_a_statement_lets_go_of_the_database(store: Store):
    asking = asyncio.Event()

    async def cut_off() -> None:
        async with store.database.changing() as session:
            session.add(SeenPayload(key="k", at=store.now()))
            await session.flush()
            asking.set()
            await session.exec(sqlalchemy.text(LONG))

    errors = []
    for _ in range(3):
        asking.clear()
        work = asyncio.create_task(cut_off())
        await asking.wait()
        await asyncio.wait({work}, timeout=0.05)
        work.cancel()
        errors += await asyncio.gather(work, return_exceptions=True)
        async with asyncio.timeout(PATIENCE):
            await declared(store)
    assert [type(one) for one in errors] == [asyncio.CancelledError] * 3, "and they are kept until here, as a log may"
    assert not await rows(store, SeenPayload)


async def test_a_change_wakes_the_outbox_once_it_is_committed(database_url: str):
    woken = []
    store = Store(database_url, now=lambda: datetime.now(UTC), committed=lambda: woken.append(1))
    await store.open()
    async with store.changing(by=ALEX) as change:
        change.want(effects.post("key", "#incidents", "Hello"))
        assert not woken
    assert woken
    await store.close()


async def test_a_payload_delivered_ten_times_changes_once(store: Store):
    number = await declared(store)

    async def deliver() -> bool:
        try:
            async with store.changing(number, by=By("U0ALEX", "Ev123")) as change:
                change.write(Kind.NOTE, "once")
        except Redelivered:
            return False
        return True

    assert sum(await asyncio.gather(*(deliver() for _ in range(10)))) == 1
    async with store.reading() as reading:
        assert [entry.text for entry in await reading.entries(number)] == ["declared", "once"]


async def test_a_payload_whose_change_failed_may_come_again(store: Store):
    number = await declared(store)
    for attempt in range(2):
        try:
            async with store.changing(number, by=By("U0ALEX", "Ev123")) as change:
                change.write(Kind.NOTE, "said")
                if attempt == 0:
                    raise ValueError
        except ValueError:
            pass
    async with store.reading() as reading:
        assert len(await reading.entries(number)) == 2


async def test_of_five_people_resolving_at_once_one_succeeds(store: Store):
    number = await declared(store)
    together = asyncio.Barrier(5)

    async def resolve(person: str) -> str | None:
        await together.wait()
        async with store.changing(number, by=By(person)) as change:
            if not change.incident.status.open:
                return None
            change.incident.status = Status.RESOLVED
            change.incident.fix = person
        return person

    winners = [one for one in await asyncio.gather(*(resolve(f"U{i}") for i in range(5))) if one]
    async with store.reading() as reading:
        assert winners == [(await reading.incident(number)).fix]


async def test_changes_of_two_stores_on_one_database_do_not_lose_each_other(database_url: str):
    stores = [Store(database_url, now=lambda: datetime.now(UTC)) for _ in range(2)]
    await asyncio.gather(*(store.open() for store in stores))
    number = await declared(stores[0])

    async def count(store: Store) -> None:
        for _ in range(10):
            async with store.changing(number, by=ALEX) as change:
                change.incident.automatic_updates += 1

    await asyncio.gather(*(count(store) for store in stores))
    async with stores[0].reading() as reading:
        assert (await reading.incident(number)).automatic_updates == 20
    await asyncio.gather(*(store.close() for store in stores))


async def test_an_incident_that_does_not_exist_is_said_so(store: Store):
    with pytest.raises(NoSuchIncident, match="There is no incident INC-99"):
        async with store.changing(99, by=By("U0ALEX", "Ev1")):
            pass
    async with store.reading() as reading:
        with pytest.raises(NoSuchIncident):
            await reading.incident(99)
    assert not await rows(store, SeenPayload)


async def test_the_newest_edit_replaces_those_that_were_not_sent(store: Store):
    await declared(store)
    for text in ("first", "second", "third"):
        async with store.changing(by=ALEX) as change:
            change.want(effects.edit("card", "incident/1/card", text))
    waiting = [row for row in await rows(store, EffectRow) if row.state is EffectState.WAITING]
    assert [row.arguments["text"] for row in waiting] == ["third"]


async def test_an_effect_can_be_wanted_once(store: Store):
    async with store.changing(by=ALEX) as change:
        change.want(effects.post("hello", "#incidents", "Hello"))
    with pytest.raises(ValueError, match="hello"):
        async with store.changing(by=ALEX) as change:
            change.want(effects.post("hello", "#incidents", "Hello again"))


async def test_something_is_due_at_one_time_and_taken_once(store: Store):
    number = await declared(store)
    async with store.changing(number, by=ALEX) as change:
        change.due(DueKind.UPDATE, change.now + timedelta(hours=1))
        change.due(DueKind.REMIND, change.now + timedelta(hours=1))
    async with store.changing(number, by=ALEX) as change:
        change.due(DueKind.UPDATE, change.now, detail={"why": "now"})
        change.due(DueKind.REMIND, None)

    async def take() -> list[Due]:
        async with store.changing(number, by=By(None)) as change:
            return await change.take_due()

    async with store.reading() as reading:
        assert [row.kind for row in await reading.due_by(store.now())] == [DueKind.UPDATE]
    taken = [row for some in await asyncio.gather(take(), take(), take()) for row in some]
    assert [(row.kind, row.detail) for row in taken] == [(DueKind.UPDATE, {"why": "now"})]
    assert not await rows(store, Due)


async def test_what_is_taken_can_be_due_again_in_the_same_change(store: Store):
    number = await declared(store)
    async with store.changing(number, by=ALEX) as change:
        change.due(DueKind.UPDATE, change.now)
    async with store.changing(number, by=By(None)) as change:
        await change.take_due()
        change.due(DueKind.UPDATE, change.now + timedelta(minutes=30))
    async with store.reading() as reading:
        assert len(await reading.due_of(number)) == 1


async def test_one_kind_is_due_once_for_each_subject_and_all_of_a_kind_can_be_dropped(store: Store):
    number = await declared(store)
    async with store.changing(number, by=ALEX) as change:
        for level in ("L1", "L2", "L2"):
            change.due(DueKind.ESCALATE, change.now, subject=level)
        change.due(DueKind.UPDATE, change.now)
    async with store.reading() as reading:
        assert [(row.kind.value, row.subject) for row in await reading.due_of(number)] == [
            ("escalate", "L1"),
            ("escalate", "L2"),
            ("update", ""),
        ]
    async with store.changing(number, by=ALEX) as change:
        change.due(DueKind.ESCALATE, change.now, subject="L3")
        await change.nothing_due(DueKind.ESCALATE)
    async with store.reading() as reading:
        assert [row.kind for row in await reading.due_of(number)] == [DueKind.UPDATE]


async def test_what_follows_from_a_line_of_the_timeline_is_in_the_same_transaction(store: Store):
    number = await declared(store)
    followed: list[str] = []

    async def follow(change) -> None:
        followed.append(change.incident.ref)
        change.write(Kind.NOTE, "and so")
        if len(followed) > 1:
            raise LookupError

    store.follow = follow
    async with store.changing(number, by=ALEX) as change:
        change.incident.known = "Nothing is written"
    async with store.changing(number, by=ALEX) as change:
        change.write(Kind.NOTE, "a note")
    with pytest.raises(LookupError):
        async with store.changing(number, by=ALEX) as change:
            change.write(Kind.NOTE, "another")
    async with store.reading() as reading:
        assert [entry.text for entry in await reading.entries(number)] == ["declared", "a note", "and so"]
    assert followed == ["INC-1", "INC-1"]


async def test_old_payloads_and_finished_effects_are_forgotten(store: Store):
    async with store.changing(by=By("U0ALEX", "Ev1")) as change:
        change.want(effects.edit("a", "place/1", "one"))
        change.want(effects.edit("b", "place/1", "two"))
    await store.prune(payloads=timedelta(days=1), effects=timedelta(days=1))
    assert (len(await rows(store, SeenPayload)), len(await rows(store, EffectRow))) == (1, 2)
    await store.prune(payloads=timedelta(0), effects=timedelta(0))
    assert [row.state for row in await rows(store, EffectRow)] == [EffectState.WAITING]
    assert not await rows(store, SeenPayload)
