import json
from datetime import timedelta

import pytest

from bot.errors import AlreadyClosed, AlreadyResolved, AlreadyTaken, BadInput, NoIncidentHere, NoSuchIncident, StillOpen
from bot.incidents.refusals import (
    AlreadyAcknowledged,
    NobodyLeft,
    NoSuchService,
    NoSuchSeverity,
    SameSeverity,
)
from bot.incidents.values import Declaration, FollowUpWanted, Resolution
from bot.store.store import By
from bot.store.tables import DueKind, Role, Status

from .conftest import ALEX, JO, PRIYA, SAM, START, House

PROMISED = (DueKind.REMIND, DueKind.UPDATE)


async def test_declaring_records_the_incident_and_what_slack_is_told(house: House) -> None:
    incident = await house.declare(severity="sev2", impact="Payments fail")
    assert incident.ref == "INC-1"
    assert (incident.severity, incident.status) == ("SEV-2", Status.INVESTIGATING)
    assert incident.channel_name == "incident-1-inferadb-checkout-errors-above-5"
    methods = [row.method for row in await house.effects()]
    assert methods == [
        "conversations.create",
        "conversations.invite",
        "chat.postMessage",
        "pins.add",
        "conversations.setTopic",
        "bookmarks.add",
        "chat.postMessage",
    ]


async def test_card_and_invitations_wait_for_the_channel_alone(house: House) -> None:
    await house.declare()
    invite, card = (await house.effects("invite"))[0], (await house.effects("postMessage", "card"))[0]
    assert invite.needs == ["incident/1/channel"]
    assert card.needs == ["incident/1/channel"]
    assert card.gives == "incident/1/card"
    assert invite.arguments["users"] == [ALEX, "S0ONCALL"]


async def test_a_bad_incident_is_announced_where_bad_ones_are(house: House) -> None:
    await house.declare(severity="SEV-1")
    channels = [row.arguments["channel"] for row in await house.effects("postMessage", "announcement")]
    assert channels == ["#incidents", "#incidents-critical"]
    invite = (await house.effects("invite"))[0]
    assert PRIYA in invite.arguments["users"]


async def test_a_private_incident_is_announced_nowhere(house: House) -> None:
    await house.declare(private=True, severity="SEV-1")
    number = 1
    await house.incidents.change_severity(number, "SEV-2", by=By(ALEX))
    await house.incidents.change_severity(number, "SEV-1", by=By(ALEX))
    await house.incidents.escalate(number, by=By(ALEX))
    await house.incidents.resolve(number, Resolution("A bad deploy"), by=By(ALEX))
    await house.incidents.reopen(number, "It came back", by=By(ALEX))
    await house.incidents.cancel(number, "A false alarm", by=By(ALEX))
    assert [row for row in await house.effects() if "#incidents" in str(row.arguments)] == []
    create = (await house.effects("create"))[0]
    assert create.arguments["is_private"] is True


async def test_open_incidents_of_the_service_are_linked_and_told(house: House) -> None:
    await house.declare("The first")
    second = await house.declare("The second")
    look = await house.incidents.look(second.id or 0, ALEX)
    assert [one.ref for one in look.links] == ["INC-1"]
    assert "INC-1" in (await house.said("incident/2/links"))[0]
    assert "INC-2" in (await house.said("joined/1"))[0]


async def test_a_real_incident_does_not_hear_of_a_drill(house: House) -> None:
    await house.declare("The first")
    await house.declare("Only an exercise", drill=True)
    assert "INC-1" in (await house.said("incident/2/links"))[0]
    assert await house.said("joined/1") == []


async def test_a_private_incident_is_linked_to_none_that_would_tell_of_it(house: House) -> None:
    await house.declare("Secret", private=True)
    await house.declare("The second")
    await house.declare("Secret too", private=True)
    told = [text for text in await house.said() if "Secret" in text]
    assert all("joined" not in text for text in told)
    assert await house.said("incident/2/links") == []
    assert await house.said("joined/2") == []


async def test_a_message_is_quoted_and_linked(house: House) -> None:
    await house.declare(quote="<!channel> help\nnow", source_link="https://x.slack.com/archives/C1/p1")
    assert "&lt;!channel&gt; help\n>now" in (await house.said("quote"))[0]


