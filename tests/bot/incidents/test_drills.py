"""Drills come at their time, once, and are marked as what they are."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import Unavailable
from bot.incidents.drills import Drills
from bot.incidents.refusals import NoDrills, NoSuchDrill
from bot.schedule import KEEP_EFFECTS, KEEP_PAYLOADS
from bot.schedule import Clock as Ticking
from bot.store.database import Database
from bot.store.store import By, Store
from bot.store.tables import Incident
from runbooks.model import Runbook
from tests.bot.postgres import database_url, store

from .conftest import ALEX, RUNBOOK, SAM, START, Clock, House, Known

__all__ = ["database_url", "store"]

FRIDAY: dict[str, Any] = {
    "id": "failover",
    "title": "Fail the database over",
    "about": "Half an hour",
    "severity": "SEV-2",
    "steps": ["Stop the primary", "See the replica take over"],
    "on": {"day": "1st fri", "hour": 10, "zone": "UTC"},
}
TEN = datetime.fromisoformat("2026-03-06T10:00:00+00:00")
"""The first Friday of the month in which the tests' clock stands, at three in the night."""


def drills_of(house: House, *drills: dict[str, Any], **more: Any) -> Drills:
    house.runbooks["inferadb"] = Runbook.model_validate({**RUNBOOK, "drills": list(drills), **more})
    return Drills(house.store, house.incidents, house.runbooks)


async def swept(house: House, drill: dict[str, Any]) -> None:
    """Plan a drill as it stands in the runbook now, and look at it again."""
    drills = drills_of(house, drill)
    for _ in range(2):
        await drills.sweep()


async def declared(house: House) -> list[Incident]:
    async with house.store.reading() as reading:
        return list(await reading.open_incidents())


