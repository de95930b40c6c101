"""Who is called when, what is said when nobody answers, and by when it should be over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadInput
from bot.incidents.business import Hours
from bot.incidents.telling import Telling
from bot.incidents.values import Declaration, Resolution, Said
from bot.schedule import Clock
from bot.store.store import By
from bot.store.tables import DueKind, Status

from .conftest import ALEX, JO, PRIYA, SAM, START, House, Known
from .responding import LEVELS, responding

NAMES = {
    "on-call": "S0ONCALL",
    "platform-lead": SAM,
    "manager": PRIYA,
    "dba": "dba@example.com",
    "director": "U0DIRECTOR",
}


@pytest.fixture
def house(house: House) -> House:
    """A house whose clock shows 03:00 on a Friday, and whose people work from 9 to 17 in Berlin."""
    return ready(house, severity={})


def ready(house: House, **more: object) -> House:
    house.runbooks["inferadb"] = responding(**more)  # type: ignore[arg-type]  # whatever the test says
    telling = house.telling
    telling.people, telling.hours = Known(dict(NAMES)), Hours(ZoneInfo("Europe/Berlin"))
    return house


async def tick(house: House, **amount: float) -> int:
    return await Clock(house.store, house.duties).tick(house.clock.turn(**amount))


async def calls(house: House) -> list[str]:
    """Return whom the timeline says were called."""
    return [entry.text for entry in await house.entries() if entry.kind.value == "escalation"]


async def test_a_level_without_a_delay_is_called_when_it_is_declared(house: House) -> None:
    await house.declare(severity="SEV-1")
    assert await calls(house) == ["Called L1: on-call"]
    assert "<!subteam^S0ONCALL> your help is needed." in (await house.said("escalation"))[0]
    assert await house.due(1, DueKind.ESCALATE) == {
        "escalate/L2": START + timedelta(minutes=15),
        "escalate/L3": START + timedelta(minutes=30),
        "escalate/L4": datetime(2026, 3, 6, 8, 0, tzinfo=UTC),  # nine o'clock in Berlin
    }


async def test_each_level_is_called_once_at_its_time(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, minutes=14)
    assert len(await calls(house)) == 1
    await tick(house, minutes=1)
    await tick(house, minutes=1)
    assert (await calls(house))[1:] == ["Called L2: platform-lead, dba"]
    told = (await house.said("escalation"))[1]
    assert "<@U0SAM> and <@dba@example.com> take it over" in told
    assert "Level: L2" in told
    assert (await house.effects("invite"))[-1].arguments["users"] == [SAM, "dba@example.com"]


@pytest.mark.parametrize(
    ("doing", "called"),
    [("acknowledge", ["L1", "L3"]), ("monitoring", ["L1", "L2"]), ("resolve", ["L1"]), ("nothing", ["L1", "L2", "L3"])],
)
async def test_a_level_is_left_out_when_it_has_come_so_far(house: House, doing: str, called: list[str]) -> None:
    await house.declare(severity="SEV-1")
    if doing == "acknowledge":
        await house.incidents.acknowledge(1, by=By(SAM))
    if doing == "monitoring":
        await house.updates.post(1, Said(status=Status.MONITORING), by=By(SAM))
    if doing == "resolve":
        await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    await tick(house, minutes=15)
    await tick(house, minutes=15)
    assert [text.split()[1].rstrip(":") for text in await calls(house)] == called


async def test_a_level_for_business_hours_waits_until_people_are_there(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, minutes=30)
    await tick(house, minutes=90)
    assert len(await calls(house)) == 2
    await tick(house, hours=3)
    assert "Called L4: director" in await calls(house)


async def test_a_level_that_was_missed_in_the_hours_waits_for_the_next_ones(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, hours=18)
    assert "L4" not in "".join(await calls(house))
    assert list((await house.due(1, DueKind.ESCALATE)).values()) == [datetime(2026, 3, 9, 8, 0, tzinfo=UTC)]
    await tick(house, days=3)
    assert (await calls(house))[-1] == "Called L4: director"


async def test_after_a_pause_the_levels_are_one_call(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, hours=3)
    assert (await calls(house))[1:] == ["Called L2, L3: platform-lead, dba, Priya Nair (Engineering manager)"]
    assert len(await house.said("escalation")) == 2


async def test_levels_that_are_called_together_tell_each_what_is_theirs(house: House) -> None:
    levels = [
        {"after": "0s", "notify": ["manager"], "say": "please take the lead on people."},
        {"after": "0s", "notify": ["platform-lead"], "say": "please open the bridge call."},
    ]
    await ready(house, severity={"escalate": levels}).declare(severity="SEV-1")
    (said,) = await house.said("escalation")
    assert "Priya Nair: please take the lead on people." in said
    assert "platform-lead: please open the bridge call." in said


async def test_who_was_called_by_hand_is_not_called_by_the_clock(house: House) -> None:
    await house.declare(severity="SEV-1")
    assert "<@U0SAM> and <@dba@example.com> are called" not in await house.incidents.escalate(1, "manager", by=By(ALEX))
    assert "<@U0SAM>" in await house.incidents.escalate(1, by=By(ALEX))
    await tick(house, minutes=30)
    assert [text.split(":")[0] for text in await calls(house)] == [
        "Called L1",
        "Called Priya Nair (Engineering manager)",
        "Called L2",
    ]


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("L3", "Called L3: Priya Nair (Engineering manager)"),
        ("level 3", "Called L3: Priya Nair (Engineering manager)"),
        ("priya nair", "Called Priya Nair (Engineering manager)"),
        ("engineering manager", "Called Priya Nair (Engineering manager)"),
        ("dba", "Called dba"),
        ("The data centre", "Called The data centre (Hands on site)"),
    ],
)
async def test_whom_a_person_names_is_called_even_twice(house: House, words: str, called: str) -> None:
    await house.declare(severity="SEV-1")
    for _ in range(2):
        await house.incidents.escalate(1, words, by=By(ALEX))
    assert (await calls(house))[1:] == [called, called]


async def test_a_name_that_is_not_on_the_list_is_answered_with_the_list(house: House) -> None:
    await house.declare(severity="SEV-1")
    with pytest.raises(
        BadInput, match=r"nobody called `L9` on its list\. It has L1, L2, L3, L4, The data centre, Priya Nair"
    ):
        await house.incidents.escalate(1, "L9", by=By(ALEX))


async def test_a_new_severity_plans_what_is_not_done_yet(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, minutes=15)
    await house.incidents.change_severity(1, "SEV-3", by=By(ALEX))
    assert await house.due(1, DueKind.ESCALATE) == {}
    await tick(house, minutes=30)
    await house.incidents.change_severity(1, "SEV-1", by=By(ALEX))
    due = await house.due(1, DueKind.ESCALATE)
    assert due["escalate/L3"] == START + timedelta(minutes=75)
    assert list(due) == ["escalate/L3", "escalate/L4"]
    assert len(await calls(house)) == 2


async def test_reopening_counts_and_calls_anew_and_cancelling_ends_it(house: House) -> None:
    await house.declare(severity="SEV-1")
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    assert await house.due() == {}
    house.clock.turn(hours=1)
    await house.incidents.reopen(1, "It is back", by=By(SAM))
    assert [text.split(":")[0] for text in await calls(house)] == ["Called L1", "Called L1"]
    assert (await house.due(1, DueKind.ESCALATE))["escalate/L2"] == START + timedelta(minutes=75)
    await house.incidents.cancel(1, "A false alarm", by=By(SAM))
    assert await house.due() == {}


async def test_when_nobody_answers_in_time_the_on_call_hears_of_it_once(house: House) -> None:
    await house.declare(severity="SEV-1")
    await tick(house, minutes=10)
    (told,) = await house.said("unanswered")
    assert "<!subteam^S0ONCALL>: nobody has acknowledged INC-1 within 10m" in told
    assert "Nobody has acknowledged (10m)" in [entry.text for entry in await house.entries()]
    await tick(house, minutes=1)
    assert len(await house.said("unanswered")) == 1


@pytest.mark.parametrize(
    ("said", "minutes", "told"),
    [
        ("0s", 1, "INC-1 yet."),
        ("2h business", 7 * 60, "INC-1 within 2h of business hours."),
        ("next business day", 13 * 60, "INC-1 by the end of the business day."),
    ],
)
async def test_the_on_call_hears_in_plain_words_what_was_missed(
    house: House, said: str, minutes: int, told: str
) -> None:
    ready(house, severity={"respond_within": said, "escalate": []})
    await house.declare(severity="SEV-1")
    await tick(house, minutes=minutes - 1)
    assert await house.said("unanswered") == []
    await tick(house, minutes=1)
    assert told in (await house.said("unanswered"))[0]


async def test_a_level_that_is_called_at_the_same_time_says_enough(house: House) -> None:
    ready(house, severity={"respond_within": "15m"})
    await house.declare(severity="SEV-1")
    await tick(house, minutes=15)
    assert len(await calls(house)) == 2
    assert await house.said("unanswered") == []


async def test_who_has_answered_is_not_asked_again(house: House) -> None:
    await house.declare(severity="SEV-1")
    await house.incidents.acknowledge(1, by=By(SAM))
    assert "respond" not in await house.due()
    await house.incidents.change_severity(1, "SEV-3", by=By(SAM))
    assert "respond" not in await house.due()


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("15m", datetime(2026, 3, 6, 3, 15, tzinfo=UTC)),
        ("4h business", datetime(2026, 3, 6, 12, 0, tzinfo=UTC)),
        ("next business day", datetime(2026, 3, 6, 16, 0, tzinfo=UTC)),
    ],
)
async def test_a_time_limit_is_counted_as_the_runbook_says(house: House, said: str, due: datetime) -> None:
    ready(house, severity={"respond_within": said, "resolve_within": said})
    incident = await house.declare(severity="SEV-1")
    assert (await house.due(1, DueKind.RESPOND), incident.resolve_by) == ({"respond": due}, due)


async def test_the_card_says_by_when_it_should_be_over_and_that_it_is_not(house: House) -> None:
    ready(house, severity={"resolve_within": "2h"})
    await house.declare(severity="SEV-1")
    (card,) = await house.said("incident/1/card")
    assert "*Resolve by*\n<!date^1772773200" in card
    assert "passed" not in card
    await tick(house, hours=2)
    assert "(passed)" in await house.newest("incident/1/card/edit")
    assert "Not resolved in time (2h)" in [entry.text for entry in await house.entries()]
    await house.incidents.resolve(1, Resolution("x"), by=By(SAM))
    assert "Resolve by" not in await house.newest("incident/1/card/edit")


async def test_the_first_update_may_be_due_sooner_than_the_next(house: House) -> None:
    ready(house, severity={"first_update": "10m"})
    incident = await house.declare(severity="SEV-1")
    assert incident.next_update_at == START + timedelta(minutes=10)
    incident = await house.updates.post(1, Said(known="x"), by=By(SAM))
    assert incident.next_update_at == START + timedelta(hours=1)
    await house.declare(severity="SEV-3")
    incident = await house.incidents.change_severity(2, "SEV-1", by=By(SAM))
    assert incident.next_update_at == START + timedelta(minutes=10)


async def test_a_runbooks_own_levels_serve_severities_that_have_none(house: House) -> None:
    ready(house, severity={"escalate": []}, escalation=[LEVELS[1]])
    await house.declare(severity="SEV-3")
    assert list(await house.due(1, DueKind.ESCALATE)) == ["escalate/L2"]


async def test_a_level_that_the_role_names_already_is_not_said_twice(house: House) -> None:
    contact = {"name": "Priya Nair", "person": "manager", "role": "L1 - On-call engineer"}
    ready(house, severity={"escalate": []}, escalation=[{"level": "L1", "notify": ["manager"]}], contacts=[contact])
    await house.declare(severity="SEV-1")
    told = (await house.said("escalation"))[0]
    assert "L1 - On-call engineer" in told
    assert "Level:" not in told


async def test_a_level_without_a_name_is_called_by_its_number(house: House) -> None:
    ready(house, severity={"escalate": [{"after": "5m", "notify": ["manager"]}]})
    await house.declare(severity="SEV-1")
    await tick(house, minutes=5)
    assert "Level: 1 · Engineering manager" in (await house.said("escalation"))[0]
    assert await calls(house) == ["Called level 1: Priya Nair (Engineering manager)"]


async def test_a_level_that_has_left_the_runbook_calls_nobody(house: House) -> None:
    await house.declare(severity="SEV-1")
    ready(house, severity={"escalate": [LEVELS[0]]})
    await tick(house, minutes=30)
    assert await calls(house) == ["Called L1: on-call"]


async def test_a_service_whose_runbook_is_gone_keeps_its_incident_going(house: House) -> None:
    await house.declare(severity="SEV-1")
    house.runbooks.clear()
    assert await tick(house, hours=4) == 1
    with pytest.raises(Exception, match="names nobody to call"):
        await house.incidents.escalate(1, by=By(ALEX))


async def test_a_drill_says_so_when_it_calls(house: House) -> None:
    await house.incidents.declare(Declaration("x", "inferadb", "SEV-1", drill=True), by=By(ALEX))
    await tick(house, minutes=10)
    calls = [*await house.said("escalation"), *await house.said("unanswered")]
    assert calls
    assert all("This is a drill" in said for said in calls)


def test_the_telling_knows_office_hours_unless_told_otherwise() -> None:
    assert Telling({}, Known()).hours == Hours()


async def test_a_reopened_incident_is_acknowledged_anew_and_its_levels_count_anew(house: House) -> None:
    house.runbooks["inferadb"] = responding()
    await house.declare(severity="SEV-1")
    await house.incidents.acknowledge(1, by=By(SAM))
    await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))
    house.clock.turn(hours=1)
    incident = await house.incidents.reopen(1, "Errors are back", by=By(JO))
    assert incident.acknowledged_at is None
    assert "I am on it" in (await house.said("reopened"))[0]
    assert (await house.due())["respond"] == house.clock() + timedelta(minutes=10)
    await Clock(house.store, house.duties).tick(house.clock.turn(minutes=15))
    assert any("L2" in entry.text for entry in (await house.entries()) if entry.kind.value == "escalation")
    house.clock.turn(minutes=1)
    await house.incidents.acknowledge(1, by=By(PRIYA))
    assert "<@U0PRIYA> acknowledged INC-1 after 16m" in await house.newest("acknowledged")
    assert "**Time to acknowledge**: 0s" in await house.postmortems.markdown(1)


async def test_a_commander_who_reopens_is_on_it(house: House) -> None:
    house.runbooks["inferadb"] = responding()
    await house.declare(severity="SEV-1")
    await house.incidents.acknowledge(1, by=By(SAM))
    await house.incidents.resolve(1, Resolution("A deploy"), by=By(SAM))
    incident = await house.incidents.reopen(1, "Errors are back", by=By(SAM))
    assert incident.acknowledged_at == house.clock()
    assert not any("I am on it" in text for text in await house.said("reopened"))
    assert "respond" not in await house.due()


async def test_who_goes_back_from_monitoring_says_that_it_is_not_mitigated(house: House) -> None:
    house.runbooks["inferadb"] = responding()
    await house.declare(severity="SEV-1")
    await house.updates.post(1, Said(status=Status.MONITORING, known="Rolled back"), by=By(SAM))
    await Clock(house.store, house.duties).tick(house.clock.turn(minutes=31))
    assert not any("L3" in entry.text for entry in await house.entries())
    incident = await house.updates.post(1, Said(status=Status.INVESTIGATING, known="It is back"), by=By(SAM))
    assert incident.mitigated_at is None
    await Clock(house.store, house.duties).tick(house.clock.turn(minutes=31))
    assert any("L3" in entry.text for entry in await house.entries())


async def test_who_is_called_before_their_time_is_not_told_that_it_has_come(house: House) -> None:
    levels = [
        {"level": "L1", "after": "0s", "notify": ["on-call"], "say": "please acknowledge."},
        {"level": "L2", "after": "15m", "notify": ["platform-lead"], "say": "nobody has answered in fifteen minutes."},
    ]
    house.runbooks["inferadb"] = responding(severity={"escalate": levels})
    await house.declare(severity="SEV-1")
    await house.incidents.escalate(1, by=By(ALEX))
    at_once, early = await house.said("/escalation/")
    assert "please acknowledge." in at_once
    assert f"<@{SAM}> your help is needed." in early
    assert "fifteen minutes" not in early
