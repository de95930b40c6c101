"""Checklists, notices, levels, roles and handoffs, as people meet them in Slack."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.tables import NoticeState
from bot.views.actions import NOTICE_ANSWER

from .conftest import INFERADB, LADDER, OMENDB, Human, Office, office_of, words_of

WORST: dict[str, Any] = {
    **LADDER[0],
    "escalate": [
        {"level": "L1", "after": "0s", "notify": ["on-call"]},
        {"level": "L2", "after": "15m", "unless": "acknowledged", "notify": ["manager"]},
    ],
    "notices": [
        {"how": "page", "whom": ["manager"], "within": "5m"},
        {"how": "status-page", "at": ["declared", "updated"], "only_if": "customers notice"},
    ],
}
READY: dict[str, Any] = INFERADB | {
    "severities": [WORST, *LADDER[1:]],
    "roles": [{"role": "commander", "person": "on-call"}],
    "checklists": [
        {
            "id": "first",
            "title": "First five minutes",
            "within": "5m",
            "items": [{"text": "Acknowledge", "done_when": "acknowledged"}, "Tell support", "Call the bank"],
        },
        {"id": "after", "title": "Afterwards", "starts": "resolved", "items": ["Write it down"]},
    ],
}
LINE = "SEV-1 inferadb Checkout is down"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_of(tmp_path, [READY, OMENDB]) as opened:
        yield opened


async def tick(human: Human, channel: str, *labels: str) -> dict[str, Any]:
    """Set the boxes of the live checklist to these, as this person sees it."""
    message = await human.reads("First five minutes*", channel)
    (block,) = [one for one in message["blocks"] if one["type"] == "actions"]
    options = [one for one in block["elements"][0]["options"] if one["text"]["text"] in labels]
    where = {"channel": channel, "ts": message["ts"], "block_id": block["block_id"], "action_id": "checklist_tick"}
    return await human.do("click", **where, selected_options=options)


async def joined(office: Office, channel: str, person: str = "U0SAM") -> Human:
    human = office.human(person)
    await human.do("member", channel=channel, do="join")
    return human


async def test_the_channel_holds_what_is_wrong_first_and_what_to_do_last(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.reads("First five minutes*", channel)
    texts = [
        words_of(one) for one in await alex.messages(channel) if not one.get("ephemeral") and not one.get("subtype")
    ]
    order = ["Post update", "Level: L1", "Quick assessment", "outside Slack", "First five minutes"]
    found = [next(number for number, text in enumerate(texts) if part in text) for part in order]
    assert found == sorted(found)
    assert len(texts) == len(order)


async def test_the_on_call_commands_from_the_start(office: Office, alex: Human) -> None:
    await office.declared(LINE, by="U0PRIYA")
    incident = await office.incident()
    assert (incident.commander, incident.acknowledged_at) == ("U0ALEX", None)


async def test_a_box_is_ticked_and_taken_back(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    assert (await tick(alex, channel, "Tell support"))["ok"]
    await alex.reads("First five minutes* — 1 of 3 done", channel)
    assert (await tick(alex, channel))["ok"]
    await alex.reads("First five minutes* — 0 of 3 done", channel)


async def test_two_people_tick_at_once_and_neither_undoes_the_other(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    sam = await joined(office, channel)
    message = await alex.reads("First five minutes*", channel)
    (block,) = [one for one in message["blocks"] if one["type"] == "actions"]
    where = {"channel": channel, "ts": message["ts"], "block_id": block["block_id"], "action_id": "checklist_tick"}
    options = {one["text"]["text"]: one for one in block["elements"][0]["options"]}
    await asyncio.gather(
        alex.do("click", **where, selected_options=[options["Tell support"]]),
        sam.do("click", **where, selected_options=[options["Call the bank"]]),
    )
    await alex.reads("First five minutes* — 2 of 3 done", channel)


async def test_acknowledging_ticks_its_item(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.press(await alex.reads("Post update", channel), "Acknowledge", channel)
    shown = words_of(await alex.reads("First five minutes* — 1 of 3 done", channel))
    assert ":white_check_mark: Acknowledge — <@U0ALEX>" in shown


async def test_another_list_is_opened_by_its_button_and_by_name(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    message = await alex.reads("First five minutes*", channel)
    block = next(one for one in message["blocks"] if one.get("accessory"))
    where = {"channel": channel, "ts": message["ts"], "block_id": block["block_id"], "action_id": "checklist_open"}
    assert (await alex.do("click", **where, selected_option=block["accessory"]["options"][0]))["ok"]
    await alex.reads("*Afterwards* — 0 of 1 done", channel)
    await alex.type("/incident checklist first five minutes", channel)
    await alex.told("*First five minutes* is open in the checklist above", channel)
    await alex.type("/incident checklist nothing", channel)
    await alex.told("There is no checklist `nothing`. There are First five minutes, Afterwards", channel)


async def test_a_person_sees_every_list_and_where_to_tick(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.reads("First five minutes*", channel)
    await alex.type("/incident update Looking into it", channel)
    await alex.reads("Looking into it", channel)  # after the checklist, whose address is now known
    await alex.type("/incident checklist", channel)
    shown = words_of(await alex.told("INC-1: checklists", channel))
    assert ":white_large_square: Write it down" in shown
    assert "|Tick them here.>" in shown
    await office.declared("P1 omendb Slow")
    await alex.type("/incident INC-2 checklist")
    await alex.told("OmenDB has no checklist")


async def test_what_is_said_outside_is_marked_with_a_button(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    message = await alex.reads("please tell these people outside Slack", channel)
    assert "*Page* Priya Nair (+1 555 0100)" in words_of(message)
    await alex.press(message, "Mark as sent", channel)
    message = await alex.reads("sent by <@U0ALEX>", channel)
    block = next(one for one in message["blocks"] if (one.get("accessory") or {}).get("action_id") == NOTICE_ANSWER)
    where = {"channel": channel, "ts": message["ts"], "block_id": block["block_id"], "action_id": NOTICE_ANSWER}
    assert (await alex.do("click", **where, selected_option=block["accessory"]["options"][1]))["ok"]
    await alex.reads("not needed, says <@U0ALEX>", channel)
    async with office.store.reading() as reading:
        assert [row.state for row in await reading.notices(1)] == [NoticeState.SENT, NoticeState.NOT_NEEDED]


async def test_a_second_click_on_what_is_settled_is_answered(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    message = await alex.reads("please tell these people outside Slack", channel)
    blocks = message["blocks"]
    older = office.workspace.integration_says("Muster", channel, "An older list", blocks=blocks)
    await alex.press(message, "Mark as sent", channel)
    await alex.reads("sent by <@U0ALEX>", channel)
    await alex.press({"ts": older, "blocks": blocks}, "Mark as sent", channel)
    await alex.told("That has been settled meanwhile", channel)


async def test_the_texts_stand_in_the_thread_with_the_cards_address(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    message = await alex.reads("please tell these people outside Slack", channel)

    async def look() -> str:
        return words_of((await alex.see("messages", channel=channel, thread=message["ts"])).get("messages", []))

    async def both() -> bool:
        return "looking into reports of trouble" in await look()

    assert await alex.until(both)
    assert "SEV-1: Checkout is down (InferaDB, INC-1). Impact: not known yet. http" in await look()
    assert "place:" not in await look()


async def _called_twice(human: Human, channel: str) -> bool:
    return sum("Manager · +1 555 0100" in words_of(one) for one in await human.messages(channel)) == 2


async def test_a_level_or_a_name_is_called_and_an_unknown_one_answered(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident escalate L2", channel)
    await alex.reads("Level: L2 · Manager · +1 555 0100", channel)
    await alex.type("/incident escalate priya nair", channel)
    await alex.until(lambda: _called_twice(alex, channel))
    await alex.type("/incident escalate L7", channel)
    assert "L1, L2, Priya Nair" in (await alex.told("nobody called", channel))["text"]


async def test_the_contacts_of_an_incident_say_who_was_called(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident contacts", channel)
    shown = words_of(await alex.told("Contacts of InferaDB", channel))
    assert "*L1* at once: <!subteam^S0ONCALL> :white_check_mark: called" in shown
    assert "*L2* after 15m unless acknowledged: <@U0PRIYA>" in shown
    assert "+1 555 0100" in shown


async def test_an_incident_is_handed_over_and_only_the_right_one_takes_it(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident handoff @sam The keys are in the safe", channel)
    await alex.told("Your roles are yours until they accept", channel)
    sam = office.human("U0SAM")
    offer = await sam.reads("hands INC-1 over to you", channel)
    assert "*Note:* The keys are in the safe" in words_of(offer)
    await alex.press(offer, "Accept", channel)
    await alex.told("only they can take it", channel)
    await sam.press(offer, "Accept", channel)
    await sam.reads("has taken INC-1 over", channel)
    assert (await office.incident()).commander == "U0SAM"
    await sam.reads("Accepted by <@U0SAM>", channel)


async def test_a_handoff_can_be_refused(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident handoff @sam", channel)
    sam = office.human("U0SAM")
    await sam.press(await sam.reads("hands INC-1 over to you", channel), "Not now", channel)
    await alex.reads("<@U0SAM> cannot take it now", channel)
    assert (await office.incident()).commander == "U0ALEX"


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("U0GONE", "has left"),
        ("U0GUEST", "may not respond"),
        ("U0ALEX", "You have it already"),
        ("", "complete this required field"),
    ],
)
async def test_a_handoff_without_a_name_opens_a_form_that_refuses_who_cannot(
    office: Office, alex: Human, person: str, why: str
) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident handoff", channel)
    form = await alex.form("taker")
    taker = {"taker": {"taker": {"selected_user": person or None}}}
    answer = await alex.do("view", view_id=form["id"], do="submit", values=taker)
    assert why in answer["errors"]["taker"]
    answer = await alex.do(
        "view", view_id=form["id"], do="submit", values={"taker": {"taker": {"selected_user": "U0SAM"}}}
    )
    assert answer == {"ok": True}
    await alex.reads("hands INC-1 over to you", channel)


@pytest.mark.parametrize(
    ("words", "says"),
    [("handoff sam", "Type @ and choose the person"), ("handoff @muster", "is an app")],
)
async def test_a_handoff_to_nobody_is_answered(office: Office, alex: Human, words: str, says: str) -> None:
    channel = await office.declared(LINE)
    await alex.type(f"/incident {words}", channel)
    await alex.told(says, channel)


async def test_who_holds_no_role_is_told_so(office: Office) -> None:
    channel = await office.declared(LINE)
    sam = await joined(office, channel)
    await sam.type("/incident handoff @priya", channel)
    await sam.told("You hold no role in INC-1", channel)


async def test_of_a_closed_incident_nothing_is_handed_over_or_called(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await alex.type("/incident resolve A bad deploy", channel)
    await alex.reads("INC-1 is resolved", channel)
    for words in ("handoff @sam", "escalate L2"):
        await alex.type(f"/incident {words}", channel)
        await alex.told("was already resolved by <@U0ALEX>", channel)


async def test_a_private_incident_shows_its_lists_to_its_people_alone(office: Office, alex: Human) -> None:
    await office.declared(f"--private {LINE}")
    sam = office.human("U0SAM")
    for words in ("checklist", "contacts", "handoff @priya"):
        await sam.type(f"/incident INC-1 {words}")
        await sam.told("There is no incident INC-1")


async def test_what_slack_delivers_again_changes_nothing(office: Office, alex: Human) -> None:
    channel = await office.declared(LINE)
    await tick(alex, channel, "Tell support")
    await alex.reads("First five minutes* — 1 of 3 done", channel)
    await office.workspace.delivery.again(5)
    await alex.press(await alex.reads("please tell these people", channel), "Mark as sent", channel)
    await alex.reads("sent by <@U0ALEX>", channel)
    await office.workspace.delivery.again(5)
    await alex.type("/incident handoff @sam", channel)
    await alex.reads("hands INC-1 over to you", channel)
    await office.workspace.delivery.again(5)
    await alex.type("/incident list", "C0PLATFORM")
    await alex.told("open", "C0PLATFORM")
    kinds = [entry.kind.value for entry in await office.entries()]
    assert [kinds.count(kind) for kind in ("checklist", "notice", "handoff")] == [1, 1, 1]