async def test_a_drill_begins_at_its_time_and_says_what_to_play_through(house: House) -> None:
    drills = drills_of(house, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN - timedelta(seconds=1)
    await drills.sweep()
    assert await declared(house) == []
    house.clock.at = TEN
    await drills.sweep()
    (incident,) = await declared(house)
    assert (incident.drill, incident.severity, incident.title) == (True, "SEV-2", "Drill: Fail the database over")
    brief = await house.newest("exercise")
    assert "Stop the primary" in brief
    assert "never applied" in brief


async def test_a_drill_is_announced_a_day_before_once(house: House) -> None:
    drills = drills_of(house, FRIDAY)
    for _ in range(3):
        await drills.sweep()
    (said,) = await house.said("announced")
    assert "Fail the database over" in said
    assert f"<!date^{int(TEN.timestamp())}" in said
    (effect,) = await house.effects("chat.postMessage", "announced")
    assert effect.arguments["channel"] == "#incidents"


async def test_a_drill_that_is_further_away_is_not_announced_yet(house: House) -> None:
    drills = drills_of(house, {**FRIDAY, "announce_before": "1h"})
    await drills.sweep()
    await drills.sweep()
    assert await house.said("announced") == []


async def test_after_one_drill_the_next_is_planned(house: House) -> None:
    drills = drills_of(house, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN
    await drills.sweep()
    await drills.sweep()
    house.clock.at = TEN + timedelta(days=20)
    await drills.sweep()
    assert len(await declared(house)) == 1
    house.clock.at = TEN + timedelta(days=28)
    await drills.sweep()
    assert len(await declared(house)) == 2


async def test_a_drill_that_was_slept_through_is_told_and_not_begun_at_night(house: House) -> None:
    drills = drills_of(house, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN + timedelta(hours=5)
    for _ in range(2):
        await drills.sweep()
    assert await declared(house) == []
    (said,) = await house.said("not begun")
    assert "<!subteam^S0ONCALL>: the drill" in said
    assert "/incident drill inferadb failover" in said


async def test_a_drill_may_be_announced_weeks_before_though_old_keys_are_forgotten(house: House) -> None:
    drills = drills_of(house, {**FRIDAY, "on": {"day": "last fri", "hour": 10}, "announce_before": "20d"})
    for _ in range(20):
        await drills.sweep()
        await house.store.prune(payloads=KEEP_PAYLOADS, effects=KEEP_EFFECTS)
        house.clock.turn(days=1)
    assert len(await house.said("announced")) == 1


async def test_a_drill_whose_times_are_only_written_otherwise_is_not_announced_again(house: House) -> None:
    await swept(house, FRIDAY)
    house.clock.at = TEN - timedelta(hours=1)
    await house.store.prune(payloads=timedelta(0), effects=KEEP_EFFECTS)
    await swept(house, {**FRIDAY, "on": FRIDAY["on"] | {"minute": 0, "month": "1-12"}})
    assert len(await house.said("announced")) == 1


async def test_a_drill_that_was_moved_away_and_back_is_not_announced_again(house: House) -> None:
    early = {**FRIDAY, "announce_before": "20d"}
    for on in (FRIDAY["on"], {"day": "2nd fri", "hour": 10}, FRIDAY["on"]):
        await swept(house, {**early, "on": on})
    house.clock.turn(hours=1)
    await house.store.prune(payloads=timedelta(0), effects=KEEP_EFFECTS)
    await swept(house, early)
    assert len(await house.said("announced")) == 2


@pytest.mark.parametrize(("on_call", "told"), [(SAM, [SAM]), ("S0ONCALL", []), (None, [])])
async def test_a_drill_of_a_service_that_announces_nothing_is_told_to_the_one_on_call(
    house: House, on_call: str | None, told: list[str]
) -> None:
    house.telling.people = Known({"on-call": on_call} if on_call else {})
    drills = drills_of(house, {**FRIDAY, "severity": "SEV-9"}, channels={"announce": ""})
    for at in (START, START, TEN):
        house.clock.at = at
        await drills.sweep()
    for what in ("announced", "not begun"):
        assert [one.arguments["channel"] for one in await house.effects("chat.postMessage", what)] == told


async def test_a_drill_that_is_refused_is_told_to_whoever_answers_for_the_service(house: House) -> None:
    drills = drills_of(house, {**FRIDAY, "severity": "SEV-9"})
    await drills.sweep()
    house.clock.at = TEN
    for _ in range(2):
        await drills.sweep()
    (said,) = await house.said("not begun")
    assert "<!subteam^S0ONCALL>" in said
    assert "InferaDB has no severity `SEV-9`" in said
    (effect,) = await house.effects("chat.postMessage", "not begun")
    assert effect.arguments["channel"] == "#incidents"


async def test_a_drill_that_nobody_answers_for_is_told_to_all_who_read(house: House) -> None:
    house.telling.people = Known({})
    drills = drills_of(house, {**FRIDAY, "severity": "SEV-9"})
    await drills.sweep()
    house.clock.at = TEN
    await drills.sweep()
    assert "nobody yet" not in await house.newest("not begun")


async def test_one_drill_that_fails_unforeseen_keeps_no_other_from_beginning(house: House) -> None:
    drills = drills_of(house, {**FRIDAY, "id": "broken", "on": {"zone": "Nowhere/Land"}}, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN
    await drills.sweep()
    assert [one.title for one in await declared(house)] == ["Drill: Fail the database over"]


async def test_a_drill_waits_for_a_database_that_is_away_at_its_time(house: House) -> None:
    drills = drills_of(house, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN
    there, house.store.database = house.store.database, Database("postgresql://muster@127.0.0.1:9/muster")
    with pytest.raises(Unavailable):
        await drills.sweep()
    await house.store.database.close()
    house.store.database = there
    await drills.sweep()
    assert len(await declared(house)) == 1


async def test_nobody_is_asked_by_name_where_the_clock_began_and_nobody_is_known(house: House) -> None:
    house.telling.people = Known({})
    drills = drills_of(house, FRIDAY)
    await drills.sweep()
    house.clock.at = TEN
    await drills.sweep()
    await Ticking(house.store, house.duties).tick(house.clock.turn(hours=1))
    said = "\n".join([*await house.said("unanswered"), *await house.said("reminder")])
    assert "Nobody has acknowledged INC-1" in said
    assert "nobody yet" not in said


async def test_a_drill_that_was_moved_comes_at_its_new_time_alone(house: House) -> None:
    await drills_of(house, FRIDAY).sweep()
    moved = drills_of(house, {**FRIDAY, "on": {"day": "2nd fri", "hour": 10}})
    await moved.sweep()
    house.clock.at = TEN
    await moved.sweep()
    assert await declared(house) == []
    house.clock.at = TEN + timedelta(days=7)
    await moved.sweep()
    assert len(await declared(house)) == 1


async def test_a_drill_that_has_left_the_runbook_does_not_come(house: House) -> None:
    await drills_of(house, FRIDAY).sweep()
    gone = drills_of(house)
    await gone.sweep()
    house.clock.at = TEN
    await gone.sweep()
    assert await declared(house) == []


async def test_a_drill_without_a_severity_is_the_mildest(house: House) -> None:
    drills = drills_of(house, {"id": "TableTop"})
    incident = await drills.start("inferadb", "Tabletop", by=By(ALEX))
    assert (incident.severity, incident.drill, incident.declared_by) == ("SEV-3", True, ALEX)


async def test_what_is_no_drill_is_answered_with_those_there_are(house: House) -> None:
    with pytest.raises(NoSuchDrill, match="`failover`"):
        await drills_of(house, FRIDAY).start("inferadb", "failovr", by=By(ALEX))
    with pytest.raises(NoSuchDrill, match="failover"):
        await drills_of(house, FRIDAY).start("inferadb", "flood", by=By(ALEX))
    with pytest.raises(NoDrills, match="drills:"):
        await drills_of(house).start("inferadb", "failover", by=By(ALEX))


async def test_the_next_drill_is_listed_first(house: House) -> None:
    drills = drills_of(house, {"id": "tabletop"}, {**FRIDAY, "id": "later", "on": {"day": "3rd fri"}}, FRIDAY)
    found = await drills.upcoming("inferadb")
    assert [one.drill.id for one, _ in found] == ["failover", "later", "tabletop"]
    assert [at for _, at in found] == [TEN, TEN + timedelta(days=14), None]
    assert await drills.upcoming("omendb") == []


async def test_of_several_replicas_one_begins_a_drill(store: Store) -> None:
    clock = Clock(START)
    store.now = clock
    house = House(store, clock)
    replicas = [drills_of(house, FRIDAY) for _ in range(4)]
    await asyncio.gather(*(one.sweep() for one in replicas))
    clock.at = TEN
    await asyncio.gather(*(one.sweep() for one in replicas))
    assert len(await declared(house)) == 1
    assert len(await house.effects("conversations.create")) == 1
