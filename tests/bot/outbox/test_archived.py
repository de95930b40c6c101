"""What a channel that somebody archived cannot take is told to people, and no call is lost in it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from sqlmodel import col, update

from bot.outbox import effects
from bot.outbox.records import Records
from bot.schedule import Clock as Ticking
from bot.store.store import By
from bot.store.tables import EffectRow, EffectState, Kind, Status
from tests.bot.incidents.conftest import ALEX, SAM, Clock, House, texts_of
from tests.bot.incidents.responding import responding
from tests.bot.outbox.conftest import Company


def archive(company: Company) -> None:
    next(one for one in company.workspace.channels.values() if one.name.startswith("incident-1")).is_archived = True


async def troubles(company: Company) -> list[str]:
    return [entry.text for entry in await company.entries() if entry.kind is Kind.TROUBLE]


async def test_a_channel_that_somebody_archived_is_told_once_to_whoever_has_the_incident(company: Company):
    number = await company.declare()
    await company.deliver()
    archive(company)
    for word in ("one", "two", "three"):
        await company.want(effects.post(word, effects.channel_place(number), word, incident=number))
        await company.deliver()
    (trouble,) = await troubles(company)
    assert trouble == "The channel of INC-1 is archived, so nothing that is said there reaches anybody."
    (told,) = [row for row in await company.rows() if row.key == "incident/1/archived"]
    assert told.arguments["channel"] == "U0ALEX"
    assert "`/incident INC-1 resolve CAUSE`" in told.arguments["text"]
    assert told.state is EffectState.DONE


async def test_the_archived_channel_of_a_closed_incident_troubles_nobody(company: Company):
    number = await company.declare()
    await company.deliver()
    async with company.store.changing(number, by=By("U0ALEX")) as change:
        change.incident.status = Status.RESOLVED
    archive(company)
    await company.want(effects.post("late", effects.channel_place(number), "late", incident=number))
    await company.deliver()
    assert await troubles(company) == []


async def test_what_fails_together_in_an_archived_channel_is_told_once(company: Company):
    number = await company.declare()
    await company.deliver()
    words = ("one", "two", "three", "four")
    await company.want(*(effects.post(one, effects.channel_place(number), one, incident=number) for one in words))
    records = Records(company.store.database, "me")
    rows = [row for row in await company.rows() if row.key in words]
    async with company.store.database.changing() as session:
        await session.exec(update(EffectRow).where(col(EffectRow.key).in_(words)).values(claimed_by="me"))
    await asyncio.gather(*(records.give_up(row, "is_archived", "", company.now()) for row in rows))
    assert len(await troubles(company)) == 1
    assert [row.state for row in await company.rows() if row.key in words] == [EffectState.GIVEN_UP] * 4


async def test_whom_a_level_calls_is_called_though_the_channel_is_archived(company: Company):
    company.store.now = Clock(datetime.now(UTC))
    house = House(company.store, company.store.now)
    house.runbooks["inferadb"] = responding()
    await house.declare(severity="SEV-1", drill=True)
    await company.deliver()
    archive(company)
    await Ticking(house.store, house.duties).tick(house.clock.turn(minutes=16))
    company.skipped += timedelta(minutes=16)
    await company.deliver()
    told = {
        row.arguments["channel"]: row for row in await company.rows() if re.search("/escalation/.+/archived/", row.key)
    }
    assert told.keys() == {SAM, ALEX}
    assert told[SAM].state is EffectState.DONE
    said = texts_of(told[SAM])
    assert "<@U0SAM> and" in said
    assert "This is a drill" in said
    assert "channel is archived" in said
    assert any(one.endswith(f"went by direct message to <@{SAM}>, <@{ALEX}>") for one in await troubles(company))
