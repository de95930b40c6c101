"""An incident's life by commands and buttons: taken, told about, judged, ended, opened again."""

import asyncio
from typing import Any

import pytest

from bot.store.store import By
from bot.store.tables import Status
from tests.commands.conftest import Human, Office, words_of


async def test_acknowledging_makes_the_first_one_commander(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident ack", channel)
    await alex.reads("<@U0ALEX> acknowledged INC-1 after", channel)
    assert (await office.incident()).commander == "U0ALEX"


async def test_the_second_one_who_acknowledges_is_told_who_was_first(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident ack", channel)
    await alex.reads("acknowledged INC-1 after", channel)
    sam = office.human("U0SAM")
    await sam.type("/incident INC-1 ack")
    assert "<@U0ALEX> has acknowledged INC-1 already" in (await sam.told("already"))["text"]


async def test_the_card_carries_exactly_the_six_buttons_and_acknowledge_works(office: Office, alex: Human) -> None:
    channel = await office.declared()
    card = await alex.reads("Acknowledge", channel)
    labels = [
        one["text"]["text"] for block in card["blocks"] if block["type"] == "actions" for one in block["elements"]
    ]
    assert labels == ["Acknowledge", "Post update", "Diagnose", "Mitigate", "Escalate", "Resolve"]
    await alex.press(card, "Acknowledge", channel)
    await alex.reads("acknowledged INC-1 after", channel)


@pytest.mark.parametrize(
    ("text", "status", "known"),
    [
        ("monitoring Rolled back, errors fall", Status.MONITORING, "Rolled back, errors fall"),
        ("Identified: a bad deploy", Status.IDENTIFIED, "a bad deploy"),
        ("Still looking", Status.INVESTIGATING, "Still looking"),
    ],
)
async def test_an_update_from_a_phone_needs_no_form(
    office: Office, alex: Human, text: str, status: Status, known: str
) -> None:
    channel = await office.declared()
    await alex.type(f"/incident update {text}", channel)
    await alex.reads("Update by <@U0ALEX>", channel)
    incident = await office.incident()
    assert (incident.status, incident.known) == (status, known)
    await alex.reads(known, channel)


async def test_an_update_cannot_resolve(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident update resolved It is over", channel)
    await alex.told("`/incident resolve CAUSE`", channel)
    assert (await office.incident()).status is Status.INVESTIGATING


async def test_the_update_form_keeps_what_is_left_as_before(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.press(await alex.reads("Acknowledge", channel), "Post update", channel)
    form = await alex.form("known")
    answer = await alex.submit(form, known="A pod crashes", status="Identified", next_in="10m")
    assert answer == {"ok": True}
    await alex.reads("Update by <@U0ALEX>", channel)
    incident = await office.incident()
    assert (incident.status, incident.known, incident.impact) == (Status.IDENTIFIED, "A pod crashes", "")


async def test_the_update_form_shows_how_it_stands_once_that_is_known(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident update identified The disk is <full>", channel)
    await alex.reads("Update by <@U0ALEX>", channel)
    await alex.press(await alex.reads("Acknowledge", channel), "Post update", channel)

    async def shown() -> bool:
        return "The disk is &lt;full&gt;" in words_of((await alex.form("known"))["blocks"])

    assert await alex.until(shown)


async def test_a_form_opens_from_the_card_without_the_database(office: Office, alex: Human, lose_database: Any) -> None:
    channel = await office.declared()
    card = await alex.reads("Acknowledge", channel)
    await lose_database()
    await alex.press(card, "Resolve", channel)
    form = await alex.form("root_cause")
    answer = await alex.submit(form, root_cause="A bad deploy")
    assert "database does not answer" in answer["errors"]["root_cause"]


@pytest.mark.parametrize(("word", "severity"), [("sev1", "SEV-1"), ("SEV-3", "SEV-3")])
async def test_a_severity_is_changed_in_any_spelling(office: Office, alex: Human, word: str, severity: str) -> None:
    channel = await office.declared()
    await alex.type(f"/incident sev {word} because it is so", channel)
    await alex.reads(f"Severity is now *{severity}*", channel)
    assert "because it is so" in "\n".join(entry.text for entry in await office.entries())


async def test_an_unknown_severity_names_the_ladder(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident severity SEV-9", channel)
    assert "SEV-1, SEV-2" in (await alex.told("SEV-9", channel))["text"].replace("`", "")


async def test_a_severity_without_a_word_opens_its_ladder(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident severity", channel)
    assert (await alex.submit(await alex.form("severity"), severity="SEV-1", why="Worse"))["ok"]
    await alex.reads("Severity is now *SEV-1*", channel)


async def test_a_role_goes_to_the_one_mentioned(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident role comms @sam", channel)
    await alex.reads("<@U0SAM> is now *communications lead*", channel)
    assert (await office.incident()).communications == "U0SAM"


@pytest.mark.parametrize("words", ["commander", "commander me"])
async def test_a_role_without_a_name_is_taken_oneself(office: Office, alex: Human, words: str) -> None:
    channel = await office.declared()
    await alex.type(f"/incident role {words}", channel)
    await alex.reads("<@U0ALEX> acknowledged INC-1 after", channel)
    assert (await office.incident()).commander == "U0ALEX"


async def test_a_name_that_is_no_mention_and_an_unknown_role_are_told(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident role commander Sam", channel)
    await alex.told("Type @ and choose the person", channel)
    await alex.type("/incident role boss @sam", channel)
    await alex.told("The roles are commander, communications and scribe", channel)
    await alex.type("/incident role", channel)
    assert "Scribe: nobody yet" in words_of(await alex.told("Scribe", channel))


async def test_the_cards_select_gives_the_command(office: Office, alex: Human) -> None:
    channel = await office.declared()
    card = await alex.reads("Acknowledge", channel)
    where = {"channel": channel, "ts": card["ts"], "block_id": "role:1", "action_id": "role_commander"}
    assert (await alex.do("click", **where, selected_user="U0SAM"))["ok"]
    await alex.reads("<@U0SAM> is now *commander*", channel)


async def test_a_note_stands_at_its_own_time(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident note 00:01 Restarted the balancer", channel)
    await alex.told("Noted in INC-1", channel)
    note = next(entry for entry in await office.entries() if entry.kind.value == "note")
    assert note.text == "Restarted the balancer"
    assert (note.at.minute, note.at.second) == (1, 0)
    assert note.person == "U0ALEX"


async def test_a_note_without_words_opens_a_form_and_a_wrong_time_stands_beside_its_field(
    office: Office, alex: Human
) -> None:
    channel = await office.declared()
    await alex.type("/incident note", channel)
    form = await alex.form("text")
    assert "at" in (await alex.submit(form, text="Something", at="25:99"))["errors"]
    assert (await alex.submit(form, text="Something", at="00:01"))["ok"]
    await alex.told("Noted in INC-1", channel)


async def test_resolving_in_one_line(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident resolve A bad deploy; rolled back", channel)
    await alex.reads("INC-1 is resolved", channel)
    incident = await office.incident()
    assert (incident.status, incident.root_cause) == (Status.RESOLVED, "A bad deploy; rolled back")


async def test_the_resolve_form_asks_first_for_the_root_cause_and_requires_only_it(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.press(await alex.reads("Acknowledge", channel), "Resolve", channel)
    form = await alex.form("root_cause")
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    assert [block["block_id"] for block in inputs if not block.get("optional")] == ["root_cause"]
    assert inputs[0]["block_id"] == "root_cause"
    assert (await alex.submit(form, root_cause="A bad deploy", follow_ups="- Add a test\n\n• Tell support"))["ok"]
    await alex.reads("INC-1 is resolved", channel)
    look = await office.services.incidents.look(1, "U0ALEX")
    assert [one.text for one in look.follow_ups] == ["Add a test", "Tell support"]


async def test_of_two_who_resolve_one_succeeds_and_the_other_keeps_what_they_typed(office: Office) -> None:
    channel = await office.declared()
    alex, sam = office.human(), office.human("U0SAM")
    await sam.do("member", channel=channel, do="join")
    forms = []
    for human in (alex, sam):
        await human.press(await human.reads("Acknowledge", channel), "Resolve", channel)
        forms.append(await human.form("root_cause"))
    answers = await asyncio.gather(
        alex.submit(forms[0], root_cause="A bad deploy"), sam.submit(forms[1], root_cause="The network")
    )
    refused = [answer["errors"]["root_cause"] for answer in answers if "errors" in answer]
    assert len(refused) == 1
    assert "INC-1 was already resolved by" in refused[0]
    assert "<@" not in refused[0]
    assert "Alex Rivera" in refused[0] or "Sam Okafor" in refused[0]


async def test_reopening_and_cancelling_ask_for_a_reason(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident cancel", channel)
    assert (await alex.submit(await alex.form("reason"), reason="A false alarm"))["ok"]
    await alex.reads("INC-1 is cancelled", channel)
    await alex.type("/incident reopen Errors are back", channel)
    await alex.reads("INC-1 is open again", channel)
    assert (await office.incident()).status is Status.INVESTIGATING
    await alex.type("/incident reopen Once more", channel)
    await alex.told("still open", channel)


async def test_a_resolved_incident_offers_to_reopen_by_a_button(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident resolve A bad deploy", channel)
    await alex.press(await alex.reads("Reopen", channel), "Reopen", channel)
    assert (await alex.submit(await alex.form("reason"), reason="Not over"))["ok"]
    await alex.reads("INC-1 is open again", channel)


async def test_snoozing_wants_minutes(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident snooze soon", channel)
    await alex.told("Say how many minutes", channel)
    await alex.type("/incident snooze 5", channel)
    await alex.told("remind you again at", channel)


async def test_escalating_says_who_was_called(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident escalate", channel)
    assert "<@U0PRIYA>" in words_of(await alex.reads("+1 555 0100", channel))
    await alex.type("/incident INC-1 escalate")
    await alex.told("Everybody on the runbook's list has been called for INC-1")


async def test_the_timeline_the_contacts_and_the_runbook_are_shown_to_one_alone(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident note Something odd <!here>", channel)
    await alex.told("Noted", channel)
    await alex.type("/incident timeline", channel)
    assert "Something odd &lt;!here&gt;" in words_of(await alex.told("lines of timeline", channel))
    await alex.type("/incident contacts", channel)
    assert "+1 555 0100" in words_of(await alex.told("Contacts of InferaDB", channel))
    await alex.type("/incident runbook", channel)
    assert "respond within" in words_of(await alex.told("Runbook of InferaDB", channel))


async def test_elsewhere_a_service_is_named_and_a_misspelt_one_suggested(alex: Human) -> None:
    await alex.type("/incident runbook")
    assert "`omendb`" in words_of(await alex.told("Services"))
    await alex.type("/incident contacts inferdb")
    await alex.told("Did you mean `inferadb`?")


async def test_the_list_shows_what_is_open_and_hides_what_is_private(office: Office) -> None:
    await office.declared("--private SEV-2 inferadb A secret")
    await office.declared("SEV-3 inferadb A public one")
    sam = office.human("U0SAM")
    await sam.type("/incident list")
    shown = words_of(await sam.told("open incident"))
    assert "INC-2" in shown
    assert "INC-1" not in shown
    await office.human().type("/incident list inferadb")
    assert "2 open incidents for inferadb" in words_of(await office.human().told("open incidents for inferadb"))


async def test_a_private_incident_is_no_incident_to_a_stranger(office: Office) -> None:
    await office.declared("--private SEV-2 inferadb A secret")
    sam = office.human("U0SAM")
    await sam.type("/incident INC-1 resolve I am curious")
    unseen = (await sam.told("There is no incident INC-1"))["text"]
    await sam.type("/incident INC-99")
    assert (await sam.told("INC-99"))["text"] == unseen.replace("INC-1 ", "INC-99 ")


async def test_a_command_in_a_channel_without_an_incident_says_so(alex: Human) -> None:
    await alex.type("/incident resolve A bad deploy")
    assert "INC-7" in (await alex.told("This channel belongs to no incident"))["text"]


async def test_a_guest_may_neither_act_nor_learn_of_incidents(office: Office) -> None:
    await office.declared()
    guest = office.human("U0GUEST")
    await guest.type("/incident INC-1 ack")
    await guest.told("You may not respond to incidents")
    for words in ("list", "INC-1", "timeline INC-1"):
        await guest.type(f"/incident {words}")
        shown = words_of(await guest.told("You may not look at incidents as a guest"))
        assert "Checkout" not in shown


@pytest.mark.parametrize(
    ("line", "field", "words", "says"),
    [
        ("update", "known", "A pod crashes", "Update by <@U0ALEX>"),
        ("resolve", "root_cause", "A bad deploy", "INC-1 is resolved"),
        ("cancel", "reason", "A false alarm", "INC-1 is cancelled"),
    ],
)
async def test_a_command_without_words_opens_its_form(
    office: Office, alex: Human, line: str, field: str, words: str, says: str
) -> None:
    channel = await office.declared()
    await alex.type(f"/incident {line}", channel)
    assert (await alex.submit(await alex.form(field), **{field: words}))["ok"]
    await alex.reads(says, channel)


async def test_cancelling_in_one_line_and_reopening_by_the_form(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident cancel A false alarm", channel)
    await alex.reads("INC-1 is cancelled", channel)
    await alex.type("/incident reopen", channel)
    assert (await alex.submit(await alex.form("reason"), reason="It was none"))["ok"]
    await alex.reads("INC-1 is open again", channel)


async def test_nothing_has_changed_is_an_update_too(office: Office, alex: Human) -> None:
    channel = await office.declared()
    clock = {"type": "actions", "block_id": "due", "elements": [_button("No change"), _button("Snooze")]}
    due = office.workspace.integration_says("Muster", channel, "An update is due", blocks=[clock])
    for action, says in (("no_change", "No change"), ("snooze", "remind you again at")):
        where = {"channel": channel, "ts": due, "block_id": "due", "action_id": action}
        assert (await alex.do("click", **where))["ok"]
        await alex.reads(says, channel)


def _button(label: str) -> dict[str, Any]:
    action = label.lower().replace(" ", "_")
    return {"type": "button", "action_id": action, "value": "1", "text": {"type": "plain_text", "text": label}}


async def test_status_shows_and_does_not_post(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident status", channel)
    await alex.told("INC-1 SEV-2 Investigating", channel)
    await alex.type("/incident status")
    await alex.told("This channel belongs to no incident")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("<@U0GONE>", "<@U0GONE> has left this workspace"),
        ("<@U0MUSTER>", "<@U0MUSTER> is an app"),
        ("<@U0GUEST>", "<@U0GUEST> may not respond to incidents"),
    ],
)
async def test_nobody_gets_a_role_who_could_not_fill_it(office: Office, alex: Human, who: str, words: str) -> None:
    channel = await office.declared()
    card = await alex.reads("Acknowledge", channel)
    where = {"channel": channel, "ts": card["ts"], "block_id": "role:1", "action_id": "role_commander"}
    assert (await alex.do("click", **where, selected_user=who[2:-1]))["ok"]
    await alex.told(words, channel)
    assert (await office.incident()).commander is None


async def test_a_snoozed_reminder_says_when_it_comes(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident snooze 5", channel)
    await alex.told("I will remind you again at", channel)


async def test_a_resolved_incident_offers_no_mitigation(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident", channel)
    old = await alex.told("Acknowledge", channel)
    await alex.type("/incident resolve A bad deploy", channel)
    await alex.reads("INC-1 is resolved", channel)
    assert (await alex.press(old, "Mitigate", channel))["ok"]
    await alex.told("INC-1 was already resolved by <@U0ALEX>", channel)


async def test_what_the_channel_is_told_is_not_said_again_in_private(office: Office, alex: Human) -> None:
    channel = await office.declared()
    for words, told in (
        ("ack", "acknowledged INC-1 after"),
        ("severity SEV-1", "Severity is now *SEV-1*"),
        ("update Rolled back", "Update by <@U0ALEX>"),
        ("role scribe", "is now *scribe*"),
        ("resolve A deploy", "INC-1 is resolved"),
    ):
        await alex.type(f"/incident {words}", channel)
        await alex.reads(told, channel)
    await alex.type("/incident note The end", channel)
    await alex.told("Noted in INC-1", channel)
    alone = [words_of(one) for one in await alex.messages(channel) if one.get("ephemeral")]
    assert [text for text in alone if "Noted" not in text] == []


async def test_who_asks_from_elsewhere_is_answered_there(office: Office, alex: Human) -> None:
    await office.declared()
    await alex.type("/incident INC-1 ack")
    assert (await alex.told("acknowledged INC-1"))["text"] == "You have acknowledged INC-1."


@pytest.mark.parametrize(
    ("opening", "words", "filled"),
    [
        ("/incident update", "Monitoring is filled in", "Monitoring"),
        ("", "choose Monitoring if you agree", "as before"),
    ],
    ids=["command", "button"],
)
async def test_once_the_checks_are_well_the_update_form_proposes_monitoring_and_overwrites_no_choice(
    office: Office, alex: Human, opening: str, words: str, filled: str
) -> None:
    channel = await office.declared()
    async with office.store.changing(1, by=By(None)) as change:
        change.incident.mitigated_at = change.now
    if opening:
        await alex.type(opening, channel)
    else:
        await alex.press(await alex.reads("Acknowledge", channel), "Post update", channel)

    async def proposed() -> dict[str, Any] | None:
        forms = [one for one in await alex.views() if words in words_of(one)]
        return forms[-1] if forms else None

    form = await alex.until(proposed)
    (block,) = [one for one in form["blocks"] if one.get("block_id") == "status"]
    assert block["element"]["initial_option"]["value"] == filled
    await alex.submit(form, known="Rolled back", status="Monitoring")
    await alex.reads("INC-1 Monitoring: Rolled back", channel)
    assert (await office.incident()).status is Status.MONITORING


async def test_a_guests_home_does_not_say_whether_anything_is_open(office: Office, alex: Human) -> None:
    guest = office.human("U0GUEST")
    await office.declared()
    await _home(alex, "1 open incident")
    told = await _home(guest, "ask a responder")
    assert "open" not in told
    assert "Declare" not in told


async def test_a_home_does_not_say_that_all_is_well_while_nobody_knows(
    office: Office, alex: Human, lost_database: None
) -> None:
    assert "Nothing is open" not in await _home(alex, "database does not answer")


async def _home(human: Human, part: str) -> str:
    async def look() -> str:
        shown = words_of((await human.do("home")).get("view") or {})
        return shown if part in shown else ""

    return await human.until(look)
