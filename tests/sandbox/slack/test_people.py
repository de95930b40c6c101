"""What a person does and sees: the /people API and the live connection."""

from typing import Any

import pytest

from sandbox.slack import Workspace
from sandbox.slack.typed import mangled
from tests.sandbox.slack.conftest import Sandbox

HERE = "C0INCIDENTS"


async def test_the_state_is_all_a_page_draws(slack: Sandbox) -> None:
    state = await slack.human().see("state")

    assert state["me"]["real_name"] == "Alex Rivera"
    assert state["me"]["avatar"]["initials"] == "AR"
    assert {"U0GONE", "U0MUSTER", "U0GUEST"} <= {user["id"] for user in state["users"]}
    assert [group["handle"] for group in state["groups"]] == ["oncall", "platform-leads"]
    assert [channel["name"] for channel in state["channels"]][:2] == ["general", "incidents"]
    assert (state["has_home"], state["views"], state["commands"][0]["command"]) == (True, [], "/incident")


async def test_a_guest_sees_only_the_channels_they_are_in(slack: Sandbox) -> None:
    guest = slack.human("U0GUEST")
    assert [channel["name"] for channel in (await guest.see("state"))["channels"]] == ["general"]
    assert (await guest.see("messages", channel=HERE))["error"] == f"There is no channel '{HERE}'."


async def test_unread_messages_and_mentions_are_counted_until_read(slack: Sandbox) -> None:
    sam = slack.human("U0SAM")
    await sam.do("say", channel=HERE, text="one")
    await sam.do("say", channel=HERE, text="@alex two")
    last = (await sam.do("say", channel=HERE, text="@oncall three"))["ts"]

    async def counts() -> tuple[int, int]:
        channel = (await slack.human().see("state"))["channels"][1]
        return channel["unread"], channel["mentions"]

    assert await counts() == (3, 2)
    await slack.human().do("read", channel=HERE, ts=last)
    assert await counts() == (0, 0)


@pytest.mark.parametrize(
    ("person", "what", "given", "error"),
    [
        ("U0NOBODY", "say", {"channel": HERE, "text": "x"}, "There is nobody 'U0NOBODY' who could do this."),
        ("U0GONE", "say", {"channel": HERE, "text": "x"}, "There is nobody 'U0GONE' who could do this."),
        ("U0MUSTER", "say", {"channel": HERE, "text": "x"}, "There is nobody 'U0MUSTER' who could do this."),
        ("U0ALEX", "say", {"channel": HERE, "text": "  "}, "There is nothing to send."),
        ("U0ALEX", "say", {"channel": HERE}, "Say which text."),
        ("U0ALEX", "say", {"channel": "C0NO", "text": "x"}, "There is no channel 'C0NO'."),
        ("U0ALEX", "say", {"channel": HERE, "text": "x", "thread": "1.0"}, "There is no such thread (any more)."),
        ("U0ALEX", "pin", {"channel": HERE, "ts": "1.0"}, "There is no such message (any more)."),
        ("U0ALEX", "react", {"channel": HERE, "ts": "1.0", "name": "no emoji"}, "There is no emoji 'no emoji'."),
        ("U0ALEX", "member", {"channel": HERE, "do": "explode"}, "A person can join, leave or invite, not 'explode'."),
        (
            "U0ALEX",
            "member",
            {"channel": HERE, "do": "invite", "user": "U0SAM"},
            "This person is in the channel already.",
        ),
        ("U0GUEST", "member", {"channel": "C0GENERAL", "do": "join"}, "Guests join only channels they are invited to."),
        ("U0ALEX", "view", {"view_id": "V0"}, "A view can be submitted, closed or acted in, not None."),
        ("U0ALEX", "view", {"view_id": "V0", "do": "close"}, "This window is closed."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    slack: Sandbox, person: str, what: str, given: dict[str, Any], error: str
) -> None:
    assert await slack.human(person).do(what, **given) == {"ok": False, "error": error}


async def test_a_body_that_is_no_object_is_said_so(slack: Sandbox) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"7"):
        async with slack.session.post(f"{slack.url}people/say", data=body, headers=headers) as got:
            assert (await got.json())["error"] == "This is not a JSON object."
    async with slack.session.post(f"{slack.url}people/say", data=b"{}") as got:
        assert (await got.json())["error"] == "Send JSON, with Content-Type: application/json."
    async with slack.session.post(f"{slack.url}people/fly") as got:
        assert got.status == 404


async def test_one_must_join_a_channel_to_speak_in_it(slack: Sandbox) -> None:
    made = await slack.client.conversations_create(name="incident-7")
    channel, person = made["channel"]["id"], slack.human()
    refused = await person.do("say", channel=channel, text="x")
    await person.do("member", channel=channel, do="join")
    allowed = await person.do("say", channel=channel, text="x")
    await person.do("member", channel=channel, do="leave")

    assert refused["error"] == "You are not in #incident-7. Join it first."
    assert allowed["ok"] is True
    assert slack.workspace.channels[channel].members == ["U0MUSTER"]
    await slack.client.conversations_archive(channel=channel)
    for text in ("x", "/incident help"):
        assert (await person.do("say", channel=channel, text=text))["error"] == "#incident-7 is archived."


async def test_a_person_invites_the_app(slack: Sandbox) -> None:
    await slack.human().do("member", channel="C0PLATFORM", do="invite", user="U0MUSTER")
    await slack.client.chat_postMessage(channel="#platform", text="hello")
    assert (await slack.human().texts("C0PLATFORM"))[-1] == "hello"


@pytest.mark.parametrize(
    ("typed", "arrives", "labelled"),
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d", None),
        ("ask @sam now", "ask <@U0SAM> now", "ask <@U0SAM|sam> now"),
        ("ask @Sam Okafor", "ask <@U0SAM>", "ask <@U0SAM|sam>"),
        ("page @oncall", "page <!subteam^S0ONCALL>", "page <!subteam^S0ONCALL|@oncall>"),
        ("see #incidents-critical", "see <#C0CRITICAL|>", "see <#C0CRITICAL|incidents-critical>"),
        ("see #incidents", "see <#C0INCIDENTS|>", "see <#C0INCIDENTS|incidents>"),
        ("<@U0SAM> too", "<@U0SAM> too", "<@U0SAM|sam> too"),
        ("https://x.example/?a=1&b=2.", "<https://x.example/?a=1&amp;b=2>.", None),
        ("@here and @nobody", "<!here> and @nobody", None),
        ("sam@example.com", "sam@example.com", None),
    ],
)
def test_typed_text_arrives_as_slack_makes_it(typed: str, arrives: str, labelled: str | None) -> None:
    workspace = Workspace()
    assert mangled(workspace, typed) == arrives
    assert mangled(workspace, typed, labels=True) == (labelled or arrives)