@pytest.mark.parametrize("title", ["<!channel> everything *burns*", "🔥🔥🔥", "x" * 5_000, "a\nb\tc"])
async def test_any_title_makes_a_channel_and_a_harmless_card(house: House, title: str) -> None:
    incident = await house.declare(title)
    assert incident.channel_name.startswith("incident-1-inferadb")
    assert len(incident.channel_name) <= 80
    assert len(incident.title) <= 200
    assert all("<!channel>" not in row.arguments["text"] for row in await house.effects("chat."))


async def test_a_title_that_was_cut_is_kept_whole(house: House) -> None:
    await house.declare("word " * 1_000)
    assert (await house.entries())[0].detail["title"].startswith("word word")
    assert len(await house.said("incident/1/title")) == 1


@pytest.mark.parametrize(
    ("declaration", "error", "field", "words"),
    [
        (Declaration("x", "nothing", "SEV-1"), NoSuchService, "service", "The services are inferadb"),
        (Declaration("x", "inferadb", "P9"), NoSuchSeverity, "severity", "SEV-1, SEV-2, SEV-3"),
        (Declaration(" \n ", "inferadb", "SEV-1"), BadInput, "title", "needs a title"),
    ],
)
async def test_a_declaration_that_cannot_be_says_what_to_do(
    house: House, declaration: Declaration, error: type[Exception], field: str, words: str
) -> None:
    with pytest.raises(error, match=words) as told:
        await house.incidents.declare(declaration, by=By(ALEX))
    assert getattr(told.value, "field", None) == field
    assert await house.effects() == []


async def test_who_acknowledges_first_commands(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=2)
    incident = await house.incidents.acknowledge(1, by=By(SAM))
    assert (incident.commander, incident.acknowledged_at) == (SAM, START + timedelta(minutes=2))
    assert "acknowledged INC-1 after 2m" in (await house.said("acknowledged"))[0]
    with pytest.raises(AlreadyAcknowledged, match="<@U0SAM> has acknowledged INC-1 already"):
        await house.incidents.acknowledge(1, by=By(JO))


async def test_acknowledging_leaves_a_commander_in_command(house: House) -> None:
    await house.declare()
    await house.incidents.assign(1, Role.COMMANDER, PRIYA, by=By(ALEX))
    incident = await house.incidents.acknowledge(1, by=By(SAM))
    assert incident.commander == PRIYA


async def test_taking_command_acknowledges(house: House) -> None:
    await house.declare()
    incident = await house.incidents.assign(1, Role.COMMANDER, SAM, by=By(SAM))
    assert incident.acknowledged_at == START
    assert await house.kinds() == ["declared", "role", "acknowledged"]


async def test_there_is_one_commander_at_a_time(house: House) -> None:
    await house.declare()
    await house.incidents.assign(1, Role.COMMANDER, SAM, by=By(ALEX))
    incident = await house.incidents.assign(1, Role.COMMANDER, JO, by=By(ALEX))
    assert incident.commander == JO
    with pytest.raises(AlreadyTaken, match="<@U0JO> already has the role of commander"):
        await house.incidents.assign(1, Role.COMMANDER, JO, by=By(ALEX))


async def test_a_role_is_told_with_who_gave_it(house: House) -> None:
    await house.declare()
    await house.incidents.assign(1, Role.COMMUNICATIONS, JO, by=By(ALEX))
    assert "<@U0JO> is now *communications lead* of INC-1, assigned by <@U0ALEX>" in (await house.said("/role/"))[0]
    assert (await house.effects("invite"))[-1].arguments["users"] == [JO]


async def test_a_worse_severity_is_told_wider_and_due_sooner(house: House) -> None:
    await house.declare()
    incident = await house.incidents.change_severity(1, "sev1", why="Everything is down", by=By(SAM))
    assert incident.severity == "SEV-1"
    assert incident.next_update_at == START + timedelta(minutes=20)
    assert [row.arguments["users"] for row in await house.effects("invite")][-1] == [PRIYA]
    assert [row.arguments["channel"] for row in await house.effects("post", "incidents-critical")] == [
        "#incidents-critical"
    ]
    texts = [entry.text for entry in await house.entries()]
    assert texts[-2:] == [
        "Severity SEV-2 → SEV-1: Everything is down",
        "Called level 1: Priya Nair (Engineering manager)",
    ]


