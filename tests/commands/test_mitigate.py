"""A mitigation: chosen, shown, applied once; nothing changes before the yes."""

from tests.commands.conftest import Human, Office, words_of


async def test_the_cards_button_lists_what_the_runbook_offers(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.press(await alex.reads("Acknowledge", channel), "Mitigate", channel)
    shown = words_of(await alex.told("what the runbook offers", channel))
    assert "Roll back" in shown
    assert "Scale up" in shown
    assert office.lines.sent == []


async def test_one_without_inputs_is_shown_and_applied_once(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident mitigate", channel)
    await alex.press(await alex.told("what the runbook offers", channel), "Roll back", channel)
    asked = await alex.told("Nothing is sent before you press Apply", channel)
    assert "PATCH kubectl rollout undo deployment/inferadb -n inferadb" in words_of(asked)
    assert office.lines.sent == []
    await alex.press(asked, "Apply", channel)
    replaced = await alex.told("Applying. Follow it in", channel)
    assert replaced["ts"] == asked["ts"], "the buttons are gone with the message"
    await alex.reads("successfully rolled out", channel)
    assert office.lines.sent == ["kubectl rollout undo deployment/inferadb -n inferadb"]
    await alex.type("/incident mitigations", channel)
    assert "Roll back" in words_of(await alex.told("mitigations so far", channel))


async def test_one_with_inputs_asks_for_them_first(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident mitigate scale-up", channel)
    form = await alex.form("replicas")
    answer = await alex.submit(form, replicas="0")
    assert "replicas" in answer["errors"]
    assert (await alex.submit(form, replicas="12"))["ok"]
    asked = await alex.told("Nothing is sent before you press Apply", channel)
    assert "--replicas=12" in words_of(asked)


async def test_letting_go_changes_nothing_and_the_button_works_no_more(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident mitigate roll-back", channel)
    asked = await alex.told("Nothing is sent before you press Apply", channel)
    await alex.press(asked, "Cancel", channel)
    await alex.told("Let go. Nothing was changed.", channel)
    assert office.lines.sent == []


async def test_an_unknown_mitigation_is_answered_with_the_nearest(office: Office, alex: Human) -> None:
    channel = await office.declared()
    await alex.type("/incident mitigate rolback", channel)
    await alex.told("Did you mean `roll-back`?", channel)
