"""The live checklist: posted once, true after every change, late on time."""

from datetime import timedelta
from typing import Any

import pytest

from bot.incidents.refusals import NoChecklist, NoSuchChecklist
from bot.incidents.values import Resolution
from bot.schedule import Clock
from bot.store.store import By
from bot.store.tables import DueKind

from .conftest import ALEX, SAM, START, House, printed
from .responding import responding

LISTS: list[dict[str, Any]] = [
    {
        "id": "first",
        "title": "First five minutes",
        "within": "5m",
        "items": [{"text": "Acknowledge", "done_when": "acknowledged"}, "Tell support", {"text": "Look", "by": "10m"}],
    },
    {"id": "after", "title": "Afterwards", "starts": "resolved", "items": ["Write it down"]},
]


@pytest.fixture
def house(house: House) -> House:
    house.runbooks["inferadb"] = responding(checklists=LISTS, severity={"escalate": []})
    return house


async def keys(house: House) -> dict[str, str]:
    found, _ = await house.checklists.look(1)
    return {item.text: item.key for one in found for item in one.items}


async def board(house: House) -> str:
    return await house.newest("incident/1/checklist")


async def test_it_stands_below_the_assessment_which_comes_sooner_and_is_posted_once(house: House) -> None:
    await house.diagnosed()
    posts = [row.key.split("/")[2] for row in await house.effects("postMessage", "incident/1/")]
    assert [one for one in posts if one in {"card", "checklist", "diagnosis"}][:3] == ["card", "diagnosis", "checklist"]
    assert posts.count("checklist") == 1
    told = (await house.said("incident/1/checklist"))[0]
    assert "*First five minutes* — 0 of 3 done" in told
    assert "Afterwards — 0 of 1 done, begins when it is resolved" in told


async def test_what_happens_ticks_it_and_the_message_is_edited(house: House) -> None:
    await house.declare()
    await house.incidents.acknowledge(1, by=By(SAM))
    assert ":white_check_mark: Acknowledge — <@U0SAM>" in await board(house)
    assert len(await house.effects("postMessage", "incident/1/checklist")) == 1
    edits = len(await house.effects("chat.update", "checklist"))
    await house.timeline.note(1, "This changes nothing there", by=By(SAM))
    assert len(await house.effects("chat.update", "checklist")) == edits == 1


async def test_people_tick_and_take_back_and_it_is_recorded(house: House) -> None:
    await house.declare()
    key = (await keys(house))["Tell support"]
    await house.checklists.tick(1, [key], [], by=By(SAM))
    assert "1 of 3 done" in await board(house)
    await house.checklists.tick(1, [key, "first/no-such-item"], [], by=By(ALEX))
    await house.checklists.tick(1, [], [key], by=By(ALEX))
    assert "0 of 3 done" in await board(house)
    told = [(entry.text, entry.person) for entry in await house.entries() if entry.kind.value == "checklist"]
    assert told == [("Ticked: Tell support", SAM), ("Not done after all: Tell support", ALEX)]


async def test_what_ticked_itself_cannot_be_taken_back(house: House) -> None:
    await house.declare()
    await house.incidents.acknowledge(1, by=By(SAM))
    key = (await keys(house))["Acknowledge"]
    await house.checklists.tick(1, [], [key], by=By(ALEX))
    assert "1 of 3 done" in await board(house)


async def test_it_is_late_on_time_without_anybody_doing_anything(house: House) -> None:
    await house.declare()
    assert await house.due(1, DueKind.CHECKLIST) == {"checklist": START + timedelta(minutes=5)}
    ticking = Clock(house.store, house.duties)
    await ticking.tick(house.clock.turn(minutes=5))
    assert ":warning: 2 late" in await board(house)
    assert await house.due(1, DueKind.CHECKLIST) == {"checklist": START + timedelta(minutes=10)}
    await ticking.tick(house.clock.turn(minutes=5))
    assert ":warning: 3 late" in await board(house)
    assert await house.due(1, DueKind.CHECKLIST) == {}


async def test_another_list_is_opened_for_everybody_until_it_is_done(house: House) -> None:
    await house.declare()
    await house.checklists.open(1, "afterwards", by=By(SAM))
    assert "*Afterwards* — 0 of 1 done" in await board(house)
    await house.checklists.tick(1, [(await keys(house))["Write it down"]], [], by=By(SAM))
    assert "*First five minutes* — 0 of 3 done" in await board(house)
    with pytest.raises(NoSuchChecklist, match="There are First five minutes, Afterwards"):
        await house.checklists.open(1, "nothing", by=By(SAM))


async def test_after_the_end_the_list_for_afterwards_is_shown_and_nothing_else_is_late(house: House) -> None:
    await house.declare()
    house.clock.turn(hours=1)
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    told = await board(house)
    assert "*Afterwards* — 0 of 1 done" in told
    assert "late" not in told


async def test_a_runbook_without_a_checklist_says_so(house: House) -> None:
    house.runbooks["inferadb"] = responding()
    await house.declare()
    assert await house.effects("", "checklist") == []
    with pytest.raises(NoChecklist, match="InferaDB has no checklist"):
        await house.checklists.look(1)


async def test_a_list_that_becomes_necessary_is_posted_then(house: House) -> None:
    worst = {"id": "worst", "severities": ["SEV-1"], "items": ["Call the lawyers"]}
    house.runbooks["inferadb"] = responding(checklists=[worst])
    await house.declare(severity="SEV-3")
    assert await house.effects("", "checklist") == []
    await house.incidents.change_severity(1, "SEV-1", by=By(SAM))
    assert "Call the lawyers" in await board(house)


async def test_a_list_that_cannot_be_drawn_keeps_nobody_from_resolving(house: House) -> None:
    await house.declare()
    async with house.store.changing(1, by=By(None)) as change:
        change.incident.started_at = START.replace(year=9999, month=12, day=31, hour=23, minute=58)
    incident = await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    assert incident.root_cause == "x"


async def test_a_look_that_told_nothing_and_a_step_that_nobody_has_done_tick_nothing(house: House) -> None:
    items = [{"text": text, "done_when": text} for text in ("pods", "error_ratio", "call")]
    house.runbooks["inferadb"] = responding(checklists=[{"id": "first", "items": items}])
    house.running.answers["error_ratio"] = printed("promql up", errors="Prometheus answered with 503.", exit_code=1)
    await house.diagnosed()
    assert await _ticked(house) == ["pods"]
    await house.diagnoses.tick(1, 1, "call", by=By(SAM))
    assert await _ticked(house) == ["pods", "call"]


async def _ticked(house: House) -> list[str]:
    found, _ = await house.checklists.look(1)
    return [item.text for item in found[0].items if item.done]
