from datetime import timedelta

import pytest

from bot.errors import AlreadyResolved, BadInput
from bot.incidents.refusals import UpdateIsDue, UpdateIsNew
from bot.incidents.values import Resolution, Said
from bot.schedule import Clock as Ticking
from bot.store.store import By
from bot.store.tables import DueKind, Role, Status

from .conftest import ALEX, SAM, START, House, printed
from .responding import responding


async def test_an_update_is_told_in_the_channel_and_outside(house: House) -> None:
    await house.declare()
    said = Said(status=Status.IDENTIFIED, impact="Payments fail", known="A bad deploy", next_in=timedelta(minutes=10))
    incident = await house.updates.post(1, said, by=By(SAM))
    assert (incident.status, incident.known) == (Status.IDENTIFIED, "A bad deploy")
    assert incident.next_update_at == START + timedelta(minutes=10)
    inside, outside = await house.effects("postMessage", "/update/")
    assert inside.arguments["channel"] == {"$place": "incident/1/channel", "field": "channel"}
    assert outside.arguments["thread_ts"] == {"$place": "incident/1/announcement", "field": "ts"}
    assert "*What we know:* A bad deploy" in (await house.said("/update/"))[0]
    assert await house.kinds() == ["declared", "status", "update"]


async def test_an_update_edits_the_card_and_the_announcement_once(house: House) -> None:
    await house.declare()
    for known in ("One", "Two", "Three"):
        await house.updates.post(1, Said(known=known), by=By(SAM))
    edited = [row.arguments["ts"]["$place"] for row in await house.effects("chat.update")]
    assert sorted(edited) == ["incident/1/announcement", "incident/1/card"]


async def test_an_update_counts_as_on_time_until_it_is_due(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=30)
    await house.updates.post(1, Said(known="In time"), by=By(SAM))
    house.clock.turn(minutes=31)
    await house.updates.post(1, Said(known="Too late"), by=By(SAM))
    async with house.store.reading() as reading:
        assert [one.on_time for one in await reading.updates(1)] == [True, False]
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    assert "updates on time: 1 of 2" in (await house.said("resolution"))[0]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(), "known"),
        (Said(known="   "), "known"),
        (Said(status=Status.INVESTIGATING), "known"),
        (Said(status=Status.RESOLVED, known="Done"), "status"),
        (Said(status=Status.CANCELLED, known="Done"), "status"),
        (Said(known="x" * 3_000), "known"),
    ],
)
async def test_an_update_that_says_nothing_or_too_much_is_refused(house: House, said: Said, field: str) -> None:
    await house.declare()
    with pytest.raises(BadInput) as told:
        await house.updates.post(1, said, by=By(SAM))
    assert told.value.field == field
    assert await house.kinds() == ["declared"]


async def test_monitoring_means_that_it_is_mitigated(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=7)
    incident = await house.updates.post(1, Said(status=Status.MONITORING), by=By(SAM))
    assert incident.mitigated_at == START + timedelta(minutes=7)


@pytest.mark.parametrize("told", ["a person", "the checks"])
async def test_trouble_that_is_back_is_no_longer_mitigated_and_its_level_is_called(house: House, told: str) -> None:
    house.runbooks["inferadb"] = responding()
    await house.declare(severity="SEV-1")
    await _roll_back(house)
    assert (await house.incident()).mitigated_at == START
    await Ticking(house.store, house.duties).tick(house.clock.turn(minutes=31))
    assert not any("L3" in entry.text for entry in await house.entries())
    if told == "the checks":
        house.running.answers["error_ratio"] = printed("promql", "0.9", value=0.9)
        await _roll_back(house)
    else:
        await house.updates.post(1, Said(status=Status.IDENTIFIED, known="Errors are back"), by=By(SAM))
    assert (await house.incident()).mitigated_at is None
    await Ticking(house.store, house.duties).tick(house.clock.turn(minutes=30))
    assert any("L3" in entry.text for entry in await house.entries())


async def _roll_back(house: House) -> None:
    asked = await house.mitigations.request(1, "roll-back", {}, by=By(ALEX))
    await house.mitigations.apply(1, "roll-back", asked.token, by=By(ALEX))
    await house.mitigations.idle()


async def test_news_without_a_status_leaves_it_mitigated(house: House) -> None:
    await house.declare()
    await _roll_back(house)
    incident = await house.updates.post(1, Said(known="Errors are falling"), by=By(SAM))
    assert incident.mitigated_at == START


async def test_going_back_from_monitoring_postpones_no_level_that_it_has_not_held_off(house: House) -> None:
    levels = [{"level": "L1", "after": "60m", "unless": "resolved", "notify": ["manager"]}]
    house.runbooks["inferadb"] = responding(severity={"escalate": levels})
    await house.declare(severity="SEV-1")
    house.clock.turn(minutes=50)
    await house.updates.post(1, Said(status=Status.MONITORING), by=By(SAM))
    await house.updates.post(1, Said(status=Status.IDENTIFIED), by=By(SAM))
    assert await house.due(1, DueKind.ESCALATE) == {"escalate/L1": START + timedelta(hours=1)}


async def test_no_change_pressed_twice_is_said_once(house: House) -> None:
    await house.declare()
    await house.updates.no_change(1, by=By(SAM, "click/1"))
    house.clock.turn(seconds=2)
    with pytest.raises(
        UpdateIsNew, match=r"INC-1 has just been updated, so nothing was posted\. The next .* is due at"
    ):
        await house.updates.no_change(1, by=By(SAM, "click/2"))
    house.clock.turn(seconds=20)
    await house.updates.no_change(1, by=By(SAM, "click/3"))
    assert await house.kinds() == ["declared", "update", "update"]


async def test_no_change_is_an_update_too(house: House) -> None:
    await house.declare()
    await house.updates.post(1, Said(known="Disks are full"), by=By(SAM))
    house.clock.turn(minutes=20)
    incident = await house.updates.no_change(1, by=By(SAM))
    assert incident.next_update_at == START + timedelta(minutes=50)
    assert "No change. Disks are full" in await house.newest("/update/")


async def test_snoozing_puts_the_reminder_off_and_keeps_the_promise(house: House) -> None:
    incident = await house.declare()
    house.clock.turn(minutes=15)
    await house.updates.snooze(1, 5, by=By(SAM))
    assert await house.due(1, DueKind.REMIND, DueKind.UPDATE) == {
        "remind": START + timedelta(minutes=20),
        "update": incident.next_update_at,
    }


async def test_there_is_nothing_to_snooze_when_the_update_is_due_now(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=31)
    with pytest.raises(UpdateIsDue, match="is due now"):
        await house.updates.snooze(1, by=By(SAM))


async def test_an_update_on_a_resolved_incident_names_who_resolved_it(house: House) -> None:
    await house.declare()
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    with pytest.raises(AlreadyResolved, match="resolved by <@U0SAM>"):
        await house.updates.post(1, Said(known="x"), by=By(ALEX))


@pytest.mark.parametrize(("role", "who"), [(None, ALEX), (Role.COMMANDER, "U0PRIYA"), (Role.COMMUNICATIONS, "U0PRIYA")])
async def test_the_one_who_writes_updates_is_reminded(house: House, role: Role | None, who: str) -> None:
    await house.declare()
    if role:
        await house.incidents.assign(1, role, who, by=By(SAM))
    house.clock.turn(minutes=16)
    async with house.store.changing(1, by=By(None)) as change:
        await house.updates.act(change, await change.take_due())
    assert f"<@{who}>: the next update on INC-1 is due" in await house.newest("reminder")
