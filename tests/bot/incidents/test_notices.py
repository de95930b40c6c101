"""What is said outside Slack: whoever is responsible is told what to send where, ready to copy, by when."""

from datetime import timedelta
from typing import Any

import pytest

from bot.incidents import noticing
from bot.incidents.refusals import AlreadySettled
from bot.incidents.values import Declaration, Resolution, Said
from bot.schedule import Clock
from bot.store.store import By
from bot.store.tables import NoticeRow, NoticeState, Person, Role, Status

from .conftest import ALEX, JO, PRIYA, SAM, START, House
from .responding import responding

NOTICES: list[dict[str, Any]] = [
    {"how": "page", "whom": ["manager"], "within": "5m"},
    {"how": "status-page", "at": ["declared", "updated", "resolved"], "within": "15m", "only_if": "customers notice"},
    {"how": "email", "whom": ["Customers <vip>"], "at": ["resolved"]},
    {"how": "bridge"},
]
CONTACTS = [
    {"name": "Priya Nair", "person": "manager", "phone": "+1 555 0100", "email": "priya@example.com"},
]


@pytest.fixture
def house(house: House) -> House:
    severity = {"notices": NOTICES, "escalate": []}
    more: dict[str, Any] = {"contacts": CONTACTS, "bridge": "https://meet.example.com/1"}
    house.runbooks["inferadb"] = responding(severity=severity, **more)
    return house


async def declare(house: House, **more: Any) -> None:
    await house.declare("Checkout <fails> & burns", "SEV-1", **more)


async def states(house: House) -> list[tuple[str, str]]:
    async with house.store.reading() as reading:
        return [(row.how, row.state.value) for row in await reading.notices(1)]


async def test_one_message_lists_what_to_send_and_the_texts_are_in_its_thread(house: House) -> None:
    await declare(house, impact="Nobody can pay")
    (told,) = await house.said("/notices/declared-1")
    assert "<@U0ALEX>: please tell these people outside Slack (INC-1)" in told
    assert "*Page* Priya Nair (+1 555 0100) — by <!date^" in told
    assert "*Status page* — by <!date^" in told
    assert ", _only if customers notice_" in told
    assert "*Open the bridge* — now" in told
    assert "Not needed" in told
    texts = await house.effects("postMessage", "/notice/")
    assert [row.arguments["thread_ts"]["$place"] for row in texts] == ["incident/1/notices/declared-1"] * 3
    page, status, bridge = await house.said("/notice/")
    assert "```SEV-1: Checkout &lt;fails&gt; &amp; burns (InferaDB, INC-1). Impact: Nobody can pay." in page
    assert "<place:incident/1/card>```" in page
    assert "Investigating: we are looking into reports of trouble with InferaDB." in status
    assert "```https://meet.example.com/1```" in bridge


async def test_outside_slack_people_are_named_and_times_are_in_utc(house: House) -> None:
    async with house.store.changing(by=By(None)) as change:
        await change.know(Person(id=ALEX, name="Alex Rivera", seen_at=change.now))
    severity = {
        "notices": [{"how": "call", "say": "{{ declared_by }} calls, {{ commander }}: {{ next_update }} {{ nothing }}"}]
    }
    house.runbooks["inferadb"] = responding(severity=severity)
    await declare(house)
    (text,) = await house.said("/notice/")
    assert "```Alex Rivera calls, not named yet: 04:00 UTC [to fill in: nothing]```" in text


async def test_what_is_sent_is_marked_once_with_who_did(house: House) -> None:
    await declare(house)
    await house.notices.settle(1, 1, NoticeState.SENT, by=By(SAM))
    await house.notices.settle(1, 2, NoticeState.NOT_NEEDED, by=By(SAM))
    told = await house.newest("/notices/declared-1/edit")
    assert ":white_check_mark: *Page* Priya Nair (+1 555 0100): sent by <@U0SAM> at" in told
    assert ":heavy_minus_sign: *Status page*: not needed, says <@U0SAM>" in told
    with pytest.raises(AlreadySettled, match="INC-1's channel says by whom"):
        await house.notices.settle(1, 1, NoticeState.SENT, by=By(JO))
    with pytest.raises(AlreadySettled):
        await house.notices.settle(1, 99, NoticeState.SENT, by=By(JO))
    entries = [(entry.text, entry.person) for entry in await house.entries() if entry.kind.value == "notice"]
    assert entries == [("Sent: Page", SAM), ("Not needed: Status page", SAM)]
    await house.notices.settle(1, 3, NoticeState.SENT, by=By(SAM))
    assert "is settled (INC-1)" in await house.newest("/notices/declared-1/edit")