async def test_a_milder_severity_keeps_the_promise_that_was_made(house: House) -> None:
    incident = await house.declare()
    promised = incident.next_update_at
    incident = await house.incidents.change_severity(1, "SEV-3", by=By(SAM))
    assert incident.next_update_at == promised


@pytest.mark.parametrize(
    ("severity", "error", "words"),
    [("SEV-2", SameSeverity, "INC-1 is SEV-2 already"), ("SEV-9", NoSuchSeverity, "Its ladder is SEV-1, SEV-2, SEV-3")],
)
async def test_a_severity_that_cannot_be_is_refused(
    house: House, severity: str, error: type[Exception], words: str
) -> None:
    await house.declare()
    with pytest.raises(error, match=words):
        await house.incidents.change_severity(1, severity, by=By(ALEX))


async def test_escalating_calls_one_contact_after_the_other(house: House) -> None:
    await house.declare()
    assert "<@U0SAM> is called" in await house.incidents.escalate(1, by=By(ALEX))
    assert "<@U0PRIYA> is called" in await house.incidents.escalate(1, by=By(ALEX))
    assert "Call The data centre: +1 555 0199" in await house.incidents.escalate(1, by=By(ALEX))
    with pytest.raises(NobodyLeft, match="Call The data centre again"):
        await house.incidents.escalate(1, by=By(ALEX))
    sam, priya, site = await house.said("escalation")
    assert "<@U0SAM>" in sam
    assert "Engineering manager · +1 555 0100" in priya
    assert "Not found in Slack: call them · Hands on site · +1 555 0199" in site
    assert [row.arguments["users"] for row in await house.effects("invite")][1:] == [[SAM], [PRIYA]]


async def test_resolving_tells_how_long_it_was_and_ends_what_was_due(house: House) -> None:
    await house.declare()
    house.clock.turn(minutes=42)
    follow_ups = ("Add an alert", FollowUpWanted("Test rollbacks", SAM, "2026-04-01"))
    incident = await house.incidents.resolve(1, Resolution("A bad deploy", "Rolled back", follow_ups), by=By(SAM))
    assert (incident.status, incident.next_update_at) == (Status.RESOLVED, None)
    told = (await house.said("/resolution/"))[0]
    assert "*Duration:* 42m" in told
    assert "*Root cause:* A bad deploy" in told
    assert "Test rollbacks (<@U0SAM>)" in told
    async with house.store.reading() as reading:
        assert await reading.due_of(1) == []
        assert [item.text for item in await reading.follow_ups(1)] == ["Add an alert", "Test rollbacks"]


async def test_of_two_people_resolving_one_is_told_who_did(house: House) -> None:
    await house.declare()
    await house.incidents.resolve(1, Resolution("A bad deploy"), by=By(SAM))
    with pytest.raises(AlreadyResolved, match="INC-1 was already resolved by <@U0SAM>"):
        await house.incidents.resolve(1, Resolution("Another"), by=By(JO))


async def test_resolving_needs_a_cause(house: House) -> None:
    await house.declare()
    with pytest.raises(BadInput) as told:
        await house.incidents.resolve(1, Resolution("  "), by=By(SAM))
    assert told.value.field == "root_cause"


async def test_nothing_can_be_done_to_a_closed_incident(house: House) -> None:
    await house.declare()
    await house.incidents.cancel(1, "A test", by=By(SAM))
    for doing in (
        house.incidents.acknowledge(1, by=By(ALEX)),
        house.incidents.escalate(1, by=By(ALEX)),
        house.incidents.change_severity(1, "SEV-1", by=By(ALEX)),
        house.incidents.assign(1, Role.SCRIBE, JO, by=By(ALEX)),
        house.incidents.resolve(1, Resolution("x"), by=By(ALEX)),
        house.incidents.cancel(1, "x", by=By(ALEX)),
        house.updates.no_change(1, by=By(ALEX)),
    ):
        with pytest.raises(AlreadyClosed, match="INC-1 is cancelled"):
            await doing


async def test_reopening_goes_on_with_a_reason(house: House) -> None:
    await house.declare()
    with pytest.raises(StillOpen):
        await house.incidents.reopen(1, "It came back", by=By(ALEX))
    await house.incidents.resolve(1, Resolution("A bad deploy"), by=By(SAM))
    house.clock.turn(hours=1)
    with pytest.raises(BadInput):
        await house.incidents.reopen(1, " ", by=By(ALEX))
    incident = await house.incidents.reopen(1, "It came back", by=By(ALEX))
    assert (incident.status, incident.resolved_at) == (Status.INVESTIGATING, None)
    assert incident.next_update_at == START + timedelta(hours=1, minutes=30)
    assert list(await house.due(1, *PROMISED)) == ["remind", "update"]


