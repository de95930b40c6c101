import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.incidents.duties import Duties, Following, Response
from bot.incidents.values import Resolution, Said
from bot.schedule import Clock
from bot.store.store import By, Change, Store
from bot.store.tables import Due, DueKind, Kind
from tests.bot.postgres import database_url, store

from .incidents.conftest import SAM, House, clock, house, migrated
from .incidents.conftest import Clock as HouseClock

__all__ = ["clock", "database_url", "house", "migrated", "store"]


@pytest.fixture
def ticking(house: House) -> Clock:
    return Clock(house.store, house.duties)


async def test_a_reminder_comes_before_the_update_is_due_once(house: House, ticking: Clock) -> None:
    await house.declare()
    assert await ticking.tick(house.clock.turn(minutes=14)) == 0
    assert await ticking.tick(house.clock.turn(minutes=1)) == 1
    assert await ticking.tick(house.clock.turn(minutes=1)) == 0
    assert len(await house.said("reminder")) == 1


async def test_an_update_that_nobody_wrote_is_posted_and_marked(house: House, ticking: Clock) -> None:
    await house.declare(impact="Payments fail")
    await ticking.tick(house.clock.turn(minutes=15))
    await ticking.tick(house.clock.turn(minutes=15))
    told = (await house.said("/update/"))[0]
    assert "Automatic update: nobody wrote in time" in told
    assert "Payments fail" in told
    async with house.store.reading() as reading:
        row = (await reading.updates(1))[0]
        assert (row.automatic, row.on_time, row.by) == (True, False, None)


async def test_a_reminder_tells_of_the_time_that_was_promised(house: House, ticking: Clock) -> None:
    await house.declare()
    await house.updates.post(1, Said(known="x", next_in=timedelta(minutes=10)), by=By(SAM))
    assert await ticking.tick(house.clock.turn(minutes=8)) == 1
    assert "is due at <!date^" in (await house.said("reminder"))[0]


async def test_two_automatic_updates_call_the_next_contact(house: House, ticking: Clock) -> None:
    await house.declare()
    await ticking.tick(house.clock.turn(minutes=30))
    assert await house.said("escalation") == []
    await ticking.tick(house.clock.turn(minutes=30))
    assert "<@U0SAM>" in (await house.said("escalation"))[0]


async def test_a_persons_update_begins_the_count_anew(house: House, ticking: Clock) -> None:
    await house.declare()
    await ticking.tick(house.clock.turn(minutes=30))
    await house.updates.post(1, Said(known="Still on it"), by=By(SAM))
    await ticking.tick(house.clock.turn(minutes=30))
    assert await house.said("escalation") == []


async def test_when_nobody_is_left_to_call_the_channel_hears_of_it(house: House, ticking: Clock) -> None:
    await house.declare()
    for _ in range(8):
        await ticking.tick(house.clock.turn(minutes=30))
    assert len(await house.said("escalation")) == 3
    assert len(await house.said("nobody-left")) == 1


async def test_after_a_pause_there_is_one_catch_up_not_a_flood(house: House, ticking: Clock) -> None:
    await house.declare()
    now = house.clock.turn(hours=9)
    assert await ticking.tick(now) == 1
    assert await ticking.tick(now) == 0
    assert len(await house.effects("postMessage", "/update/")) == 2  # in the channel and in the announcement's thread
    assert await house.said("reminder") == []


async def test_nothing_is_due_once_an_incident_is_resolved(house: House, ticking: Clock) -> None:
    await house.declare()
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    assert await ticking.tick(house.clock.turn(hours=3)) == 0


async def test_of_several_clocks_one_acts(house: House, ticking: Clock) -> None:
    await house.declare()
    now = house.clock.turn(minutes=30)
    others = [Clock(house.store, house.duties) for _ in range(4)]
    assert sum(await asyncio.gather(*(one.tick(now) for one in [ticking, *others]))) == 1
    assert [entry.kind for entry in await house.entries()].count(Kind.UPDATE) == 1


class Stumbling:
    """Acts on the second incident only."""

    def __init__(self) -> None:
        self.acted: list[int | None] = []

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        if change.incident.id == 1:
            raise RuntimeError("a fault")
        self.acted.append(change.incident.id)


async def test_the_fault_of_one_incident_does_not_delay_another_and_is_tried_again(house: House) -> None:
    await house.declare()
    await house.declare()
    acting = Stumbling()
    stumbling = Clock(house.store, acting)
    now = house.clock.turn(minutes=30)
    assert await stumbling.tick(now) == 1
    assert acting.acted == [2]
    async with house.store.reading() as reading:
        assert [row.kind for row in await reading.due_by(now)] == [DueKind.REMIND, DueKind.UPDATE]
    assert (stumbling.ticked_at, stumbling.running) == (now, False)


class Waiting:
    """Tells that it was called."""

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.silences: list[timedelta] = []

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        self.called.set()

    async def sweep(self, silence: timedelta = timedelta(minutes=1)) -> None:
        self.silences.append(silence)


async def test_a_running_clock_acts_by_itself_and_stops(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=30)
    waiting = Waiting()
    real = Clock(house.store, waiting, [waiting])
    await real.run(alone=True)
    async with asyncio.timeout(10):
        await waiting.called.wait()
    assert real.running
    assert waiting.silences == [timedelta(0)]
    await real.stop()
    assert not real.running


class Broken(Waiting):
    """Fails whenever it looks for what was left behind."""

    async def sweep(self, silence: timedelta = timedelta(minutes=1)) -> None:
        raise RuntimeError("a fault")


async def test_a_sweep_that_fails_keeps_no_other_from_its_work(house: House) -> None:
    waiting = Waiting()
    await Clock(house.store, waiting, [Broken(), waiting]).sweep(timedelta(0))
    assert waiting.silences == [timedelta(0)]


class Faulty:
    """Changes something, and then fails, whenever a notice is due."""

    kinds = (DueKind.NOTICE,)

    def __init__(self) -> None:
        self.times = 0

    async def act(self, change: Change, due: Sequence[Due]) -> None:
        self.times += 1
        await self.follow(change)

    async def follow(self, change: Change) -> None:
        change.incident.title = "half done"
        change.write(Kind.NOTE, "half done")
        await change.nothing_due(DueKind.ESCALATE)
        raise RuntimeError("a fault")


async def test_the_fault_of_one_part_keeps_nobody_from_being_called_and_is_tried_again(store: Store) -> None:
    now = HouseClock()
    store.now = now
    house = House(store, now)
    await house.declare()
    async with store.changing(1, by=By(None)) as change:
        change.due(DueKind.NOTICE, now() + timedelta(hours=12), subject="1")
    faulty = Faulty()
    ticking = Clock(store, Duties(faulty, Response(house.telling), house.updates))
    store.follow = Following(faulty, house.checklists).follow
    await ticking.tick(now.turn(hours=12))
    assert [entry.text for entry in await house.entries() if entry.kind is Kind.ESCALATION]
    assert (await house.incident()).title == "Checkout errors above 5%"
    assert "note" not in await house.kinds()
    assert (await house.due())["notice/1"] == now() + timedelta(minutes=1)
    await ticking.tick(now.turn(seconds=30))
    assert faulty.times == 1
    await ticking.tick(now.turn(seconds=30))
    assert faulty.times == 2