async def test_what_is_late_is_reminded_of_once_in_one_message(house: House) -> None:
    await declare(house)
    await house.incidents.assign(1, Role.COMMUNICATIONS, PRIYA, by=By(ALEX))
    ticking = Clock(house.store, house.duties)
    await ticking.tick(house.clock.turn(minutes=5))
    (told,) = await house.said("/notices/reminder")
    assert "<@U0PRIYA>: not marked as sent yet: Page Priya Nair (+1 555 0100)." in told
    assert ":warning: *Page*" in await house.newest("/notices/declared-1/edit")
    await ticking.tick(house.clock.turn(minutes=10))
    told = (await house.said("/notices/reminder"))[1]
    assert "Status page; Open the bridge." in told
    await ticking.tick(house.clock.turn(hours=1))
    assert len(await house.said("/notices/reminder")) == 2


async def test_what_was_sent_in_time_is_not_reminded_of(house: House) -> None:
    await declare(house)
    for notice in (1, 2, 3):
        await house.notices.settle(1, notice, NoticeState.SENT, by=By(SAM))
    assert [name for name in await house.due() if name.startswith("notice")] == []


async def test_a_new_status_asks_for_a_new_text_and_lets_the_old_one_go(house: House) -> None:
    await declare(house)
    await house.updates.post(1, Said(known="x"), by=By(SAM))
    assert len(await house.said("/notices/updated")) == 0
    await house.updates.post(1, Said(status=Status.IDENTIFIED, known="A deploy"), by=By(SAM))
    assert "Identified: we have found the cause" in (await house.said("/notice/4"))[0]
    assert ":fast_forward: *Status page*: a newer text stands below" in await house.newest("/notices/declared-1/edit")
    assert await states(house) == [
        ("page", "open"),
        ("status-page", "superseded"),
        ("bridge", "open"),
        ("status-page", "open"),
    ]


async def test_the_end_is_told_outside_and_older_reminders_stop(house: House) -> None:
    await declare(house)
    house.clock.turn(minutes=4)
    await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))
    texts = await house.said("/notice/")
    assert "It lasted 4m" in texts[-2]
    assert "*E-mail* to Customers &lt;vip&gt;" in (await house.said("/notices/resolved-2"))[0]
    assert await house.due() == {"notice/5": START + timedelta(minutes=14), "notice/4": START + timedelta(minutes=19)}


async def test_nobody_is_called_to_an_incident_that_is_over(house: House) -> None:
    await declare(house)
    await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))
    settled = await states(house)
    assert ("page", "not needed") in settled
    assert ("bridge", "not needed") in settled
    assert ("email", "open") in settled
    assert "not needed, says <@U0SAM>" in await house.newest("/notices/declared-1/edit")


async def test_what_was_no_incident_needs_no_words(house: House) -> None:
    await declare(house)
    await house.incidents.cancel(1, "A false alarm", by=By(SAM))
    assert {state for _, state in await states(house)} == {"not needed"}
    assert await house.due() == {}


async def test_a_worse_severity_asks_for_what_nobody_was_asked_for(house: House) -> None:
    await house.declare(severity="SEV-3")
    assert await states(house) == []
    await house.incidents.change_severity(1, "SEV-1", by=By(ALEX))
    assert [how for how, _ in await states(house)] == ["page", "status-page", "bridge"]
    await house.incidents.change_severity(1, "SEV-3", by=By(ALEX))
    await house.incidents.change_severity(1, "SEV-1", by=By(ALEX))
    assert len(await states(house)) == 3


async def test_in_a_drill_nothing_leaves_the_house(house: House) -> None:
    await house.incidents.declare(Declaration("x", "inferadb", "SEV-1", drill=True), by=By(ALEX))
    await house.incidents.resolve(1, Resolution("x"), by=By(ALEX))
    assert await states(house) == []
    assert await house.said("notice") == []


async def test_of_a_private_incident_nothing_is_told_elsewhere_and_the_list_says_so(house: House) -> None:
    await declare(house, private=True)
    (told,) = await house.said("/notices/declared-1")
    assert "Private: ask the commander before anything leaves this channel" in told
    where = {str(row.arguments["channel"].get("$place")) for row in await house.effects("postMessage", "notice")}
    assert where <= {"incident/1/channel", "incident/1/notices/declared-1"}