def test_names_stay_as_typed_for_a_command_that_does_not_escape_them() -> None:
    assert mangled(Workspace(), "@sam & co", names=False) == "@sam &amp; co"


async def test_a_page_is_told_live_what_its_person_may_see(slack: Sandbox) -> None:
    async with (
        slack.session.ws_connect(f"{slack.url}people/live?as=U0ALEX") as alex,
        slack.session.ws_connect(f"{slack.url}people/live?as=U0SAM") as sam,
    ):
        private = (await slack.client.conversations_create(name="secret", is_private=True))["channel"]["id"]
        await slack.client.conversations_invite(channel=private, users="U0ALEX")
        ts = (await slack.client.chat_postMessage(channel=private, text="hush"))["ts"]
        await slack.client.chat_update(channel=private, ts=ts, text="hush!")
        await slack.client.reactions_add(channel=private, timestamp=ts, name="eyes")
        await slack.client.pins_add(channel=private, timestamp=ts)
        await slack.client.chat_delete(channel=private, ts=ts)
        await slack.client.chat_postEphemeral(channel=HERE, user="U0ALEX", text="you")
        view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}
        await slack.client.views_open(trigger_id=slack.trigger(), view=view)
        slack.workspace.reset()

        seen = [await alex.receive_json()]
        while seen[-1]["type"] != "reset":
            seen.append(await alex.receive_json())
        others = await sam.receive_json()

    kinds = [news["type"] for news in seen]
    assert kinds[:4] == ["member", "message", "message", "changed"]
    assert kinds[4:] == ["reaction", "pin", "deleted", "ephemeral", "view", "reset"]
    assert seen[5]["message"]["pinned"] is True
    assert seen[-2]["views"][0]["title"]["text"] == "x"
    assert others == {"type": "reset"}


async def test_an_alert_bot_posts_where_a_story_wants_it(slack: Sandbox) -> None:
    slack.workspace.integration_says("Alertmanager", "#platform", "*FIRING* error ratio 12 %", emoji=":fire:")

    (message,) = await slack.human().messages("C0PLATFORM")
    assert (message["username"], message["icons"]) == ("Alertmanager", {"emoji": ":fire:"})
    assert message["subtype"] == "bot_message"
