"""Clicks, response URLs, shortcuts, external options and events, with a real bolt app."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.slack import Workspace
from tests.sandbox.slack.conftest import Clock, Sandbox, sandbox_of

HERE = "C0INCIDENTS"


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


OPTIONS = [{"text": text(name), "value": name} for name in ("a", "b")]
BUTTON = {"type": "button", "action_id": "resolve", "value": "7", "text": text("Resolve")}
SELECT = {"type": "static_select", "action_id": "service", "options": OPTIONS}
PEOPLE = {"type": "users_select", "action_id": "role_commander"}
MORE = {"type": "overflow", "action_id": "more", "options": OPTIONS}
CARD = [{"type": "actions", "block_id": "card", "elements": [BUTTON, SELECT, PEOPLE, MORE]}]


async def card(slack: Sandbox) -> str:
    return str((await slack.client.chat_postMessage(channel=HERE, text="Card", blocks=CARD))["ts"])


async def clicked(slack: Sandbox, action: str, ts: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Click in the card; give what the person is told and what the app got."""
    app, got = slack.app(), asyncio.Queue[dict[str, Any]]()

    @app.action(action)
    async def acted(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        got.put_nowait(body)

    async with slack.connected(app):
        told = await slack.human().do("click", channel=HERE, ts=ts, block_id="card", action_id=action, **given)
        return told, await got.get()


async def test_a_button_in_a_message_reaches_the_app(slack: Sandbox) -> None:
    ts = await card(slack)
    told, body = await clicked(slack, "resolve", ts)

    assert told == {"ok": True}
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("resolve", "card", "7")
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": HERE, "is_ephemeral": False}
    assert body["message"]["text"] == "Card"
    assert (body["user"]["id"], body["channel"]["id"]) == ("U0ALEX", HERE)
    await slack.client.views_open(
        trigger_id=body["trigger_id"],
        view={"type": "modal", "title": text("x"), "blocks": [{"type": "divider"}]},
    )


@pytest.mark.parametrize(
    ("action", "given", "expected"),
    [
        ("service", {"selected_option": "b"}, {"selected_option": OPTIONS[1]}),
        ("role_commander", {"selected_user": "U0SAM"}, {"selected_user": "U0SAM"}),
        ("more", {"selected_option": OPTIONS[0]}, {"selected_option": OPTIONS[0]}),
    ],
)
async def test_a_choice_in_a_message_reaches_the_app(
    slack: Sandbox, action: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    _, body = await clicked(slack, action, await card(slack), **given)
    assert expected.items() <= body["actions"][0].items()


async def test_what_was_chosen_before_is_in_the_state_of_the_next_click(slack: Sandbox) -> None:
    ts = await card(slack)
    await clicked(slack, "service", ts, selected_option="b")
    _, body = await clicked(slack, "resolve", ts)
    assert body["state"]["values"]["card"]["service"]["selected_option"] == OPTIONS[1]


async def test_what_a_page_keeps_of_other_controls_comes_with_a_click(slack: Sandbox) -> None:
    kept = {"card": {"service": {"selected_option": "a"}, "gone": {"value": "x"}}, "gone": {}}
    _, body = await clicked(slack, "resolve", await card(slack), state={"values": kept})
    assert body["state"]["values"]["card"]["service"]["selected_option"] == OPTIONS[0]


async def test_a_click_on_what_is_gone_says_so(slack: Sandbox) -> None:
    ts = await card(slack)
    await slack.client.chat_update(channel=HERE, ts=ts, text="no buttons any more")
    told = await slack.human().do("click", channel=HERE, ts=ts, block_id="card", action_id="resolve")
    gone = await slack.human().do("click", channel=HERE, ts="1.0", block_id="card", action_id="resolve")

    assert told == {"ok": False, "error": "There is no such control here (any more)."}
    assert gone == {"ok": False, "error": "There is no such message (any more)."}


async def test_a_click_that_nobody_takes_says_so(slack: Sandbox) -> None:
    ts = await card(slack)
    told = await slack.human().do("click", channel=HERE, ts=ts, block_id="card", action_id="resolve")
    assert told["error"] == "Slack had trouble connecting to the app: dispatch_failed. Try again."


async def response_url(slack: Sandbox) -> str:
    _, body = await clicked(slack, "resolve", await card(slack))
    return str(body["response_url"])


async def test_a_response_url_answers_five_times(slack: Sandbox) -> None:
    webhook = AsyncWebhookClient(await response_url(slack))
    answers = [await webhook.send(text=f"answer {number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    assert (await slack.human().texts(HERE))[1:] == [f"answer {number}" for number in range(5)]
    assert await slack.human("U0SAM").texts(HERE) == ["Card"]


async def test_a_response_url_ends_after_half_an_hour(slack: Sandbox) -> None:
    webhook = AsyncWebhookClient(await response_url(slack))
    slack.stopwatch.now += 30 * 60 + 1
    assert (await webhook.send(text="late")).status_code == 404


async def test_a_response_url_may_post_replace_or_delete(slack: Sandbox) -> None:
    webhook = AsyncWebhookClient(await response_url(slack))
    await webhook.send(text="for all", response_type="in_channel")
    await webhook.send(text="instead", replace_original=True)
    assert await slack.human("U0SAM").texts(HERE) == ["instead", "for all"]
    await webhook.send(delete_original=True)
    assert await slack.human("U0SAM").texts(HERE) == ["for all"]


async def test_a_response_url_refuses_wrong_blocks_and_does_not_count_them(slack: Sandbox) -> None:
    webhook = AsyncWebhookClient(await response_url(slack))
    for _ in range(6):
        wrong = await webhook.send(text="x", blocks=[{"type": "nonsense"}])
        assert (wrong.status_code, "invalid_blocks" in wrong.body) == (400, True)
    assert (await webhook.send(text="right")).status_code == 200


async def test_a_button_of_an_ephemeral_message_replaces_it_by_its_response_url(slack: Sandbox) -> None:
    sent = await slack.client.chat_postEphemeral(channel=HERE, user="U0ALEX", text="Sure?", blocks=CARD)
    _, body = await clicked(slack, "resolve", sent["message_ts"])
    await AsyncWebhookClient(body["response_url"]).send(text="Done", replace_original=True)

    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    (message,) = await slack.human().messages(HERE)
    assert (message["text"], message["ephemeral"], "blocks" in message) == ("Done", True, False)


MANIFEST: dict[str, Any] = {
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/incident", "description": "Run an incident", "usage_hint": "help"}],
        "shortcuts": [
            {"name": "Declare", "type": "global", "callback_id": "declare_incident", "description": "x"},
            {"name": "Declare from", "type": "message", "callback_id": "declare_from_message", "description": "x"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "reactions:read", "channels:history"]}},
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["reaction_added", "pin_added", "app_home_opened"]},
    },
}


async def test_shortcuts_reach_the_app_with_the_message_they_are_on() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(manifest=MANIFEST, stopwatch=stopwatch), stopwatch) as slack:
        app, got = slack.app(), []

        @app.shortcut("declare_incident")
        @app.shortcut("declare_from_message")
        async def declare(ack: Any, body: dict[str, Any]) -> None:
            got.append(body)
            await ack()

        person = slack.human()
        async with slack.connected(app):
            ts = (await person.do("say", channel="C0GENERAL", text="checkout is broken"))["ts"]
            await person.do("shortcut", callback_id="declare_incident")
            await person.do("shortcut", callback_id="declare_from_message", channel="C0GENERAL", ts=ts)
            unknown = await person.do("shortcut", callback_id="nonsense")

    assert [body["type"] for body in got] == ["shortcut", "message_action"]
    assert got[1]["message"]["text"] == "checkout is broken"
    assert (got[1]["message_ts"], got[1]["channel"]["id"]) == (ts, "C0GENERAL")
    assert unknown["error"] == "There is no such shortcut."


