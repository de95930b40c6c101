"""Declaring: by one line, by the form, from a message; and when the database does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.commands.conftest import Human, Office, blocks_of, mrkdwn_of, words_of


async def test_one_line_declares_and_gives_the_channel(office: Office, alex: Human) -> None:
    await alex.type("/incident declare SEV-2 inferadb Checkout errors above 5%")
    told = await alex.told("is declared: <#")
    assert told["text"].startswith("INC-1 is declared")
    assert told["text"].endswith("You and the on-call are invited.")
    incident = await office.incident()
    assert (incident.severity, incident.service, incident.title) == ("SEV-2", "inferadb", "Checkout errors above 5%")
    assert incident.declared_by == "U0ALEX"


@pytest.mark.parametrize("words", ["sev2 inferadb", "inferadb SEV2", "InferaDB sev-2", "SEV-2: inferadb:"])
async def test_severity_and_service_are_read_in_either_order_and_spelling(
    office: Office, alex: Human, words: str
) -> None:
    await alex.type(f"/incident declare {words} Checkout fails")
    await alex.told("is declared")
    incident = await office.incident()
    assert (incident.severity, incident.service, incident.title) == ("SEV-2", "inferadb", "Checkout fails")


async def test_who_declares_is_told_when_nobody_is_on_call(office: Office, alex: Human) -> None:
    await alex.type("/incident declare P1 omendb The disk is full")
    assert (await alex.told("is declared"))["text"].endswith("You are invited; nobody is named as on call.")


async def test_a_title_of_markup_is_text_and_mentions_nobody(office: Office, alex: Human) -> None:
    channel = await office.declared("SEV-3 inferadb <!channel> *bold* & “quoted” — really")
    assert (await office.incident()).title == '<!channel> *bold* & "quoted" — really'
    texts = [text for one in await alex.messages(channel) if not one.get("subtype") for text in mrkdwn_of(one)]
    assert any("&lt;!channel&gt;" in text for text in texts)
    assert not any("<!channel>" in text or "*bold*" in text for text in texts)


async def test_a_title_of_five_thousand_characters_is_declared_and_cut(office: Office, alex: Human) -> None:
    await alex.type("/incident declare SEV-3 inferadb " + "long " * 1_000)
    await alex.told("is declared")
    assert len((await office.incident()).title) <= 200


async def test_a_title_of_emoji_only_is_declared(office: Office, alex: Human) -> None:
    await alex.type("/incident declare SEV-3 inferadb 🔥🔥🔥")
    await alex.told("is declared")
    assert (await office.incident()).title == "🔥🔥🔥"


async def test_flags_make_it_private_and_a_drill(office: Office, alex: Human) -> None:
    await alex.type("/incident declare --private --drill SEV-3 inferadb A practice")
    await alex.told("is declared")
    incident = await office.incident()
    assert incident.private
    assert incident.drill


async def test_words_that_do_not_suffice_open_the_form_as_far_as_they_go(alex: Human) -> None:
    await alex.type("/incident declare sev2 inferadb")
    form = await alex.form("severity")
    chosen = {block["block_id"]: block["element"].get("initial_option", {}).get("value") for block in _selects(form)}
    assert chosen == {"service": "inferadb", "severity:inferadb": "SEV-2"}


async def test_an_unknown_severity_opens_the_form_and_names_the_ladder(alex: Human) -> None:
    await alex.type("/incident declare SEV-9 inferadb Checkout fails")
    form = await alex.form("severity")
    assert "InferaDB has no severity SEV-9; it has SEV-1, SEV-2, SEV-3." in words_of(form["blocks"])
    assert "Checkout fails" in words_of(form["blocks"])


async def test_a_misspelt_service_opens_the_form_with_the_nearest(alex: Human) -> None:
    await alex.type("/incident declare SEV-2 inferdb Checkout fails")
    form = await alex.form("severity")
    assert "There is no service inferdb. Is inferadb meant?" in words_of(form["blocks"])


async def test_the_form_opens_with_one_call_and_without_the_database(
    office: Office, alex: Human, lose_database: Callable[[], Awaitable[None]]
) -> None:
    await alex.type("/incident help")  # bolt asks once who it is
    await alex.told("What you can say")
    await lose_database()
    office.workspace.calls.clear()
    await alex.type("/incident declare")
    form = await alex.form("title")
    assert blocks_of(form) >= {"title", "service", "impact", "options"}
    assert [call["method"] for call in office.workspace.calls] == ["views.open"]


async def test_choosing_a_service_draws_its_own_severities(alex: Human) -> None:
    await alex.type("/incident declare")
    form = await alex.form("title")
    await _choose_service(alex, form, "omendb")
    form = await alex.form("severity")
    severity = next(block for block in form["blocks"] if block["block_id"] == "severity:omendb")
    assert [option["value"] for option in severity["element"]["options"]] == ["P0", "P1"]
    await _choose_service(alex, form, "inferadb")

    async def redrawn() -> Any:
        return any(block["block_id"] == "severity:inferadb" for block in (await alex.form("severity"))["blocks"])

    await alex.until(redrawn)


async def test_the_form_declares(office: Office, alex: Human) -> None:
    await alex.type("/incident declare sev2 inferadb", "C0INCIDENTS")
    form = await alex.form("severity")
    answer = await alex.submit(
        form, title="Logins fail", severity="SEV-1", impact="Nobody can log in", options=["drill"]
    )
    assert answer == {"ok": True}
    await alex.told("INC-1 is declared: <#", "C0INCIDENTS")
    incident = await office.incident()
    assert (incident.title, incident.severity, incident.impact) == ("Logins fail", "SEV-1", "Nobody can log in")
    assert incident.drill
    assert (await alex.see("state"))["views"] == []


async def test_a_form_without_a_severity_says_so_beside_the_service(alex: Human) -> None:
    await alex.type("/incident declare")
    form = await alex.form("title")
    answer = await alex.submit(form, title="Logins fail", service="inferadb")
    assert answer["errors"] == {"service": "Choose the service again: then its severities appear below it."}


async def test_the_form_shows_what_is_open_for_the_service(office: Office, alex: Human) -> None:
    await office.declared()
    await alex.type("/incident declare sev2 inferadb")

    async def shown() -> Any:
        return "INC-1" in words_of((await alex.form("severity"))["blocks"])

    await alex.until(shown)


async def test_a_private_incident_is_not_shown_to_others_in_the_form(office: Office) -> None:
    sam = office.human("U0SAM")
    await office.declared("--private SEV-2 inferadb A secret", by="U0ALEX")
    await office.declared("SEV-3 inferadb A public one", by="U0ALEX")
    await sam.type("/incident declare sev2 inferadb")

    async def shown() -> Any:
        return "INC-2" in words_of((await sam.form("severity"))["blocks"])

    await sam.until(shown)
    assert "INC-1" not in words_of((await sam.form("severity"))["blocks"])


async def test_one_line_links_the_open_incidents_of_the_service(office: Office) -> None:
    await office.declared()
    await office.declared("SEV-3 inferadb The same again")
    assert "linked" in [entry.kind.value for entry in await office.entries(2)]


async def test_a_message_becomes_an_incident_that_quotes_and_links_it(office: Office, alex: Human) -> None:
    said = await alex.do("say", channel="C0INCIDENTS", text="Checkout is broken\nsince 5 minutes")
    await alex.do("shortcut", callback_id="declare_from_message", channel="C0INCIDENTS", ts=said["ts"])
    form = await alex.form("title")
    assert "Checkout is broken" in words_of(form["blocks"])
    await _choose_service(alex, form, "inferadb")
    await alex.submit(await alex.form("severity"), title="Checkout is broken", severity="SEV-2")
    await alex.told("is declared: <#", channel="C0INCIDENTS")
    incident = await office.incident()
    assert said["ts"].replace(".", "") in incident.source_link
    channel = str(incident.channel)
    await alex.reads("since 5 minutes", channel)


async def test_the_global_shortcut_and_the_home_tab_open_the_form(office: Office, alex: Human) -> None:
    await alex.do("shortcut", callback_id="declare_incident")
    form = await alex.form("title")
    await alex.submit(form)
    await alex.do("view", view_id=form["id"], do="close")
    await alex.do("home")

    async def published() -> Any:
        return (await alex.do("home")).get("view")

    home = await alex.until(published)
    button = next(block for block in home["blocks"] if block["type"] == "actions")
    action = {"block_id": button["block_id"], "action_id": button["elements"][0]["action_id"]}
    await alex.do("view", view_id=home["id"], do="act", action=action)
    await alex.form("title")


async def test_ten_deliveries_of_one_form_declare_once(office: Office, alex: Human) -> None:
    await alex.type("/incident declare sev2 inferadb", "C0INCIDENTS")
    form = await alex.form("severity")
    await asyncio.gather(*(alex.submit(form, title="Logins fail", severity="SEV-1") for _ in range(10)))
    await alex.told("is declared: <#", "C0INCIDENTS")
    assert len(await office.services.incidents.open_ones("U0ALEX")) == 1


async def test_a_form_that_slack_would_not_open_in_time_is_told(office: Office, alex: Human) -> None:
    office.workspace.faults.add("views.open", "expired_trigger_id")
    await alex.type("/incident declare")
    await alex.told("Do it once more")


async def test_a_form_that_changed_in_the_meantime_is_left_as_it_is(office: Office, alex: Human) -> None:
    await alex.type("/incident declare")
    form = await alex.form("title")
    office.workspace.faults.add("views.update", "hash_conflict")
    await _choose_service(alex, form, "omendb")
    await _choose_service(alex, form, "inferadb")
    await alex.form("severity")
    assert not await _whispers(alex)


async def test_an_error_of_slacks_is_answered_with_a_reference(office: Office, alex: Human) -> None:
    office.workspace.faults.add("views.open", 500)
    await alex.type("/incident declare")
    await alex.told("finds the cause in its log under")


async def test_a_guest_may_not_declare(office: Office) -> None:
    guest = office.human("U0GUEST")
    await guest.type("/incident declare SEV-2 inferadb Checkout fails")
    assert "You may not" in (await guest.told("You may not"))["text"]


async def test_without_a_database_a_declare_says_what_to_do_by_hand(
    office: Office, alex: Human, lost_database: None
) -> None:
    await alex.type("/incident declare SEV-2 inferadb Checkout fails")
    told = (await alex.told("nothing was declared"))["text"]
    assert "`#incident-inferadb-checkout-fails`" in told
    assert "<!subteam^S0ONCALL>" in told
    assert "https://grafana.example.com/d/1" in told


async def _whispers(human: Human) -> list[Any]:
    return [one for one in await human.messages("C0GENERAL") if one.get("ephemeral")]


async def _choose_service(human: Human, form: dict[str, Any], service: str) -> None:
    block = next(block for block in form["blocks"] if block["block_id"] == "service")
    option = next(one for one in block["element"]["options"] if one["value"] == service)
    action = {"block_id": "service", "action_id": block["element"]["action_id"], "selected_option": option}
    answer = await human.do("view", view_id=form["id"], do="act", action=action)
    assert answer["ok"], answer


def _selects(form: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in form["blocks"] if block.get("element", {}).get("type") == "static_select"]
