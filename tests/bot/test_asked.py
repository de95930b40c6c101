"""Payloads of every kind are read in one place, in Slack's own shapes."""

import json
from typing import Any

from bot.payloads import asked_in


def view(**more: Any) -> dict[str, Any]:
    kept = json.dumps({"ref": "7", "channel": "C7", "mitigation": "scale-up"})
    return {"id": "V1", "hash": "h1", "private_metadata": kept, "blocks": [], "state": {"values": {}}, **more}


def click(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "block_actions", "user": {"id": "U1"}, "trigger_id": "9.9", "actions": [action], **more}


def test_a_command_knows_person_channel_words_and_its_key() -> None:
    body = {"command": "/incident", "text": "role comms <@U2|sam>", "user_id": "U1", "channel_id": "C1"}
    asked = asked_in({**body, "trigger_id": "1.2"})
    assert (asked.person, asked.channel, asked.verb, asked.words) == ("U1", "C1", "role", ["comms", "@sam"])
    assert (asked.mentions, asked.key, asked.trigger) == (("U2",), "command/1.2", "1.2")
    assert asked.by.key == "command/1.2"


def test_a_command_without_text_is_no_trouble() -> None:
    assert asked_in({"command": "/incident", "user_id": "U1"}).verb == ""


def test_a_button_names_its_incident_by_its_value() -> None:
    asked = asked_in(click({"action_id": "mitigation_apply", "value": "7/scale-up/t0ken"}, channel={"id": "C7"}))
    assert (asked.ref, asked.channel, asked.parts) == ("7", "C7", ["7", "scale-up", "t0ken"])


def test_a_button_in_an_ephemeral_knows_its_channel_from_the_container() -> None:
    asked = asked_in(click({"action_id": "resolve", "value": "7"}, container={"channel_id": "C7"}))
    assert (asked.ref, asked.channel) == ("7", "C7")


def test_a_select_names_its_incident_by_its_block() -> None:
    action = {"action_id": "role_commander", "block_id": "role:7", "selected_user": "U2"}
    asked = asked_in(click(action, channel={"id": "C7"}))
    assert (asked.ref, asked.value) == ("7", "U2")


def test_a_suggested_command_is_read_as_if_it_were_typed() -> None:
    asked = asked_in(click({"action_id": "suggested:meant", "value": "INC-7 severity SEV-1 worse"}))
    assert (asked.ref, asked.verb, asked.text) == ("7", "severity", "SEV-1 worse")


def test_a_select_in_a_form_is_read_with_what_was_typed_so_far() -> None:
    values = {"title": {"title": {"value": "Logins fail"}}, "options": {"options": {"selected_options": []}}}
    action = {"action_id": "service_chosen", "block_id": "service", "selected_option": {"value": "omendb"}}
    asked = asked_in(click(action, view=view(state={"values": values})))
    assert (asked.value, asked.said("title"), asked.chosen("options")) == ("omendb", "Logins fail", [])
    assert asked.view is not None
    assert (asked.view.id, asked.view.hash) == ("V1", "h1")


def test_a_form_is_read_by_field_whatever_the_kind_of_input() -> None:
    values = {
        "title": {"title": {"type": "plain_text_input", "value": " Logins fail "}},
        "impact": {"impact": {"type": "plain_text_input", "value": None}},
        "severity:inferadb": {"severity": {"selected_option": {"value": "SEV-1"}}},
        "service": {"service_chosen": {"selected_option": None}},
        "options": {"options": {"selected_options": [{"value": "drill"}]}},
        "who": {"who": {"selected_user": "U2"}},
    }
    inputs = [{"type": "section"}, {"type": "input", "block_id": "title"}]
    body = {"type": "view_submission", "user": {"id": "U1"}, "view": view(state={"values": values}, blocks=inputs)}
    asked = asked_in(body)
    assert [asked.said(name) for name in ("title", "impact", "severity", "service", "who")] == [
        *("Logins fail", "", "SEV-1", "", "U2")
    ]
    assert asked.chosen("options") == ["drill"]
    assert (asked.ref, asked.channel, asked.kept["mitigation"], asked.key) == ("7", "C7", "scale-up", "form/V1/h1")
    assert asked.view is not None
    assert asked.view.inputs == ("title",)


def test_a_form_that_kept_something_foreign_is_read_all_the_same() -> None:
    for kept in ("", "not JSON", "[1]"):
        body = {"type": "view_submission", "user": {"id": "U1"}, "view": view(private_metadata=kept)}
        assert asked_in(body).ref is None


def test_a_message_shortcut_points_at_its_message() -> None:
    message = {"ts": "1.5", "text": "a &amp; b", "user": "U2"}
    body = {"type": "message_action", "user": {"id": "U1"}, "trigger_id": "1", "channel": {"id": "C1"}}
    quoted = asked_in({**body, "message": message}).quoted
    assert quoted is not None
    assert (quoted.channel, quoted.ts, quoted.text, quoted.author) == ("C1", "1.5", "a &amp; b", "U2")


def test_a_global_shortcut_points_at_nothing() -> None:
    asked = asked_in({"type": "shortcut", "user": {"id": "U1"}, "trigger_id": "1"})
    assert (asked.quoted, asked.channel, asked.key) == (None, None, "shortcut/1")


def test_reactions_and_pins_point_at_their_messages() -> None:
    reaction: dict[str, Any] = {"type": "reaction_added", "user": "U1", "reaction": "pushpin", "item_user": "U2"}
    reaction["item"] = {"type": "message", "channel": "C1", "ts": "1.5"}
    asked = asked_in({"type": "event_callback", "event_id": "Ev1", "event": reaction})
    assert asked.quoted is not None
    assert (asked.value, asked.key, asked.quoted.ts, asked.quoted.author) == ("pushpin", "event/Ev1", "1.5", "U2")
    message = {"ts": "1.6", "text": "Rolled back", "user": "U3"}
    pin = {"type": "pin_added", "user": "U1", "channel_id": "C1", "item": {"type": "message", "message": message}}
    asked = asked_in({"type": "event_callback", "event_id": "Ev2", "event": pin})
    assert asked.quoted is not None
    assert (asked.quoted.text, asked.quoted.author, asked.quoted.channel) == ("Rolled back", "U3", "C1")


def test_events_about_files_or_without_a_person_are_read_without_trouble() -> None:
    for event in (
        {"type": "reaction_added", "item": {"type": "file", "file": "F1"}},
        {"type": "team_join", "user": {}},
    ):
        assert asked_in({"type": "event_callback", "event": event}).quoted is None