async def test_only_declared_commands_and_subscribed_events_with_their_scope_arrive() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(manifest=MANIFEST, stopwatch=stopwatch), stopwatch) as slack:
        app, got = slack.app(), []

        @app.event("reaction_added")
        @app.event("pin_added")
        @app.event("app_home_opened")
        @app.event("message")
        async def heard(event: dict[str, Any]) -> None:
            got.append(event["type"])

        person = slack.human()
        async with slack.connected(app):
            ts = (await person.do("say", channel=HERE, text="x"))["ts"]
            await person.do("react", channel=HERE, ts=ts, name="pushpin")
            await person.do("pin", channel=HERE, ts=ts)
            await person.do("home")
            await person.do("say", channel=HERE, text="/deploy now")
            await slack.workspace.quiet()

        assert sorted(got) == ["app_home_opened", "reaction_added"]
        assert (await person.texts(HERE))[-1] == "`/deploy` is not a valid command."


async def test_events_have_slacks_shapes(slack: Sandbox) -> None:
    app, got = slack.app(), {}

    async def heard(event: dict[str, Any]) -> None:
        got[event["type"]] = event

    kinds = "reaction_added", "reaction_removed", "pin_added", "pin_removed", "member_joined_channel", "app_mention"
    for kind in kinds:
        app.event(kind)(heard)
    app.event("message")(heard)
    person = slack.human()
    async with slack.connected(app):
        ts = (await person.do("say", channel=HERE, text="@muster look"))["ts"]
        for remove in (False, True):
            await person.do("react", channel=HERE, ts=ts, name="pushpin", remove=remove)
            await person.do("pin", channel=HERE, ts=ts, remove=remove)
        await slack.human("U0GUEST").do("member", channel=HERE, do="join")
        await person.do("member", channel=HERE, do="invite", user="U0GUEST")
        await slack.workspace.quiet()

    assert set(kinds) <= set(got)
    assert got["reaction_added"]["item"] == {"type": "message", "channel": HERE, "ts": ts}
    assert (got["reaction_added"]["reaction"], got["reaction_added"]["user"]) == ("pushpin", "U0ALEX")
    assert got["pin_added"]["item"]["message"]["ts"] == ts
    assert got["pin_removed"]["has_pins"] is False
    joined = got["member_joined_channel"]
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == ("U0GUEST", "U0ALEX", "C")
    assert got["app_mention"]["text"] == "<@U0MUSTER> look"


