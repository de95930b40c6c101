"""Messages of the app: chat.*, reactions, pins."""

from typing import Any

import pytest

from sandbox.slack import Workspace
from tests.sandbox.slack.conftest import Clock, Sandbox, sandbox_of

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
HERE = "C0INCIDENTS"


async def posted(slack: Sandbox, **given: Any) -> str:
    answer = await slack.client.chat_postMessage(**{"channel": HERE, "text": "hello"} | given)
    return str(answer["ts"])


async def test_a_message_is_the_apps_and_its_blocks_get_ids(slack: Sandbox) -> None:
    await posted(slack, blocks=[SECTION, {"type": "divider", "block_id": "mine"}])

    (message,) = await slack.human().messages(HERE)
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0MUSTER", "B0MUSTER", "A0MUSTER")
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][1]["block_id"] == "mine"


async def test_message_times_are_unique_even_when_the_clock_stands_still() -> None:
    stopwatch = Clock()
    async with sandbox_of(Workspace(clock=Clock(1_700_000_000.0), stopwatch=stopwatch), stopwatch) as slack:
        times = [await posted(slack) for _ in range(5)]

    assert times == sorted(set(times))
    assert times[0].startswith("1700000000.")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": "#nowhere"}, "channel_not_found"),
        ({"channel": "C0PLATFORM"}, "not_in_channel"),
        ({"channel": "U0GONE"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"thread_ts": "soon"}, "invalid_thread_ts"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": [dict(SECTION) for _ in range(51)]}, "invalid_blocks"),
        ({"blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5}, "msg_blocks_too_long"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"metadata": "{"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x", "event_payload": {"y": "z" * 20_000}}}, "metadata_too_large"),
        ({"username": "Somebody"}, "missing_scope"),
    ],
)
async def test_a_message_slack_would_refuse_is_refused(slack: Sandbox, given: dict[str, Any], error: str) -> None:
    wrong = {"channel": HERE, "text": "hello"} | given
    answer = await slack.refused(slack.client.api_call, api_method="chat.postMessage", json=wrong)
    assert answer["error"] == error
    assert await slack.human().messages(HERE) == []


async def test_an_archived_channel_takes_no_message(slack: Sandbox) -> None:
    channel = (await slack.client.conversations_create(name="old"))["channel"]["id"]
    await slack.client.conversations_archive(channel=channel)

    assert (await slack.refused(slack.client.chat_postMessage, channel=channel, text="x"))["error"] == "is_archived"


async def test_a_private_channel_without_the_app_is_not_found(slack: Sandbox) -> None:
    channel = (await slack.client.conversations_create(name="secret", is_private=True))["channel"]["id"]
    await slack.client.conversations_leave(channel=channel)

    for call in (slack.client.conversations_info, slack.client.conversations_history, slack.client.pins_list):
        assert (await slack.refused(call, channel=channel))["error"] == "channel_not_found"


async def test_chat_write_public_lets_the_app_post_where_it_is_not() -> None:
    stopwatch = Clock()
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", "chat:write.public"]}}}
    async with sandbox_of(Workspace(manifest=manifest, stopwatch=stopwatch), stopwatch) as slack:
        await posted(slack, channel="#platform")
        assert await slack.human().texts("C0PLATFORM") == ["hello"]


async def test_a_message_to_a_person_opens_their_direct_conversation(slack: Sandbox) -> None:
    answer = await slack.client.chat_postMessage(channel="U0SAM", text="psst")

    assert answer["channel"].startswith("D")
    assert await slack.human("U0SAM").texts(answer["channel"]) == ["psst"]
    assert (await slack.human("U0ALEX").see("messages", channel=answer["channel"]))["ok"] is False
    opened = await slack.client.conversations_open(users=["U0SAM"])
    assert opened["channel"]["id"] == answer["channel"]


async def test_an_update_without_blocks_removes_the_blocks(slack: Sandbox) -> None:
    ts = await posted(slack, blocks=[SECTION])
    await slack.client.chat_update(channel=HERE, ts=ts, text="changed")

    (message,) = await slack.human().messages(HERE)
    assert message["text"] == "changed"
    assert "blocks" not in message
    assert message["edited"]["user"] == "U0MUSTER"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"ts": "1.000001"}, "message_not_found"),
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
    ],
)
async def test_an_update_slack_would_refuse_is_refused(slack: Sandbox, given: dict[str, Any], error: str) -> None:
    wrong = {"channel": HERE, "ts": await posted(slack), "text": "new"} | given
    answer = await slack.refused(slack.client.api_call, api_method="chat.update", json=wrong)
    assert answer["error"] == error
    assert await slack.human().texts(HERE) == ["hello"]


async def test_only_its_own_messages_can_the_app_change_or_delete(slack: Sandbox) -> None:
    ts = (await slack.human().do("say", channel=HERE, text="mine"))["ts"]

    update = await slack.refused(slack.client.chat_update, channel=HERE, ts=ts, text="x")
    delete = await slack.refused(slack.client.chat_delete, channel=HERE, ts=ts)
    assert (update["error"], delete["error"]) == ("cant_update_message", "cant_delete_message")


async def test_a_deleted_message_is_gone_and_a_threads_parent_leaves_a_tombstone(slack: Sandbox) -> None:
    alone, parent = await posted(slack), await posted(slack)
    await posted(slack, thread_ts=parent, text="reply")
    await slack.client.chat_delete(channel=HERE, ts=alone)
    await slack.client.chat_delete(channel=HERE, ts=parent)

    assert await slack.human().texts(HERE) == ["This message was deleted."]
    assert (await slack.refused(slack.client.chat_update, channel=HERE, ts=alone, text="x"))["error"]