async def test_a_scenario_asks_for_its_own_once(house: House) -> None:
    breach = {"id": "breach", "notices": [{"how": "call", "whom": ["The lawyers"], "say": "We may have lost data."}]}
    house.runbooks["inferadb"] = runbook = responding(scenarios=[breach])
    await house.declare(severity="SEV-3")
    for _ in range(2):
        async with house.store.changing(1, by=By(SAM)) as change:
            await noticing.for_scenario(house.telling, change, runbook.scenarios[0])
    (told,) = await house.said("/notices/scenario-breach")
    assert "*Call* The lawyers" in told
    assert "We may have lost data." in (await house.said("/notice/1"))[0]


async def test_a_scenario_that_somebody_looks_into_asks_by_itself(house: House) -> None:
    breach = {"id": "breach", "check": ["pods"], "notices": [{"how": "call", "whom": ["The lawyers"]}]}
    house.runbooks["inferadb"] = responding(scenarios=[breach, breach | {"id": "other"}])
    await house.declare(severity="SEV-3")
    for _ in range(2):
        await house.diagnoses.begin(1, by=By(SAM), steps="breach")
        await house.diagnoses.idle()
    (told,) = await house.said("/notices/scenario-")
    assert "*Call* The lawyers" in told
    assert "Not needed" in told


async def test_a_text_longer_than_a_section_stays_whole_and_cannot_leave_its_frame(house: House) -> None:
    house.runbooks["inferadb"] = responding(
        severity={"notices": [{"how": "email", "say": "```<!channel> " + "x" * 5_000}]}
    )
    await declare(house)
    (row,) = await house.effects("postMessage", "/notice/1")
    texts = [block["text"]["text"] for block in row.arguments["blocks"] if block["type"] == "section"]
    assert all(text.startswith("```") and text.endswith("```") and len(text) <= 3_000 for text in texts)
    assert sum(text.count("x") for text in texts) == 5_000
    assert "<!channel>" not in "".join(texts)


async def test_of_a_text_that_needs_several_messages_nothing_is_lost(house: House) -> None:
    words = [f"word{number}&" for number in range(3_000)]
    house.runbooks["inferadb"] = responding(severity={"notices": [{"how": "email", "say": " ".join(words)}]})
    await declare(house)
    rows = await house.effects("postMessage", "/notice/1")
    assert len(rows) > 1
    texts = [block["text"]["text"] for row in rows for block in row.arguments["blocks"] if block["type"] == "section"]
    assert " ".join(text.strip("`") for text in texts).replace("&amp;", "&").split() == words


async def test_what_is_still_to_be_said_when_it_is_resolved_is_reminded_of(house: House) -> None:
    ticket = {"how": "ticket", "whom": ["Vendor"], "within": "30m"}
    help_ = [{"how": how, "whom": ["manager"], "within": "30m"} for how in ("page", "call", "bridge")]
    severity = {"notices": [ticket, *help_], "escalate": []}
    house.runbooks["inferadb"] = responding(severity=severity, contacts=CONTACTS)
    await declare(house)
    house.clock.turn(minutes=10)
    await house.incidents.resolve(1, Resolution("x"), by=By(ALEX))
    await Clock(house.store, house.duties).tick(house.clock.turn(minutes=21))
    (reminder,) = await house.said("/notices/reminder/")
    assert "not marked as sent yet: Ticket to Vendor." in reminder


async def test_who_was_told_outside_of_what_was_no_incident_hears_that_it_is_over(house: House) -> None:
    await declare(house)
    numbers = {row.how: row.id or 0 for row in await rows(house)}
    for how in ("status-page", "page"):
        await house.notices.settle(1, numbers[how], NoticeState.SENT, by=By(SAM))
    await house.incidents.cancel(1, "A false alarm", by=By(SAM))
    assert [state for state in await states(house) if state[1] == "open"] == [("status-page", "open")]
    assert "*Status page*" in await house.newest("/notices/cancelled-2")
    assert "It lasted" in (await house.said("/notice/"))[-1]


async def rows(house: House) -> list[NoticeRow]:
    async with house.store.reading() as reading:
        return list(await reading.notices(1))
