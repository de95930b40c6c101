"""What a line means when it could mean two things: the harmless or the obvious one."""

import pytest

from bot.store.tables import Kind, Status
from commands.note import read_note
from commands.update import read_update
from tests.commands.conftest import Human, Office, words_of


async def test_in_an_incidents_channel_a_text_may_begin_with_another_incident(office: Office, alex: Human) -> None:
    await office.declared()
    second = await office.declared("SEV-3 inferadb Slow answers")
    await alex.type("/incident resolve INC-1 was the cause", second)
    await alex.reads("INC-2 is resolved", second)
    assert (await office.incident(1)).status is Status.INVESTIGATING
    assert (await office.incident(2)).root_cause == "INC-1 was the cause"
    await alex.type("/incident note INC-1 has the same errors", second)
    await alex.told("Noted in INC-2", second)
    assert [entry.text for entry in await office.entries(2) if entry.kind is Kind.NOTE] == ["INC-1 has the same errors"]


async def test_an_incident_named_before_the_verb_is_meant_anywhere(office: Office, alex: Human) -> None:
    await office.declared()
    second = await office.declared("SEV-3 inferadb Slow answers")
    await alex.type("/incident INC-1 note From next door", second)
    await alex.told("Noted in INC-1", second)


async def test_elsewhere_the_incident_may_follow_the_verb(office: Office, alex: Human) -> None:
    await office.declared()
    await alex.type("/incident resolve inc1 A bad deploy")
    await alex.told("INC-1 is resolved")
    assert (await office.incident()).root_cause == "A bad deploy"


async def test_a_title_may_begin_with_an_incidents_name(office: Office, alex: Human) -> None:
    await alex.type("/incident declare INC-3 is back")
    form = await alex.form("title")
    assert "INC-3 is back" in words_of(form["blocks"])


@pytest.mark.parametrize("words", ["no change", "No change.", "nothing changed", "nothing has changed"])
async def test_no_change_keeps_what_was_known(office: Office, alex: Human, words: str) -> None:
    channel = await office.declared()
    await alex.type("/incident update The disk is full", channel)
    await alex.reads("Update by <@U0ALEX>", channel)
    await alex.type(f"/incident update {words}", channel)
    await alex.reads("No change. The disk is full", channel)
    assert (await office.incident()).known == "The disk is full"


def test_a_status_may_stand_in_a_line_of_its_own() -> None:
    said = read_update("Monitoring\nErrors fall\nslowly")
    assert (said.status, said.known) == (Status.MONITORING, "Errors fall\nslowly")


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("14:05 Restarted", "14:05", "Restarted"),
        ("2:05pm Restarted\nTwice", "2:05pm", "Restarted\nTwice"),
        ("2 pm Restarted", "2 pm", "Restarted"),
        ("10m ago it fell over", "10m ago", "it fell over"),
        ("1.20 was rolled back", None, "1.20 was rolled back"),
        ("14:05", None, "14:05"),
        ("10 pods are gone", None, "10 pods are gone"),
    ],
)
def test_a_note_may_begin_with_a_time(text: str, at: str | None, words: str) -> None:
    assert read_note(text) == (at, words)


async def test_a_note_of_yesterday_says_so(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident note 00:00 The day began", channel)
    assert "{date_short_pretty}" in words_of(await alex.told("Noted in INC-1", channel))


async def test_a_list_of_an_unknown_service_says_so(office: Office, alex: Human) -> None:
    await alex.type("/incident list payments")
    await alex.told("The services are inferadb, omendb")
    await office.declared()
    await alex.type("/incident list InferaDB")
    await alex.told("1 open incident for inferadb")


async def test_contacts_elsewhere_ask_for_the_service(alex: Human) -> None:
    await alex.type("/incident contacts")
    await alex.told("`/incident contacts SERVICE`. The services are inferadb, omendb")


async def test_a_bucket_is_no_severity(alex: Human) -> None:
    await alex.type("/incident declare inferadb S3 bucket unreachable")
    form = await alex.form("title")
    assert "S3 bucket unreachable" in words_of(form["blocks"])


async def test_a_title_that_nobody_can_see_is_none(office: Office, alex: Human) -> None:
    await alex.type("/incident declare inferadb SEV-2")
    form = await alex.form("title")
    answer = await alex.submit(form, title="\u2060\u200b", severity="SEV-2")
    assert answer["errors"]["title"].startswith("An incident needs a title")
    assert not await office.incidents()


@pytest.mark.parametrize("typed", ["roll-back", "Roll back", "rollback", "roll_back please"])
async def test_a_mitigation_is_known_by_its_name_and_its_id(office: Office, alex: Human, typed: str) -> None:
    channel = await office.declared()
    await alex.type(f"/incident mitigate {typed}", channel)
    await alex.told("kubectl rollout undo", channel)


async def test_a_word_that_is_only_somewhat_alike_is_no_button(alex: Human) -> None:
    await alex.type("/incident pause")
    told = await alex.told("There is no `/incident pause`. `/incident help`")
    assert "page" not in words_of(told)


async def test_a_long_update_keeps_its_end(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident update " + "&" * 2_000, channel)
    posted = await alex.reads("Update by <@U0ALEX>", channel)
    texts = [block["text"]["text"] for block in posted["blocks"] if block["type"] == "section"]
    assert len(texts) > 1
    assert "Next update" in texts[-1]
    assert "".join(texts).count("&amp;") == 2_000