async def test_a_thread_counts_its_replies_and_a_broadcast_shows_in_the_channel(slack: Sandbox) -> None:
    parent = await posted(slack, text="parent")
    first = await posted(slack, thread_ts=parent, text="first")
    await posted(slack, thread_ts=first, text="second", reply_broadcast=True)

    assert await slack.human().texts(HERE) == ["parent", "second"]
    assert await slack.human().texts(HERE, parent) == ["parent", "first", "second"]
    shown = (await slack.client.conversations_replies(channel=HERE, ts=parent))["messages"]
    assert shown[0]["reply_count"] == 2
    assert shown[0]["reply_users"] == ["U0MUSTER"]


async def test_metadata_is_given_back_only_when_asked_for(slack: Sandbox) -> None:
    metadata = {"event_type": "effect", "event_payload": {"key": "card/7"}}
    await posted(slack, metadata=metadata)

    plain = await slack.client.conversations_history(channel=HERE)
    full = await slack.client.conversations_history(channel=HERE, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_an_ephemeral_message_is_seen_by_one_person_alone(slack: Sandbox) -> None:
    await slack.client.chat_postEphemeral(channel=HERE, user="U0ALEX", text="only you")

    assert await slack.human("U0ALEX").texts(HERE) == ["only you"]
    assert await slack.human("U0SAM").texts(HERE) == []
    assert (await slack.client.conversations_history(channel=HERE))["messages"] == []


async def test_an_ephemeral_message_needs_the_person_in_the_channel(slack: Sandbox) -> None:
    answer = await slack.refused(slack.client.chat_postEphemeral, channel=HERE, user="U0GUEST", text="x")
    assert answer["error"] == "user_not_in_channel"


async def test_a_permalink_leads_to_the_message_on_the_page(slack: Sandbox) -> None:
    parent = await posted(slack)
    reply = await posted(slack, thread_ts=parent)
    link = (await slack.client.chat_getPermalink(channel=HERE, message_ts=parent))["permalink"]
    deep = (await slack.client.chat_getPermalink(channel=HERE, message_ts=reply))["permalink"]

    assert link == f"{slack.url}archives/{HERE}/p{parent.replace('.', '')}"
    assert deep.endswith(f"?thread_ts={parent}&cid={HERE}")
    async with slack.session.get(link, allow_redirects=False) as got:
        assert got.headers["Location"] == f"/#{HERE}/{parent}"


async def test_reactions_count_people_and_repeat_themselves_not(slack: Sandbox) -> None:
    ts = await posted(slack)
    await slack.client.reactions_add(channel=HERE, timestamp=ts, name="eyes")
    await slack.human().do("react", channel=HERE, ts=ts, name="eyes")

    got = await slack.client.reactions_get(channel=HERE, timestamp=ts)
    assert got["message"]["reactions"] == [{"name": "eyes", "users": ["U0MUSTER", "U0ALEX"], "count": 2}]
    again = await slack.refused(slack.client.reactions_add, channel=HERE, timestamp=ts, name="eyes")
    wrong = await slack.refused(slack.client.reactions_add, channel=HERE, timestamp=ts, name="not an emoji")
    assert (again["error"], wrong["error"]) == ("already_reacted", "invalid_name")
    await slack.client.reactions_remove(channel=HERE, timestamp=ts, name="eyes")
    none = await slack.refused(slack.client.reactions_remove, channel=HERE, timestamp=ts, name="eyes")
    assert none["error"] == "no_reaction"


async def test_a_time_that_can_be_no_messages_is_refused(slack: Sandbox) -> None:
    for call, given in ((slack.client.reactions_add, {"name": "eyes"}), (slack.client.pins_add, {})):
        answer = await slack.refused(call, channel=HERE, timestamp="yesterday", **given)
        assert answer["error"] == "bad_timestamp"


async def test_pins_are_listed_newest_first_and_are_told_when_repeated(slack: Sandbox) -> None:
    first, second = await posted(slack, text="first"), await posted(slack, text="second")
    for ts in (first, second):
        await slack.client.pins_add(channel=HERE, timestamp=ts)

    items = (await slack.client.pins_list(channel=HERE))["items"]
    assert [item["message"]["text"] for item in items] == ["second", "first"]
    assert items[0]["message"]["pinned_to"] == [HERE]
    again = await slack.refused(slack.client.pins_add, channel=HERE, timestamp=first)
    assert again["error"] == "already_pinned"
    await slack.client.pins_remove(channel=HERE, timestamp=first)
    none = await slack.refused(slack.client.pins_remove, channel=HERE, timestamp=first)
    assert none["error"] == "no_pin"


async def test_a_guest_hears_live_only_of_the_channels_it_is_in(slack: Sandbox) -> None:
    guest = slack.human("U0GUEST")
    mine = {channel["id"] for channel in (await guest.see("state"))["channels"]}
    await slack.client.conversations_join(channel="C0PLATFORM")
    direct = (await slack.client.conversations_open(users="U0GUEST"))["channel"]["id"]
    assert "C0PLATFORM" not in mine
    async with slack.session.ws_connect(f"{slack.url}people/live?as=U0GUEST") as live:
        await slack.client.chat_postMessage(channel="C0PLATFORM", text="not for guests")
        await slack.client.chat_postMessage(channel=direct, text="for you")
        heard = await live.receive_json()
    assert (heard["type"], heard["channel"], heard["message"]["text"]) == ("message", direct, "for you")