@pytest.mark.parametrize("ref", ["INC-1", "inc1", "1", "#1", "inc 1"])
async def test_people_name_an_incident_in_many_ways(house: House, ref: str) -> None:
    await house.declare()
    assert (await house.incidents.named(ref, None, person=JO)).id == 1


async def test_a_command_means_the_incident_of_its_channel(house: House) -> None:
    await house.declare()
    await house.created()
    assert (await house.incidents.named(None, "C0INC1", person=JO)).id == 1
    with pytest.raises(NoIncidentHere):
        await house.incidents.named(None, "C0OTHER", person=JO)
    for ref in ("INC-99", "seven", "INC-99999999999"):
        with pytest.raises(NoSuchIncident):
            await house.incidents.named(ref, "C0INC1", person=JO)


async def test_a_private_incident_is_named_and_listed_only_to_its_people(house: House) -> None:
    await house.declare(private=True)
    await house.created()
    with pytest.raises(NoSuchIncident):
        await house.incidents.named("INC-1", None, person=JO)
    assert await house.incidents.open_ones(JO) == []
    assert [one.id for one in await house.incidents.open_ones(ALEX)] == [1]
    assert (await house.incidents.named(None, "C0INC1", person=JO)).id == 1


async def test_the_worst_and_newest_are_listed_first(house: House) -> None:
    for severity in ("SEV-3", "SEV-1", "SEV-3"):
        await house.declare(severity=severity)
    assert [one.id for one in await house.incidents.open_ones(JO)] == [2, 3, 1]


async def test_a_milder_severity_leaves_a_reminder_that_was_put_off(house: House) -> None:
    await house.declare()
    await house.updates.snooze(1, 25, by=By(SAM))
    before = await house.due(1, *PROMISED)
    await house.incidents.change_severity(1, "SEV-3", by=By(SAM))
    assert await house.due(1, *PROMISED) == before


async def test_escalating_forgets_nobody_when_the_severity_changes_and_calls_nobody_twice(house: House) -> None:
    await house.declare(severity="SEV-3")
    assert "<@U0PRIYA> is called" in await house.incidents.escalate(1, by=By(ALEX))
    await house.incidents.change_severity(1, "SEV-2", by=By(ALEX))
    assert "<@U0SAM> is called" in await house.incidents.escalate(1, by=By(ALEX))
    assert "Call The data centre" in await house.incidents.escalate(1, by=By(ALEX))


async def test_a_reopened_incident_calls_from_the_beginning(house: House) -> None:
    await house.declare()
    await house.incidents.escalate(1, by=By(ALEX))
    await house.incidents.resolve(1, Resolution("A bad deploy"), by=By(ALEX))
    house.clock.turn(minutes=5)
    await house.incidents.reopen(1, "It is back", by=By(ALEX))
    house.clock.turn(minutes=5)
    assert "<@U0SAM> is called" in await house.incidents.escalate(1, by=By(ALEX))


async def test_where_a_bad_incident_was_announced_its_end_is_seen_and_nothing_twice(house: House) -> None:
    await house.declare(severity="SEV-1")
    await house.incidents.change_severity(1, "SEV-3", by=By(SAM))
    await house.incidents.change_severity(1, "SEV-1", by=By(SAM))
    await house.incidents.resolve(1, Resolution("A bad deploy"), by=By(ALEX))
    assert len(await house.effects("postMessage", "incidents-critical")) == 1
    edits = await house.effects("chat.update", "announcement/critical")
    assert "Resolved" in json.dumps(edits[-1].arguments)


async def test_a_drill_says_so_whenever_it_speaks_to_somebody(house: House) -> None:
    await house.declare(drill=True)
    await house.incidents.escalate(1, by=By(ALEX))
    await house.incidents.resolve(1, Resolution("It was planned"), by=By(ALEX))
    for part in ("escalation", "resolution"):
        all_said = await house.said(part)
        assert all_said
        assert all("This is a drill" in said for said in all_said)
