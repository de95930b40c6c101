"""Help, the state, and what is said to a word that nobody knows."""

import pytest

from bot.store.tables import Incident, Status
from commands import verbs
from commands.help import fits
from tests.commands.conftest import Human, Office, words_of


async def test_the_command_alone_shows_help_where_there_is_no_incident(alex: Human) -> None:
    await alex.type("/incident")
    shown = words_of(await alex.told("What you can say"))
    assert "`/incident declare" in shown
    assert "`/incident resolve" in shown


async def test_the_command_alone_shows_state_and_buttons_in_an_incidents_channel(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident", channel)
    shown = await alex.told("Investigating", channel)
    await alex.press(shown, "Acknowledge", channel)
    await alex.reads("acknowledged INC-1 after", channel)


@pytest.mark.parametrize("words", ["INC-1", "inc1", "1", "INC-1 show", "show INC-1"])
async def test_an_incident_is_shown_from_elsewhere(office: Office, alex: Human, words: str) -> None:
    await office.declared()
    await alex.type(f"/incident {words}")
    assert "Checkout errors above 5%" in words_of(await alex.told("INC-1 Checkout"))


async def test_help_in_a_channel_offers_only_what_fits_the_incident(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident help", channel)
    shown = words_of(await alex.told("About INC-1", channel))
    assert "`/incident resolve CAUSE`" in shown
    assert "`/incident reopen REASON`" not in shown
    await alex.type("/incident resolve A bad deploy", channel)
    await alex.reads("INC-1 is resolved", channel)
    await alex.type("/incident help", channel)
    shown = words_of(await alex.told("`/incident reopen REASON`", channel))
    assert "`/incident resolve CAUSE`" not in shown


async def test_help_offers_a_guest_only_what_a_guest_may(office: Office) -> None:
    guest = office.human("U0GUEST")
    await guest.type("/incident help")
    shown = words_of(await guest.told("What you can say"))
    assert "`/incident help" in shown
    assert "`/incident list" not in shown
    assert "`/incident declare" not in shown
    assert "`/incident resolve" not in shown


async def test_help_needs_no_database(alex: Human, lost_database: None) -> None:
    await alex.type("/incident help")
    await alex.told("What you can say")


async def test_a_misspelt_verb_is_answered_with_a_button_that_does_what_was_meant(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident sevrity sev1 worse than we thought", channel)
    asked = await alex.told("Did you mean `/incident severity sev1 worse than we thought`?", channel)
    await alex.press(asked, "/incident severity sev1 worse than we thought", channel)
    await alex.reads("Severity is now *SEV-1*", channel)


async def test_nonsense_is_answered_with_help_as_a_button(alex: Human) -> None:
    await alex.type("/incident xyzzy <!channel>")
    asked = await alex.told("`/incident help` shows what there is")
    await alex.press(asked, "Show help", "C0GENERAL")
    await alex.told("What you can say")


def test_every_verb_says_what_it_does_in_a_line_that_fits_a_phone() -> None:
    for verb in verbs():
        assert len(verb.about) <= 80, verb.name
        assert not verb.about.endswith("."), verb.name


@pytest.mark.parametrize(("status", "fitting"), [(Status.MONITORING, "resolve"), (Status.CANCELLED, "reopen")])
def test_a_verb_fits_an_incident_as_it_stands(status: Status, fitting: str) -> None:
    incident = Incident(id=1, service="inferadb", severity="SEV-1", declared_by="U0ALEX", status=status)
    names = {verb.name for verb in verbs() if fits(verb, incident)}
    assert {"resolve", "reopen"} & names == {fitting}
    assert "timeline" in names