async def test_an_external_select_asks_the_app_for_its_options(slack: Sandbox) -> None:
    app, asked = slack.app(), []

    @app.options("service")
    async def suggest(ack: Any, body: dict[str, Any]) -> None:
        asked.append(body["value"])
        await ack(options=OPTIONS)

    external = {"type": "external_select", "action_id": "service", "min_query_length": 0}
    blocks = [{"type": "actions", "block_id": "card", "elements": [external]}]
    ts = (await slack.client.chat_postMessage(channel=HERE, text="x", blocks=blocks))["ts"]
    async with slack.connected(app):
        found = await slack.human().see("options", channel=HERE, ts=ts, block_id="card", action_id="service", q="inf")

    assert (asked, found["options"]) == (["inf"], OPTIONS)


async def test_an_answer_to_a_command_may_be_for_all_or_refused(slack: Sandbox) -> None:
    app = slack.app()

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any]) -> None:
        blocks = [{"type": "nonsense"}] if command["text"] == "wrong" else None
        await ack(text="hello all", response_type="in_channel", blocks=blocks)

    async with slack.connected(app):
        await slack.human().do("say", channel="C0GENERAL", text="/incident")
        await slack.human().do("say", channel="C0GENERAL", text="/incident wrong")

    assert await slack.human("U0SAM").texts("C0GENERAL") == ["hello all"]
    assert (await slack.human().texts("C0GENERAL"))[1] == "The app's answer was refused: invalid_blocks"


async def test_a_command_in_a_thread_is_not_taken(slack: Sandbox) -> None:
    ts = (await slack.human().do("say", channel=HERE, text="x"))["ts"]
    await slack.human().do("say", channel=HERE, text="/incident help", thread=ts)
    assert (await slack.human().texts(HERE, ts))[-1] == "`/incident` is not supported in threads. Sorry!"


async def test_a_response_url_nobody_gave_out_is_not_found(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{slack.url}link/response/x", json={}) as got:
        assert got.status == 404
